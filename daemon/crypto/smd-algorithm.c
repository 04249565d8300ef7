/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-algorithm.h"

#define OID(octets) { (const guint8 *) (octets), sizeof (octets) - 1 }

/* Common beginnings */
#define PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"         /* 1.2.840.113549.1.1 */
#define SMIME_ALG "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03" /* 1.2.840.113549.1.9.16.3 */
#define NIST_AES "\x60\x86\x48\x01\x65\x03\x04\x01"      /* 2.16.840.1.101.3.4.1 */
#define NIST_HASH "\x60\x86\x48\x01\x65\x03\x04\x02"     /* 2.16.840.1.101.3.4.2 */
#define NIST_SIG "\x60\x86\x48\x01\x65\x03\x04\x03"      /* 2.16.840.1.101.3.4.3 */
#define X962 "\x2a\x86\x48\xce\x3d"                      /* 1.2.840.10045 */
#define X963_SCHEME "\x2b\x81\x05\x10\x86\x48\x3f\x00"   /* 1.3.133.16.840.63.0 */
#define CERTICOM_STD "\x2b\x81\x04\x01\x0b"              /* 1.3.132.1.11 */
#define CERTICOM_COFACTOR "\x2b\x81\x04\x01\x0e"         /* 1.3.132.1.14 */

enum
{
  MD5,
  SHA1,
  SHA224,
  SHA256,
  SHA384,
  SHA512,
};

static const SmdDigestAlgorithm digests[] = {
  [MD5] = { OID ("\x2a\x86\x48\x86\xf7\x0d\x02\x05"), "md5", "MD5", 16, TRUE },
  [SHA1] = { OID ("\x2b\x0e\x03\x02\x1a"), "sha-1", "SHA1", 20, TRUE },
  [SHA224] = { OID (NIST_HASH "\x04"), "sha-224", "SHA224", 28, FALSE },
  [SHA256] = { OID (NIST_HASH "\x01"), "sha-256", "SHA256", 32, FALSE },
  [SHA384] = { OID (NIST_HASH "\x02"), "sha-384", "SHA384", 48, FALSE },
  [SHA512] = { OID (NIST_HASH "\x03"), "sha-512", "SHA512", 64, FALSE },
};

static const SmdSignatureAlgorithm signatures[] = {
  { OID (PKCS1 "\x01"), SMD_SIGNATURE_SCHEME_RSA, NULL },
  { OID (PKCS1 "\x04"), SMD_SIGNATURE_SCHEME_RSA, &digests[MD5] },
  { OID (PKCS1 "\x05"), SMD_SIGNATURE_SCHEME_RSA, &digests[SHA1] },
  { OID ("\x2b\x0e\x03\x02\x1d"), SMD_SIGNATURE_SCHEME_RSA, &digests[SHA1] },
  { OID (PKCS1 "\x0e"), SMD_SIGNATURE_SCHEME_RSA, &digests[SHA224] },
  { OID (PKCS1 "\x0b"), SMD_SIGNATURE_SCHEME_RSA, &digests[SHA256] },
  { OID (PKCS1 "\x0c"), SMD_SIGNATURE_SCHEME_RSA, &digests[SHA384] },
  { OID (PKCS1 "\x0d"), SMD_SIGNATURE_SCHEME_RSA, &digests[SHA512] },
  { OID (PKCS1 "\x0a"), SMD_SIGNATURE_SCHEME_RSA_PSS, NULL },
  /* id-ecPublicKey as a signature algorithm: not in RFC 5753, but in messages of old writers */
  { OID (X962 "\x02\x01"), SMD_SIGNATURE_SCHEME_ECDSA, NULL },
  { OID (X962 "\x04\x01"), SMD_SIGNATURE_SCHEME_ECDSA, &digests[SHA1] },
  { OID (X962 "\x04\x03\x01"), SMD_SIGNATURE_SCHEME_ECDSA, &digests[SHA224] },
  { OID (X962 "\x04\x03\x02"), SMD_SIGNATURE_SCHEME_ECDSA, &digests[SHA256] },
  { OID (X962 "\x04\x03\x03"), SMD_SIGNATURE_SCHEME_ECDSA, &digests[SHA384] },
  { OID (X962 "\x04\x03\x04"), SMD_SIGNATURE_SCHEME_ECDSA, &digests[SHA512] },
  { OID ("\x2b\x65\x70"), SMD_SIGNATURE_SCHEME_ED25519, NULL },
  { OID ("\x2b\x65\x71"), SMD_SIGNATURE_SCHEME_ED448, NULL },
  { OID ("\x2a\x86\x48\xce\x38\x04\x01"), SMD_SIGNATURE_SCHEME_DSA, NULL },
  { OID ("\x2a\x86\x48\xce\x38\x04\x03"), SMD_SIGNATURE_SCHEME_DSA, &digests[SHA1] },
  { OID (NIST_SIG "\x01"), SMD_SIGNATURE_SCHEME_DSA, &digests[SHA224] },
  { OID (NIST_SIG "\x02"), SMD_SIGNATURE_SCHEME_DSA, &digests[SHA256] },
};

static const SmdContentAlgorithm contents[] = {
  { OID ("\x2a\x86\x48\x86\xf7\x0d\x03\x02"), SMD_CIPHER_RC2_40, NULL, 5, 8, 0 },
  { OID ("\x2b\x0e\x03\x02\x07"), SMD_CIPHER_DES, NULL, 8, 8, 0 },
  { OID ("\x2a\x86\x48\x86\xf7\x0d\x03\x07"), SMD_CIPHER_3DES, "DES-EDE3-CBC", 24, 8, 0 },
  { OID (NIST_AES "\x02"), SMD_CIPHER_AES_128_CBC, "AES-128-CBC", 16, 16, 0 },
  { OID (NIST_AES "\x16"), SMD_CIPHER_AES_192_CBC, "AES-192-CBC", 24, 16, 0 },
  { OID (NIST_AES "\x2a"), SMD_CIPHER_AES_256_CBC, "AES-256-CBC", 32, 16, 0 },
  { OID (NIST_AES "\x06"), SMD_CIPHER_AES_128_GCM, "AES-128-GCM", 16, 12, 16 },
  { OID (NIST_AES "\x1a"), SMD_CIPHER_AES_192_GCM, "AES-192-GCM", 24, 12, 16 },
  { OID (NIST_AES "\x2e"), SMD_CIPHER_AES_256_GCM, "AES-256-GCM", 32, 12, 16 },
  { OID (SMIME_ALG "\x12"), SMD_CIPHER_CHACHA20_POLY1305, "ChaCha20-Poly1305", 32, 12, 16 },
};

static const SmdWrapAlgorithm wraps[] = {
  { OID (NIST_AES "\x05"), "AES-128-WRAP", 16 },
  { OID (NIST_AES "\x19"), "AES-192-WRAP", 24 },
  { OID (NIST_AES "\x2d"), "AES-256-WRAP", 32 },
};

static const SmdAgreementAlgorithm agreements[] = {
  { OID (X963_SCHEME "\x02"), SMD_AGREEMENT_X963, &digests[SHA1], FALSE },
  { OID (CERTICOM_STD "\x00"), SMD_AGREEMENT_X963, &digests[SHA224], FALSE },
  { OID (CERTICOM_STD "\x01"), SMD_AGREEMENT_X963, &digests[SHA256], FALSE },
  { OID (CERTICOM_STD "\x02"), SMD_AGREEMENT_X963, &digests[SHA384], FALSE },
  { OID (CERTICOM_STD "\x03"), SMD_AGREEMENT_X963, &digests[SHA512], FALSE },
  { OID (X963_SCHEME "\x03"), SMD_AGREEMENT_X963, &digests[SHA1], TRUE },
  { OID (CERTICOM_COFACTOR "\x00"), SMD_AGREEMENT_X963, &digests[SHA224], TRUE },
  { OID (CERTICOM_COFACTOR "\x01"), SMD_AGREEMENT_X963, &digests[SHA256], TRUE },
  { OID (CERTICOM_COFACTOR "\x02"), SMD_AGREEMENT_X963, &digests[SHA384], TRUE },
  { OID (CERTICOM_COFACTOR "\x03"), SMD_AGREEMENT_X963, &digests[SHA512], TRUE },
  { OID (SMIME_ALG "\x13"), SMD_AGREEMENT_HKDF, &digests[SHA256], FALSE },
  { OID (SMIME_ALG "\x14"), SMD_AGREEMENT_HKDF, &digests[SHA384], FALSE },
  { OID (SMIME_ALG "\x15"), SMD_AGREEMENT_HKDF, &digests[SHA512], FALSE },
};

static const SmdSpan transports[] = {
  [SMD_KEY_TRANSPORT_RSA] = OID (PKCS1 "\x01"),
  [SMD_KEY_TRANSPORT_OAEP] = OID (PKCS1 "\x07"),
};
static const SmdSpan mgf1 = OID (PKCS1 "\x08");
static const SmdSpan p_specified = OID (PKCS1 "\x09");

/* Every table's entries begin with their object identifier. */
#define FIND(table, wanted) find (table, G_N_ELEMENTS (table), sizeof (table)[0], wanted)

static const void *
find (const void *table, gsize count, gsize entry_size, SmdSpan oid)
{
  const guint8 *entry = table;

  for (gsize i = 0; i < count; i++, entry += entry_size)
    {
      if (smd_span_equal (*(const SmdSpan *) (const void *) entry, oid))
        return entry;
    }
  return NULL;
}

const SmdDigestAlgorithm *
smd_algorithm_find_digest (SmdSpan oid)
{
  return FIND (digests, oid);
}

const SmdDigestAlgorithm *
smd_algorithm_get_digest (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
    {
      if (g_str_equal (digests[i].word, word))
        return &digests[i];
    }
  return NULL;
}

const SmdSignatureAlgorithm *
smd_algorithm_find_signature (SmdSpan oid)
{
  return FIND (signatures, oid);
}

const SmdSignatureAlgorithm *
smd_algorithm_get_signature (SmdSignatureScheme scheme, const SmdDigestAlgorithm *digest)
{
  for (guint i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      if (signatures[i].scheme == scheme && signatures[i].digest == digest)
        return &signatures[i];
    }
  return NULL;
}

const SmdContentAlgorithm *
smd_algorithm_find_content (SmdSpan oid)
{
  return FIND (contents, oid);
}

const SmdContentAlgorithm *
smd_algorithm_get_content (SmdCipher cipher)
{
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      if (contents[i].cipher == cipher)
        return &contents[i];
    }
  return NULL;
}

const SmdWrapAlgorithm *
smd_algorithm_find_wrap (SmdSpan oid)
{
  return FIND (wraps, oid);
}

const SmdWrapAlgorithm *
smd_algorithm_get_wrap (gsize key_size)
{
  for (guint i = 0; i < G_N_ELEMENTS (wraps); i++)
    {
      if (wraps[i].key_size == key_size)
        return &wraps[i];
    }
  return NULL;
}

const SmdAgreementAlgorithm *
smd_algorithm_find_agreement (SmdSpan oid)
{
  return FIND (agreements, oid);
}

const SmdAgreementAlgorithm *
smd_algorithm_get_agreement (SmdAgreementKdf kdf, const SmdDigestAlgorithm *digest)
{
  for (guint i = 0; i < G_N_ELEMENTS (agreements); i++)
    {
      if (agreements[i].kdf == kdf && agreements[i].digest == digest && !agreements[i].cofactor)
        return &agreements[i];
    }
  return NULL;
}

gboolean
smd_algorithm_find_key_transport (SmdSpan oid, SmdKeyTransport *transport)
{
  const SmdSpan *found = FIND (transports, oid);

  if (found == NULL)
    return FALSE;
  *transport = (SmdKeyTransport) (found - transports);
  return TRUE;
}

SmdSpan
smd_algorithm_get_key_transport_oid (SmdKeyTransport transport)
{
  return transports[transport];
}

SmdSpan
smd_algorithm_get_mgf1_oid (void)
{
  return mgf1;
}

gboolean
smd_algorithm_is_mgf1 (SmdSpan oid)
{
  return smd_span_equal (oid, mgf1);
}

gboolean
smd_algorithm_is_p_specified (SmdSpan oid)
{
  return smd_span_equal (oid, p_specified);
}

const char *
smd_algorithm_signature_word (SmdSignatureScheme scheme)
{
  static const char *const words[] = {
    [SMD_SIGNATURE_SCHEME_RSA] = "rsa",         [SMD_SIGNATURE_SCHEME_RSA_PSS] = "rsa-pss",
    [SMD_SIGNATURE_SCHEME_ECDSA] = "ecdsa",     [SMD_SIGNATURE_SCHEME_ED25519] = "ed25519",
    [SMD_SIGNATURE_SCHEME_ED448] = "ed448",     [SMD_SIGNATURE_SCHEME_DSA] = "dsa",
  };

  return words[scheme];
}
