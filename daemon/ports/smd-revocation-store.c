/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-store.h"

G_DEFINE_INTERFACE (SmdRevocationStore, smd_revocation_store, G_TYPE_OBJECT)

static void
smd_revocation_store_default_init (SmdRevocationStoreInterface *iface)
{
}

void
smd_revocation_entry_free (SmdRevocationEntry *self)
{
  g_free (self->url);
  g_free (self->issuer);
  g_clear_pointer (&self->issuer_bytes, g_bytes_unref);
  g_free (self->number);
  g_free (self->etag);
  g_free (self->detail);
  g_free (self->certificate);
  g_clear_pointer (&self->der, g_bytes_unref);
  g_free (self);
}

SmdRevocationState
smd_revocation_entry_get_state (const SmdRevocationEntry *self, gint64 now)
{
  if (self->this_update != 0 && self->next_update > now)
    return SMD_REVOCATION_FRESH;
  return self->detail[0] != '\0' || self->this_update == 0 ? SMD_REVOCATION_FAILED : SMD_REVOCATION_STALE;
}

GPtrArray *
smd_revocation_store_find_crls (SmdRevocationStore *self, SmdSpan issuer_der, const char *const *urls, gboolean borne, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->find_crls (self, issuer_der, urls, borne, error);
}

SmdRevocationEntry *
smd_revocation_store_import_crl (SmdRevocationStore *self, const char *url, SmdBlob *file, GPtrArray *issuers,
                                 const char *etag, gint64 modified, gint64 now, GCancellable *cancellable,
                                 GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->import_crl (self, url, file, issuers, etag, modified, now, cancellable, error);
}

gboolean
smd_revocation_store_note_failure (SmdRevocationStore *self, const char *url, SmdRevocationKind kind,
                                   const char *detail, gint64 now, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->note_failure (self, url, kind, detail, now, error);
}

gboolean
smd_revocation_store_note_unchanged (SmdRevocationStore *self, const char *url, gint64 now, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->note_unchanged (self, url, now, error);
}

SmdRevocationEntry *
smd_revocation_store_lookup (SmdRevocationStore *self, const char *url, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->lookup (self, url, error);
}

gboolean
smd_revocation_store_touch (SmdRevocationStore *self, const char *const *urls, gint64 now, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->touch (self, urls, now, error);
}

GPtrArray *
smd_revocation_store_list (SmdRevocationStore *self, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->list (self, error);
}

gboolean
smd_revocation_store_flush (SmdRevocationStore *self, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->flush (self, error);
}

gboolean
smd_revocation_store_get_ocsp (SmdRevocationStore *self, const char *certificate, SmdOcspAnswer *answer, char **url,
                               GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->get_ocsp (self, certificate, answer, url, error);
}

gboolean
smd_revocation_store_put_ocsp (SmdRevocationStore *self, const char *certificate, const char *url,
                               const SmdOcspAnswer *answer, gint64 now, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->put_ocsp (self, certificate, url, answer, now, error);
}

gboolean
smd_revocation_store_note_mute (SmdRevocationStore *self, const char *certificate, const char *url, const char *detail, gint64 now,
                                GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->note_mute (self, certificate, url, detail, now, error);
}

gboolean
smd_revocation_store_touch_ocsp (SmdRevocationStore *self, GPtrArray *certificates, gint64 now, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->touch_ocsp (self, certificates, now, error);
}

SmdRevocationEntry *
smd_revocation_store_lookup_ocsp (SmdRevocationStore *self, const char *certificate, GError **error)
{
  return SMD_REVOCATION_STORE_GET_IFACE (self)->lookup_ocsp (self, certificate, error);
}

void
smd_revocation_store_set_listener (SmdRevocationStore *self, SmdRevocationChanged changed, gpointer data)
{
  SMD_REVOCATION_STORE_GET_IFACE (self)->set_listener (self, changed, data);
}
