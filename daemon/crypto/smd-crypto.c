/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crypto.h"

#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/rand.h>

#include "smd-cache.h"
#include "smd-crl-object.h"
#include "smd-openssl-error.h"
#include "smd-openssl-memory.h"
#include "smd-openssl.h"

/* Entries of each cache */
#define CACHED 1024

static const char *const digest_names[] = {
  "SHA1",       "SHA224",   "SHA256",   "SHA384",   "SHA512",   "SHA512-224",
  "SHA512-256", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512", "MD5",
};

static const char *const cipher_names[] = {
  "AES-128-CBC",  "AES-192-CBC",  "AES-256-CBC",  "AES-128-GCM",  "AES-192-GCM",       "AES-256-GCM",
  "AES-128-WRAP", "AES-192-WRAP", "AES-256-WRAP", "DES-EDE3-CBC", "ChaCha20-Poly1305",
};

struct _SmdCrypto
{
  gatomicrefcount references;
  gatomicrefcount holds;   /* one for all references together, one for each object that lives in the context */
  OSSL_LIB_CTX *libctx;    /* (owned) */
  OSSL_PROVIDER *provider; /* (owned) */
  GMutex legacy_lock;
  OSSL_LIB_CTX *legacy_libctx;                      /* (owned) (nullable) */
  OSSL_PROVIDER *legacy_providers[2];               /* (owned) (nullable) */
  SmdCache *caches[SMD_CRYPTO_N_CACHES];            /* (owned) (nullable) until the last reference goes */
  EVP_MD *digests[G_N_ELEMENTS (digest_names)];     /* (owned) (nullable) fetched when first asked for */
  EVP_CIPHER *ciphers[G_N_ELEMENTS (cipher_names)]; /* (owned) (nullable) fetched when first asked for */
  gsize has_secret;
  guint8 secret[32]; /* of decoys */
};

SmdCrypto *
smd_crypto_new (GError **error)
{
  g_autoptr (SmdCrypto) self = g_new0 (SmdCrypto, 1);

  smd_openssl_memory_prepare ();
  smd_crl_method_install ();
  g_atomic_ref_count_init (&self->references);
  g_atomic_ref_count_init (&self->holds);
  g_mutex_init (&self->legacy_lock);
  self->libctx = OSSL_LIB_CTX_new ();
  if (self->libctx != NULL)
    self->provider = OSSL_PROVIDER_load (self->libctx, "default");
  if (self->provider == NULL)
    {
      smd_openssl_fail (error, SMIMED_ERROR_FAILED, "OpenSSL's default provider could not be loaded");
      return NULL;
    }
  return g_steal_pointer (&self);
}

SmdCrypto *
smd_crypto_ref (SmdCrypto *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_crypto_unref (SmdCrypto *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  for (guint i = 0; i < SMD_CRYPTO_N_CACHES; i++)
    g_clear_pointer (&self->caches[i], smd_cache_free);
  smd_crypto_release (self);
}

SmdCrypto *
smd_crypto_hold (SmdCrypto *self)
{
  g_atomic_ref_count_inc (&self->holds);
  return self;
}

static void
unload (OSSL_PROVIDER *provider)
{
  if (provider != NULL)
    OSSL_PROVIDER_unload (provider);
}

void
smd_crypto_release (SmdCrypto *self)
{
  if (!g_atomic_ref_count_dec (&self->holds))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (self->digests); i++)
    EVP_MD_free (self->digests[i]);
  for (guint i = 0; i < G_N_ELEMENTS (self->ciphers); i++)
    EVP_CIPHER_free (self->ciphers[i]);
  for (guint i = 0; i < G_N_ELEMENTS (self->legacy_providers); i++)
    unload (self->legacy_providers[i]);
  OSSL_LIB_CTX_free (self->legacy_libctx);
  unload (self->provider);
  OSSL_LIB_CTX_free (self->libctx);
  g_mutex_clear (&self->legacy_lock);
  OPENSSL_cleanse (self->secret, sizeof self->secret);
  g_free (self);
}

OSSL_LIB_CTX *
smd_crypto_get_libctx (SmdCrypto *self)
{
  return self->libctx;
}

OSSL_LIB_CTX *
smd_crypto_get_legacy_libctx (SmdCrypto *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->legacy_lock);

  if (self->legacy_libctx == NULL)
    self->legacy_libctx = OSSL_LIB_CTX_new ();
  if (self->legacy_libctx != NULL && self->legacy_providers[0] == NULL)
    self->legacy_providers[0] = OSSL_PROVIDER_load (self->legacy_libctx, "default");
  if (self->legacy_providers[0] != NULL && self->legacy_providers[1] == NULL)
    self->legacy_providers[1] = OSSL_PROVIDER_load (self->legacy_libctx, "legacy");
  if (self->legacy_providers[1] != NULL)
    return self->legacy_libctx;

  smd_openssl_fail (error, SMIMED_ERROR_LEGACY_ALGORITHM,
                    "The data is protected with an old algorithm (RC2, RC4 or DES), and OpenSSL's legacy provider is "
                    "not installed: install it, or protect the data anew with AES");
  return NULL;
}

SmdCache *
smd_crypto_get_cache (SmdCrypto *self, SmdCryptoCache which, SmdCacheRef ref, GDestroyNotify unref)
{
  SmdCache *cache = g_atomic_pointer_get (&self->caches[which]);

  if (cache != NULL)
    return cache;
  cache = smd_cache_new (CACHED, ref, unref);
  if (g_atomic_pointer_compare_and_exchange (&self->caches[which], NULL, cache))
    return cache;
  smd_cache_free (cache); /* another thread was faster */
  return g_atomic_pointer_get (&self->caches[which]);
}

const EVP_MD *
smd_crypto_get_digest (SmdCrypto *self, const char *name)
{
  guint i = 0;
  EVP_MD *fetched;

  while (i < G_N_ELEMENTS (digest_names) && g_ascii_strcasecmp (digest_names[i], name) != 0)
    i++;
  if (i == G_N_ELEMENTS (digest_names))
    return NULL;
  fetched = g_atomic_pointer_get (&self->digests[i]);
  if (fetched != NULL)
    return fetched;

  fetched = EVP_MD_fetch (self->libctx, digest_names[i], NULL);
  if (fetched == NULL)
    smd_openssl_forget ();
  else if (!g_atomic_pointer_compare_and_exchange (&self->digests[i], NULL, fetched))
    EVP_MD_free (fetched); /* another thread was faster */
  return g_atomic_pointer_get (&self->digests[i]);
}

const EVP_CIPHER *
smd_crypto_get_cipher (SmdCrypto *self, const char *name)
{
  guint i = 0;
  EVP_CIPHER *fetched;

  while (i < G_N_ELEMENTS (cipher_names) && g_ascii_strcasecmp (cipher_names[i], name) != 0)
    i++;
  if (i == G_N_ELEMENTS (cipher_names))
    return NULL;
  fetched = g_atomic_pointer_get (&self->ciphers[i]);
  if (fetched != NULL)
    return fetched;

  fetched = EVP_CIPHER_fetch (self->libctx, cipher_names[i], NULL);
  if (fetched == NULL)
    smd_openssl_forget ();
  else if (!g_atomic_pointer_compare_and_exchange (&self->ciphers[i], NULL, fetched))
    EVP_CIPHER_free (fetched); /* another thread was faster */
  return g_atomic_pointer_get (&self->ciphers[i]);
}

void
smd_crypto_warm_up (SmdCrypto *self)
{
  EVP_PKEY *key = NULL;
  OSSL_DECODER_CTX *decoder;

  /* The first fetch fills our context's tables, the first question about a constant digest those of the default context, which
   * X509_check_purpose() needs; decoders for public keys are looked up among all that there are. */
  (void) smd_crypto_get_digest (self, "SHA256");
  decoder = OSSL_DECODER_CTX_new_for_pkey (&key, "DER", "SubjectPublicKeyInfo", "RSA", EVP_PKEY_PUBLIC_KEY, self->libctx, NULL);
  OSSL_DECODER_CTX_free (decoder);
  (void) EVP_MD_is_a (EVP_sha1 (), "SHA1");
  smd_openssl_forget ();
}

void
smd_crypto_random (SmdCrypto *self, guint8 *data, gsize size)
{
  if (RAND_bytes_ex (self->libctx, data, size, 0) != 1)
    g_error ("The operating system gives no random numbers");
}

static void
digest (const EVP_MD *md, SmdSpan span, guint8 *hash)
{
  if (md == NULL || !EVP_Digest (span.data, span.size, hash, NULL, md, NULL))
    g_error ("OpenSSL's default provider lacks SHA-1 or SHA-256");
}

void
smd_crypto_sha256 (SmdCrypto *self, SmdSpan span, guint8 hash[32])
{
  digest (smd_crypto_get_digest (self, "SHA256"), span, hash);
}

void
smd_crypto_sha1 (SmdCrypto *self, SmdSpan span, guint8 hash[20])
{
  digest (smd_crypto_get_digest (self, "SHA1"), span, hash);
}

void
smd_crypto_decoy (SmdCrypto *self, SmdSpan seed, guint8 *data, gsize size)
{
  const EVP_MD *md = smd_crypto_get_digest (self, "SHA256");
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 hash[32];

  g_return_if_fail (size <= sizeof hash);
  if (g_once_init_enter (&self->has_secret))
    {
      smd_crypto_random (self, self->secret, sizeof self->secret);
      g_once_init_leave (&self->has_secret, 1);
    }

  if (md == NULL || context == NULL || !EVP_DigestInit_ex2 (context, md, NULL)
      || !EVP_DigestUpdate (context, self->secret, sizeof self->secret)
      || !EVP_DigestUpdate (context, seed.data, seed.size) || !EVP_DigestFinal_ex (context, hash, NULL))
    g_error ("OpenSSL's default provider lacks SHA-256");
  memcpy (data, hash, size);
  OPENSSL_cleanse (hash, sizeof hash);
}

char *
smd_crypto_fingerprint (SmdCrypto *self, SmdSpan span)
{
  guint8 hash[32];

  smd_crypto_sha256 (self, span, hash);
  return smd_span_to_hex (smd_span (hash, sizeof hash));
}
