/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-request-store.h"

G_DEFINE_INTERFACE (SmdRequestStore, smd_request_store, G_TYPE_OBJECT)

static void
smd_request_store_default_init (SmdRequestStoreInterface *iface)
{
}

SmdRequest *
smd_request_new (const char *token, const char *address, gint64 created_at)
{
  SmdRequest *self = g_new0 (SmdRequest, 1);

  self->token = g_strdup (token);
  self->address = g_strdup (address != NULL ? address : "");
  self->created_at = created_at;
  return self;
}

void
smd_request_free (SmdRequest *self)
{
  g_free (self->token);
  g_free (self->address);
  g_free (self);
}

GPtrArray *
smd_request_store_list (SmdRequestStore *self, GError **error)
{
  return SMD_REQUEST_STORE_GET_IFACE (self)->list (self, error);
}

gboolean
smd_request_store_note (SmdRequestStore *self, const SmdRequest *request, GError **error)
{
  return SMD_REQUEST_STORE_GET_IFACE (self)->note (self, request, error);
}

gboolean
smd_request_store_waits (SmdRequestStore *self, const char *key_fingerprint)
{
  g_autoptr (GPtrArray) waiting = smd_request_store_list (self, NULL);

  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    if (g_str_equal (((SmdRequest *) waiting->pdata[i])->token, key_fingerprint))
      return TRUE;
  return FALSE;
}
