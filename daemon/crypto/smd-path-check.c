/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-path-check.h"

#include "smd-cache.h"
#include "smd-crl-object.h"
#include "smd-openssl.h"
#include "smd-path-walk.h"

typedef EVP_MD_CTX Hash;

/* Where a time lies to a period: the answer depends on nothing else of it. The last second is a place of its own:
 * OpenSSL counts it as being after the period, smd_path_walk() as inside. */
static guint8
place_in (gint64 begin, gint64 end, gint64 at)
{
  if (at < begin)
    return 0;
  if (at < end)
    return 1;
  return at == end ? 2 : 3;
}

static void
hash_certificate (Hash *hash, SmdCertificate *certificate, gint64 at)
{
  guint8 place = place_in (smd_certificate_get_not_before (certificate), smd_certificate_get_not_after (certificate), at);

  EVP_DigestUpdate (hash, smd_certificate_get_fingerprint (certificate), 64);
  EVP_DigestUpdate (hash, &place, sizeof place);
}

static void
hash_certificates (Hash *hash, GPtrArray *certificates, gint64 at)
{
  guint32 count = certificates->len;

  EVP_DigestUpdate (hash, &count, sizeof count);
  for (guint i = 0; i < certificates->len; i++)
    hash_certificate (hash, certificates->pdata[i], at);
}

static void
hash_answers (Hash *hash, GPtrArray *answers)
{
  guint32 count = answers != NULL ? answers->len : 0;

  EVP_DigestUpdate (hash, &count, sizeof count);
  for (guint32 i = 0; i < count; i++)
    {
      const SmdPathAnswer *answer = answers->pdata[i];

      EVP_DigestUpdate (hash, smd_certificate_get_fingerprint (answer->certificate), 64);
      EVP_DigestUpdate (hash, &answer->revoked_at, sizeof answer->revoked_at);
      EVP_DigestUpdate (hash, &answer->reason, sizeof answer->reason);
    }
}

/* Who was revoked between two times depends on both exactly. */
static void
hash_times (Hash *hash, const SmdPathQuery *query)
{
  const gint64 times[] = { query->at, query->known_at };

  if (query->known_at > query->at)
    EVP_DigestUpdate (hash, times, sizeof times);
}

static void
hash_crls (Hash *hash, GPtrArray *crls, gint64 at)
{
  guint32 count = crls != NULL ? crls->len : G_MAXUINT32;

  EVP_DigestUpdate (hash, &count, sizeof count);
  for (guint i = 0; crls != NULL && i < crls->len; i++)
    {
      SmdCrl *crl = crls->pdata[i];
      gint64 next_update = smd_crl_get_next_update (crl);
      guint8 place = place_in (smd_crl_get_this_update (crl), next_update != 0 ? next_update : G_MAXINT64, at);

      EVP_DigestUpdate (hash, smd_crl_get_identity (crl), 32);
      EVP_DigestUpdate (hash, &place, sizeof place);
    }
}

static void
hash_settings (Hash *hash, const SmdPathQuery *query)
{
  const guint8 flags = (guint8) (query->require_explicit_policy << 0 | query->inhibit_policy_mapping << 1
                                 | query->inhibit_any_policy << 2 | (query->policies != NULL) << 3);

  EVP_DigestUpdate (hash, &flags, sizeof flags);
  EVP_DigestUpdate (hash, &query->most_intermediates, sizeof query->most_intermediates);
  for (const char *const *p = query->policies; p != NULL && *p != NULL; p++)
    EVP_DigestUpdate (hash, *p, strlen (*p) + 1);
}

/* Everything that the answer depends on. */
static gboolean
hash_query (SmdCrypto *crypto, const SmdPathQuery *query, guint8 digest[SMD_CACHE_HASH_SIZE])
{
  g_autoptr (EVP_MD_CTX) hash = EVP_MD_CTX_new ();

  if (!EVP_DigestInit_ex2 (hash, smd_crypto_get_digest (crypto, "SHA256"), NULL))
    return FALSE;

  hash_certificate (hash, query->leaf, query->at);
  hash_certificates (hash, query->candidates, query->at);
  hash_certificates (hash, query->anchors, query->at);
  hash_crls (hash, query->crls, MAX (query->at, query->known_at));
  hash_answers (hash, query->answers);
  hash_times (hash, query);
  hash_settings (hash, query);
  return EVP_DigestFinal_ex (hash, digest, NULL) == 1;
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
  gboolean keep = hash_query (crypto, query, digest);
  g_autoptr (SmdPath) path = keep ? smd_cache_get (path_cache (crypto), digest) : NULL;

  if (path != NULL)
    return g_steal_pointer (&path);

  path = smd_path_search (crypto, query, error);
  if (keep && path != NULL)
    smd_cache_add (path_cache (crypto), digest, path);
  return g_steal_pointer (&path);
}
