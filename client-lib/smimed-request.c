/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-request.h"

#include "smimed-request-private.h"
#include "smimed-value-private.h"

struct _SmimedRequest
{
  SmimedValue parent;
};

G_DEFINE_FINAL_TYPE (SmimedRequest, smimed_request, SMIMED_TYPE_VALUE)

static void
smimed_request_class_init (SmimedRequestClass *klass)
{
}

static void
smimed_request_init (SmimedRequest *self)
{
}

gpointer
smimed_request_new (GVariant *raw)
{
  return smimed_value_new (SMIMED_TYPE_REQUEST, raw);
}

const char *
smimed_request_get_name (SmimedRequest *self)
{
  return smimed_value_string (self, "request");
}

const char *
smimed_request_get_address (SmimedRequest *self)
{
  return smimed_value_string (self, "address");
}

gint64
smimed_request_get_created_at (SmimedRequest *self)
{
  return smimed_value_int64 (self, "created-at", 0);
}
