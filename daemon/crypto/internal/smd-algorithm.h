/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <openssl/objects.h>

#include "smd-cipher.h"

G_BEGIN_DECLS

/* The algorithms that CMS messages name. Object identifiers are compared as the content octets of their DER, because
 * OpenSSL 3.0 doesn't know all of them and registering one would change process-wide state. All tables are constant;
 * entries may be compared by address. */

typedef struct
{
  SmdSpan oid;
  const char *word; /* (unowned) as on the bus: `sha-256` */
  const char *name; /* (unowned) for smd_crypto_get_digest(): `SHA256` */
  gsize size;       /* in bytes */
  gboolean weak;    /* MD5 and SHA-1: never good */
} SmdDigestAlgorithm;

typedef enum
{
  SMD_SIGNATURE_SCHEME_RSA,     /* PKCS#1 v1.5 */
  SMD_SIGNATURE_SCHEME_RSA_PSS, /* RFC 4056; digest, MGF and salt in the parameters */
  SMD_SIGNATURE_SCHEME_ECDSA,   /* RFC 5753 */
  SMD_SIGNATURE_SCHEME_ED25519, /* RFC 8419 */
  SMD_SIGNATURE_SCHEME_ED448,   /* named, not verified */
  SMD_SIGNATURE_SCHEME_DSA,     /* named, not verified */
} SmdSignatureScheme;

typedef struct
{
  SmdSpan oid;
  SmdSignatureScheme scheme;
  /* (unowned) (nullable) named by the identifier itself; %NULL: the SignerInfo's digestAlgorithm */
  const SmdDigestAlgorithm *digest;
} SmdSignatureAlgorithm;

typedef struct
{
  SmdSpan oid;
  SmdCipher cipher;
  const char *name; /* (unowned) (nullable) for smd_crypto_get_cipher(): `AES-256-GCM`; %NULL: never used */
  gsize key_size;   /* sizes in bytes */
  gsize iv_size;    /* of what we write; also the only one that CBC and ChaCha20 take */
  gsize tag_size;   /* 0: CBC */
} SmdContentAlgorithm;

typedef struct
{
  SmdSpan oid;
  const char *name; /* (unowned) for smd_crypto_get_cipher(): `AES-256-WRAP` */
  gsize key_size;   /* of the key-encryption key, in bytes */
} SmdWrapAlgorithm;

typedef enum
{
  SMD_KEY_TRANSPORT_RSA,  /* PKCS#1 v1.5 */
  SMD_KEY_TRANSPORT_OAEP, /* RFC 3560 */
} SmdKeyTransport;

typedef enum
{
  SMD_AGREEMENT_X963, /* RFC 5753 */
  SMD_AGREEMENT_HKDF, /* RFC 8418 */
} SmdAgreementKdf;

typedef struct
{
  SmdSpan oid;
  SmdAgreementKdf kdf;
  const SmdDigestAlgorithm *digest; /* (unowned) */
  gboolean cofactor;
} SmdAgreementAlgorithm;

/* All return: (transfer none) (nullable): the entry, %NULL if it isn't known */
const SmdDigestAlgorithm *smd_algorithm_find_digest (SmdSpan oid);
const SmdDigestAlgorithm *smd_algorithm_get_digest (const char *word);
const SmdSignatureAlgorithm *smd_algorithm_find_signature (SmdSpan oid);
/* @digest: %NULL for schemes whose identifier names none (rsa-pss, ed25519), and for rsaEncryption */
const SmdSignatureAlgorithm *smd_algorithm_get_signature (SmdSignatureScheme scheme, const SmdDigestAlgorithm *digest);
const SmdContentAlgorithm *smd_algorithm_find_content (SmdSpan oid);
const SmdContentAlgorithm *smd_algorithm_get_content (SmdCipher cipher);
const SmdWrapAlgorithm *smd_algorithm_find_wrap (SmdSpan oid);
const SmdWrapAlgorithm *smd_algorithm_get_wrap (gsize key_size);
const SmdAgreementAlgorithm *smd_algorithm_find_agreement (SmdSpan oid);
/* Without cofactor: what we write */
const SmdAgreementAlgorithm *smd_algorithm_get_agreement (SmdAgreementKdf kdf, const SmdDigestAlgorithm *digest);
gboolean smd_algorithm_find_key_transport (SmdSpan oid, SmdKeyTransport *transport);
SmdSpan smd_algorithm_get_key_transport_oid (SmdKeyTransport transport);
/* id-mgf1 (RFC 8017), and id-pSpecified */
SmdSpan smd_algorithm_get_mgf1_oid (void);
gboolean smd_algorithm_is_mgf1 (SmdSpan oid);
gboolean smd_algorithm_is_p_specified (SmdSpan oid);

/* `rsa`, `rsa-pss`, `ecdsa`, `ed25519`, `ed448`, `dsa`: as on the bus */
const char *smd_algorithm_signature_word (SmdSignatureScheme scheme);

G_END_DECLS
