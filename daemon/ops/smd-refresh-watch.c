/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-refresh-watch.h"

#include "smd-crl-signers.h"
#include "smd-limits.h"
#include "smd-refresh-plan.h"

#define MOST_PLACES 512

typedef struct
{
  GHashTable *places; /* (owned) URLs of CRLs */
  GHashTable *own;    /* (owned) fingerprint (unowned) -> SmdCertificate (owned): of own chains */
  const char *const *directories; /* (unowned) the setting */
} Wanted;

static GPtrArray *
find_role (const SmdEnv *env, SmdRole role, SmdSpan issuer, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;

  query.role = role;
  query.issuer_der = issuer;
  query.limit = SMD_LIMIT_CERTIFICATES;
  return smd_cert_store_find (env->certs, &query, error);
}

static gboolean
is_current (SmdCertificate *certificate, gint64 now)
{
  return smd_certificate_get_not_after (certificate) >= now;
}

static void
add_of_own (Wanted *wanted, SmdCertificate *certificate)
{
  smd_refresh_plan_add_places (wanted->places, certificate, wanted->directories);
  if (smd_certificate_get_ocsp_urls (certificate)[0] != NULL)
    g_hash_table_replace (wanted->own, (gpointer) smd_certificate_get_fingerprint (certificate), smd_certificate_ref (certificate));
}

/* Whoever bears an authority's name doesn't choose who is asked; where the chain has no anchor yet, the names are all that there is. */
static gboolean
add_chain (const SmdEnv *env, SmdCertificate *own, gint64 now, Wanted *wanted, GError **error)
{
  g_autoptr (SmdGathered) gathered = smd_gather (env, own, NULL, NULL, error);
  gboolean proven;

  if (gathered == NULL)
    return FALSE;

  proven = smd_crl_signers_is_proven (env, gathered, own);
  add_of_own (wanted, own);
  for (guint i = 0; i < gathered->candidates->len; i++)
    if (is_current (gathered->candidates->pdata[i], now)
        && (!proven || smd_crl_signers_is_proven (env, gathered, gathered->candidates->pdata[i])))
      add_of_own (wanted, gathered->candidates->pdata[i]);
  return TRUE;
}

static gboolean
add_own (const SmdEnv *env, gint64 now, Wanted *wanted, GError **error)
{
  g_autoptr (GPtrArray) own = find_role (env, SMD_ROLE_OWN, SMD_SPAN_EMPTY, error);

  for (guint i = 0; own != NULL && i < own->len; i++)
    {
      SmdCertificate *certificate = ((const SmdCertRecord *) own->pdata[i])->certificate;

      if (is_current (certificate, now) && !add_chain (env, certificate, now, wanted, error))
        return FALSE;
    }
  return own != NULL;
}

static gboolean
add_proven (const SmdEnv *env, SmdCertificate *certificate, const Wanted *wanted, GError **error)
{
  g_autoptr (SmdGathered) gathered = smd_gather (env, certificate, NULL, NULL, error);

  if (gathered != NULL && smd_crl_signers_is_proven (env, gathered, certificate))
    smd_refresh_plan_add_places (wanted->places, certificate, wanted->directories);
  return gathered != NULL;
}

/* The anchors' own CRLs are named by the certificates that they have issued. */
static gboolean
add_issued (const SmdEnv *env, SmdCertificate *anchor, gint64 now, const Wanted *wanted, GError **error)
{
  g_autoptr (GPtrArray) issued = find_role (env, SMD_ROLE_INTERMEDIATE, smd_certificate_get_subject_der (anchor), error);

  for (guint i = 0; issued != NULL && i < issued->len; i++)
    {
      SmdCertificate *certificate = ((const SmdCertRecord *) issued->pdata[i])->certificate;

      if (is_current (certificate, now) && !add_proven (env, certificate, wanted, error))
        return FALSE;
    }
  return issued != NULL;
}

static gboolean
add_anchors (const SmdEnv *env, gint64 now, const Wanted *wanted, GError **error)
{
  g_autoptr (GPtrArray) anchors = find_role (env, SMD_ROLE_ANCHOR, SMD_SPAN_EMPTY, error);

  for (guint i = 0; anchors != NULL && i < anchors->len; i++)
    if (!add_issued (env, ((const SmdCertRecord *) anchors->pdata[i])->certificate, now, wanted, error))
      return FALSE;
  return anchors != NULL;
}

static SmdRevocationEntry *
new_entry (SmdRevocationKind kind, const char *url)
{
  SmdRevocationEntry *entry = g_new0 (SmdRevocationEntry, 1);

  entry->kind = kind;
  entry->url = g_strdup (url);
  entry->issuer = g_strdup ("");
  entry->number = g_strdup ("");
  entry->detail = g_strdup ("");
  return entry;
}

/* Those places that nothing is known of yet */
static void
add_new (GPtrArray *watched, GHashTable *places)
{
  GHashTableIter iter;
  gpointer url;

  g_hash_table_iter_init (&iter, places);
  while (watched->len < MOST_PLACES && g_hash_table_iter_next (&iter, &url, NULL))
    g_ptr_array_add (watched, new_entry (SMD_REVOCATION_CRL, url));
}

/* Moves what is wanted from @known to @watched. */
static void
take_known (GPtrArray *watched, GPtrArray *known, GHashTable *places, gint64 since)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer url;

  for (guint i = 0; i < known->len; i++)
    {
      SmdRevocationEntry *entry = known->pdata[i];

      if (entry->kind == SMD_REVOCATION_OCSP || (entry->used_at < since && !g_hash_table_contains (places, entry->url)))
        continue;
      g_hash_table_add (seen, g_strdup (entry->url));
      g_ptr_array_add (watched, entry);
      known->pdata[i] = NULL;
    }

  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &url, NULL))
    g_hash_table_remove (places, url);
}

/* ---- OCSP ---- */

/* Returns: (transfer full) (nullable): whom @entry is about, while that is of use to somebody */
static SmdCertificate *
find_subject (const SmdEnv *env, const SmdRevocationEntry *entry, const Wanted *wanted, gint64 since)
{
  SmdCertificate *own = g_hash_table_lookup (wanted->own, entry->certificate);

  if (own != NULL)
    return smd_certificate_ref (own);
  if (entry->der == NULL || entry->used_at < since)
    return NULL;
  return smd_certificate_new (env->crypto, smd_span_bytes (entry->der), NULL);
}

/* @entry: (transfer full). Returns: (transfer full) (nullable): it, if @certificate's responder is asked ahead of need */
static SmdRevocationEntry *
address (SmdRevocationEntry *entry, SmdCertificate *certificate, SmdOrder sources)
{
  const char *url = smd_refresh_plan_responder (certificate, sources, entry);
  SmdSpan der = smd_certificate_get_der (certificate);

  if (url == NULL)
    {
      smd_revocation_entry_free (entry);
      return NULL;
    }

  g_free (entry->url);
  entry->url = g_strdup (url);
  g_clear_pointer (&entry->der, g_bytes_unref);
  entry->der = g_bytes_new (der.data, der.size);
  return entry;
}

static void
add_address (GPtrArray *watched, SmdRevocationEntry *entry, SmdCertificate *certificate, SmdOrder sources)
{
  SmdRevocationEntry *addressed = address (entry, certificate, sources);

  if (addressed != NULL)
    g_ptr_array_add (watched, addressed);
}

/* Moves those that are wanted from @known to @watched. */
static void
take_known_answers (const SmdEnv *env, GPtrArray *watched, GPtrArray *known, Wanted *wanted, SmdOrder sources, gint64 now, gint64 since)
{
  for (guint i = 0; i < known->len; i++)
    {
      SmdRevocationEntry *entry = known->pdata[i];
      gboolean answer = entry != NULL && entry->kind == SMD_REVOCATION_OCSP && entry->certificate != NULL;
      g_autoptr (SmdCertificate) certificate = answer ? find_subject (env, entry, wanted, since) : NULL;

      if (certificate == NULL)
        continue;
      g_hash_table_remove (wanted->own, entry->certificate);
      if (!is_current (certificate, now))
        continue;
      known->pdata[i] = NULL;
      add_address (watched, entry, certificate, sources);
    }
}

static void
add_new_answers (GPtrArray *watched, const Wanted *wanted, SmdOrder sources)
{
  GHashTableIter iter;
  gpointer fingerprint, certificate;

  g_hash_table_iter_init (&iter, wanted->own);
  while (watched->len < 2 * MOST_PLACES && g_hash_table_iter_next (&iter, &fingerprint, &certificate))
    {
      SmdRevocationEntry *entry = new_entry (SMD_REVOCATION_OCSP, "");

      entry->certificate = g_strdup (fingerprint);
      add_address (watched, entry, certificate, sources);
    }
}

/* ---- both ---- */

static void
free_entry (gpointer entry)
{
  if (entry != NULL)
    smd_revocation_entry_free (entry);
}

GPtrArray *
smd_refresh_watch (const SmdEnv *env, const SmdPolicy *policy, gint64 now, gboolean all, GError **error)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) own = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) smd_certificate_unref);
  g_autoptr (GPtrArray) watched = g_ptr_array_new_with_free_func (free_entry);
  g_autoptr (GPtrArray) known = smd_revocation_store_list (env->revocation, error);
  gint64 since = all ? G_MININT64 : now - SMD_REFRESH_MEMORY;
  SmdOrder sources = policy->revocation_sources;
  Wanted wanted = { places, own, policy->directories };

  if (known == NULL || !add_own (env, now, &wanted, error) || !add_anchors (env, now, &wanted, error))
    return NULL;

  g_ptr_array_set_free_func (known, free_entry);
  take_known (watched, known, places, since);
  add_new (watched, places);
  take_known_answers (env, watched, known, &wanted, sources, now, since);
  add_new_answers (watched, &wanted, sources);
  return g_steal_pointer (&watched);
}
