/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cert-store.h"

#include "smimed-error.h"

G_DEFINE_INTERFACE (SmdCertStore, smd_cert_store, G_TYPE_OBJECT)

static void
smd_cert_store_default_init (SmdCertStoreInterface *iface)
{
}

GPtrArray *
smd_cert_store_find (SmdCertStore *self, const SmdCertQuery *query, GError **error)
{
  return SMD_CERT_STORE_GET_IFACE (self)->find (self, query, error);
}

GPtrArray *
smd_cert_store_list_at_once (SmdCertStore *self, const char *address, GError **error)
{
  return SMD_CERT_STORE_GET_IFACE (self)->list_at_once (self, address, error);
}

SmdCertRecord *
smd_cert_store_lookup (SmdCertStore *self, const char *fingerprint, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) found = NULL;

  query.fingerprint = fingerprint;
  query.limit = 1;
  found = smd_cert_store_find (self, &query, error);
  if (found == NULL)
    return NULL;

  if (found->len == 0)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "No certificate with the fingerprint %s is stored", fingerprint);
      return NULL;
    }

  return smd_cert_record_copy (found->pdata[0]);
}

gboolean
smd_cert_store_add (SmdCertStore *self, GPtrArray *records, GError **error)
{
  return SMD_CERT_STORE_GET_IFACE (self)->add (self, records, error);
}

gboolean
smd_cert_store_set_trust (SmdCertStore *self, const char *fingerprint, SmdTrust trust, GError **error)
{
  return SMD_CERT_STORE_GET_IFACE (self)->set_trust (self, fingerprint, trust, error);
}

gboolean
smd_cert_store_get_trust (SmdCertStore *self, const char *fingerprint, SmdTrust *trust, GError **error)
{
  return SMD_CERT_STORE_GET_IFACE (self)->get_trust (self, fingerprint, trust, error);
}

gboolean
smd_cert_store_remove (SmdCertStore *self, const char *fingerprint, GError **error)
{
  return SMD_CERT_STORE_GET_IFACE (self)->remove (self, fingerprint, error);
}

gboolean
smd_cert_store_get_capabilities (SmdCertStore *self, const char *address, SmdCapabilities *capabilities, GError **error)
{
  return SMD_CERT_STORE_GET_IFACE (self)->get_capabilities (self, address, capabilities, error);
}

gboolean
smd_cert_store_set_capabilities (SmdCertStore *self, const char *address, SmdCapabilities capabilities, gint64 signing_time,
                                 GError **error)
{
  return SMD_CERT_STORE_GET_IFACE (self)->set_capabilities (self, address, capabilities, signing_time, error);
}

guint
smd_cert_store_get_serial (SmdCertStore *self)
{
  SmdCertStoreInterface *iface = SMD_CERT_STORE_GET_IFACE (self);

  return iface->get_serial != NULL ? iface->get_serial (self) : 0;
}
