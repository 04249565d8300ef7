/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-path-check.h"

#include "smd-cache.h"
#include "smd-openssl.h"
#include "smd-path-walk.h"

typedef EVP_MD_CTX Hash;

static void
hash_certificates (Hash *hash, GPtrArray *certificates)
{
  guint32 count = certificates->len;

  EVP_DigestUpdate (hash, &count, sizeof count);
  for (guint i = 0; i < certificates->len; i++)
    EVP_DigestUpdate (hash, smd_certificate_get_fingerprint (certificates->pdata[i]), 64);
}

static void
hash_settings (Hash *hash, const SmdPathQuery *query)
{
  const guint8 flags = (guint8) (query->require_explicit_policy << 0 | query->inhibit_policy_mapping << 1
                                 | query->inhibit_any_policy << 2 | (query->policies != NULL) << 3);

  EVP_DigestUpdate (hash, &flags, sizeof flags);
  for (const char *const *p = query->policies; p != NULL && *p != NULL; p++)
    EVP_DigestUpdate (hash, *p, strlen (*p) + 1);
}

/* Everything that the answer depends on, but for the time. */
static gboolean
hash_query (SmdCrypto *crypto, const SmdPathQuery *query, guint8 digest[SMD_CACHE_HASH_SIZE])
{
  g_autoptr (EVP_MD_CTX) hash = EVP_MD_CTX_new ();

  if (!EVP_DigestInit_ex2 (hash, smd_crypto_get_digest (crypto, "SHA256"), NULL))
    return FALSE;

  EVP_DigestUpdate (hash, smd_certificate_get_fingerprint (query->leaf), 64);
  hash_certificates (hash, query->candidates);
  hash_certificates (hash, query->anchors);
  hash_settings (hash, query);
  return EVP_DigestFinal_ex (hash, digest, NULL) == 1;
}

/* Inside these bounds another time gives the same answer: no certificate of the chain begins or ends its validity. */
static gboolean
holds_at (const SmdPath *path, gint64 at)
{
  for (guint i = 0; i < path->chain->len; i++)
    if (at < smd_certificate_get_not_before (path->chain->pdata[i]) || at > smd_certificate_get_not_after (path->chain->pdata[i]))
      return FALSE;

  return TRUE;
}

/* Which path OpenSSL prefers may depend on the validity of those not taken: such answers are not kept. */
static gboolean
all_hold_at (const SmdPathQuery *query, gint64 at)
{
  for (guint i = 0; i < query->candidates->len; i++)
    if (at < smd_certificate_get_not_before (query->candidates->pdata[i])
        || at > smd_certificate_get_not_after (query->candidates->pdata[i]))
      return FALSE;

  return TRUE;
}

static SmdCache *
path_cache (SmdCrypto *crypto)
{
  return smd_crypto_get_cache (crypto, SMD_CRYPTO_CACHE_PATHS, (SmdCacheRef) smd_path_ref,
                               (GDestroyNotify) smd_path_unref);
}

SmdPath *
smd_path_check (SmdCrypto *crypto, const SmdPathQuery *query, GError **error)
{
  guint8 digest[SMD_CACHE_HASH_SIZE];
  gboolean keep = all_hold_at (query, query->at) && hash_query (crypto, query, digest);
  g_autoptr (SmdPath) path = keep ? smd_cache_get (path_cache (crypto), digest) : NULL;

  if (path != NULL && holds_at (path, query->at))
    return g_steal_pointer (&path);

  g_clear_pointer (&path, smd_path_unref);
  path = smd_path_walk (crypto, query, error);
  if (keep && path != NULL && holds_at (path, query->at))
    smd_cache_add (path_cache (crypto), digest, path);
  return g_steal_pointer (&path);
}
