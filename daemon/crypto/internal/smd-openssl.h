/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "smd-cache.h"
#include "smd-span.h"

/* Named only: this header lies below all others of the folder. */
typedef struct _SmdCertificate SmdCertificate;
typedef struct _SmdCrypto SmdCrypto;
typedef struct _SmdPrivateKey SmdPrivateKey;

/* Ownership of OpenSSL's types, written into their declarations. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_INTEGER, ASN1_INTEGER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_OBJECT, ASN1_OBJECT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_OCTET_STRING, ASN1_OCTET_STRING_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_TIME, ASN1_TIME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_TYPE, ASN1_TYPE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_CIPHER, EVP_CIPHER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF_CTX, EVP_KDF_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MAC, EVP_MAC_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MAC_CTX, EVP_MAC_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD, EVP_MD_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GENERAL_NAMES, GENERAL_NAMES_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PKCS12, PKCS12_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_ALGOR, X509_ALGOR_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_NAME, X509_NAME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE_CTX, X509_STORE_CTX_free)

/* Inside crypto/: the OpenSSL objects behind the public types. None of them is given away. */

/* Returns: (transfer none): the private library context (default provider only) */
OSSL_LIB_CTX *smd_crypto_get_libctx (SmdCrypto *self);

/* What lives in the library context (certificates, keys) keeps the context alive, but not the cache that may hold it:
 * a hold is no reference. Returns: @self */
SmdCrypto *smd_crypto_hold (SmdCrypto *self);
void smd_crypto_release (SmdCrypto *self);

/* What is remembered by a hash until the last reference to the context goes. The context doesn't know what it is. */
typedef enum
{
  SMD_CRYPTO_CACHE_CERTIFICATES,
  SMD_CRYPTO_CACHE_PATHS,
  SMD_CRYPTO_N_CACHES
} SmdCryptoCache;

/* Returns: (transfer none): the cache, made when first asked for */
SmdCache *smd_crypto_get_cache (SmdCrypto *self, SmdCryptoCache which, SmdCacheRef ref, GDestroyNotify unref);
/* SHA-256 of @span. */
void smd_crypto_sha256 (SmdCrypto *self, SmdSpan span, guint8 hash[32]);
void smd_crypto_sha1 (SmdCrypto *self, SmdSpan span, guint8 hash[20]);

/* Returns: (transfer none): a context with default and legacy providers, loaded at the first call; for PKCS#12 only; on
 * error `LegacyAlgorithm` */
OSSL_LIB_CTX *smd_crypto_get_legacy_libctx (SmdCrypto *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none) (nullable): a digest or cipher fetched once, by its OpenSSL name (`SHA256`, `AES-256-GCM`,
 * `AES-128-WRAP`, ...); %NULL if it is not in the list of smd-crypto.c or the provider lacks it */
const EVP_MD *smd_crypto_get_digest (SmdCrypto *self, const char *name);
const EVP_CIPHER *smd_crypto_get_cipher (SmdCrypto *self, const char *name);

/* The parsed certificate; immutable, shared between threads. Extension flags are cached already. */
X509 *smd_certificate_get_x509 (SmdCertificate *self);
EVP_PKEY *smd_certificate_get_public_key (SmdCertificate *self);
EVP_PKEY *smd_private_key_get_pkey (SmdPrivateKey *self);
/* Returns: (transfer full) (nullable): a context that EVP_PKEY_sign() can be called with at once, for this thread alone until it is given back.
 * To make one takes half as long as to sign by ECDSA. */
EVP_PKEY_CTX *smd_private_key_take_signer (SmdPrivateKey *self);
/* @signer: (transfer full): one that has signed */
void smd_private_key_give_signer (SmdPrivateKey *self, EVP_PKEY_CTX *signer);
/* Takes over @pkey. Returns: (transfer full): a key; on error `NotSupported` */
SmdPrivateKey *smd_private_key_new_take (SmdCrypto *crypto, EVP_PKEY *pkey, GError **error) G_GNUC_WARN_UNUSED_RESULT;
