/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-recipient.h"

#include "smimed-recipient-private.h"
#include "smimed-value-private.h"

struct _SmimedRecipient
{
  SmimedValue parent;
};

G_DEFINE_FINAL_TYPE (SmimedRecipient, smimed_recipient, SMIMED_TYPE_VALUE)

static void
smimed_recipient_class_init (SmimedRecipientClass *klass)
{
}

static void
smimed_recipient_init (SmimedRecipient *self)
{
}

gpointer
smimed_recipient_new (GVariant *raw)
{
  return smimed_value_new (SMIMED_TYPE_RECIPIENT, raw);
}

const char *
smimed_recipient_get_address (SmimedRecipient *self)
{
  return smimed_value_string (self, "address");
}

const char *
smimed_recipient_get_certificate (SmimedRecipient *self)
{
  return smimed_value_string (self, "certificate");
}

const char *
smimed_recipient_get_issuer (SmimedRecipient *self)
{
  return smimed_value_string (self, "issuer");
}

const char *
smimed_recipient_get_serial (SmimedRecipient *self)
{
  return smimed_value_string (self, "serial");
}

const char *
smimed_recipient_get_key_id (SmimedRecipient *self)
{
  return smimed_value_string (self, "key-id");
}

const char *
smimed_recipient_get_key_encryption (SmimedRecipient *self)
{
  return smimed_value_string (self, "key-encryption");
}
