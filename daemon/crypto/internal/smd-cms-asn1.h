/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <openssl/asn1t.h>
#include <openssl/safestack.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

/*
 * The small structures of CMS, for d2i and i2d. All members are owned; types are OpenSSL's where it has them in public:
 * RSA_PSS_PARAMS, RSA_OAEP_PARAMS (openssl/rsa.h, openssl/x509.h), ESS_SIGNING_CERT, ESS_SIGNING_CERT_V2 (openssl/ess.h), X509_ALGORS
 * (sMIMECapabilities has the same form).
 */

/* RFC 5652 section 10.2.4 */
typedef struct
{
  X509_NAME *issuer;    /* (owned) */
  ASN1_INTEGER *serial; /* (owned) */
} SmdAsn1IssuerAndSerial;
DECLARE_ASN1_FUNCTIONS (SmdAsn1IssuerAndSerial)

/* SignerIdentifier (section 5.3) and RecipientIdentifier (section 6.2.1) */
#define SMD_ASN1_ID_ISSUER_AND_SERIAL 0
#define SMD_ASN1_ID_KEY_ID 1
typedef struct
{
  int type; /* SMD_ASN1_ID_* */
  union
  {
    SmdAsn1IssuerAndSerial *issuer_and_serial; /* (owned) */
    ASN1_OCTET_STRING *key_id;                 /* (owned) */
  } d;
} SmdAsn1Identifier;
DECLARE_ASN1_FUNCTIONS (SmdAsn1Identifier)

/* Attributes as they are written: SET OF (sorted), without the implicit tag */
typedef STACK_OF (X509_ATTRIBUTE) SmdAsn1Attributes;
DECLARE_ASN1_FUNCTIONS (SmdAsn1Attributes)

/* SignerInfo, section 5.3 */
typedef struct
{
  int32_t version;
  SmdAsn1Identifier *id;             /* (owned) */
  X509_ALGOR *digest_algorithm;      /* (owned) */
  SmdAsn1Attributes *signed_attributes; /* (owned) (nullable) */
  X509_ALGOR *signature_algorithm;   /* (owned) */
  ASN1_OCTET_STRING *signature;      /* (owned) */
  SmdAsn1Attributes *unsigned_attributes; /* (owned) (nullable) */
} SmdAsn1SignerInfo;
DECLARE_ASN1_FUNCTIONS (SmdAsn1SignerInfo)

/* KeyTransRecipientInfo, section 6.2.1 */
typedef struct
{
  int32_t version;
  SmdAsn1Identifier *id;                    /* (owned) */
  X509_ALGOR *key_encryption_algorithm;     /* (owned) */
  ASN1_OCTET_STRING *encrypted_key;         /* (owned) */
} SmdAsn1KeyTransport;
DECLARE_ASN1_FUNCTIONS (SmdAsn1KeyTransport)

/* OriginatorPublicKey, section 6.2.2 */
typedef struct
{
  X509_ALGOR *algorithm;       /* (owned) */
  ASN1_BIT_STRING *public_key; /* (owned) */
} SmdAsn1OriginatorKey;
DECLARE_ASN1_FUNCTIONS (SmdAsn1OriginatorKey)

/* OriginatorIdentifierOrKey, section 6.2.2 */
#define SMD_ASN1_ORIGINATOR_ISSUER_AND_SERIAL 0
#define SMD_ASN1_ORIGINATOR_KEY_ID 1
#define SMD_ASN1_ORIGINATOR_KEY 2
typedef struct
{
  int type; /* SMD_ASN1_ORIGINATOR_* */
  union
  {
    SmdAsn1IssuerAndSerial *issuer_and_serial; /* (owned) */
    ASN1_OCTET_STRING *key_id;                 /* (owned) */
    SmdAsn1OriginatorKey *key;                 /* (owned) */
  } d;
} SmdAsn1Originator;
DECLARE_ASN1_FUNCTIONS (SmdAsn1Originator)

/* RecipientKeyIdentifier, section 6.2.2 */
typedef struct
{
  ASN1_OCTET_STRING *key_id;  /* (owned) */
  ASN1_GENERALIZEDTIME *date; /* (owned) (nullable) */
  ASN1_TYPE *other;           /* (owned) (nullable) */
} SmdAsn1RecipientKeyId;
DECLARE_ASN1_FUNCTIONS (SmdAsn1RecipientKeyId)

/* KeyAgreeRecipientIdentifier, section 6.2.2; `type` as in SmdAsn1Identifier */
typedef struct
{
  int type; /* SMD_ASN1_ID_* */
  union
  {
    SmdAsn1IssuerAndSerial *issuer_and_serial; /* (owned) */
    SmdAsn1RecipientKeyId *key_id;             /* (owned) */
  } d;
} SmdAsn1AgreementId;
DECLARE_ASN1_FUNCTIONS (SmdAsn1AgreementId)

/* RecipientEncryptedKey, section 6.2.2 */
typedef struct
{
  SmdAsn1AgreementId *id;           /* (owned) */
  ASN1_OCTET_STRING *encrypted_key; /* (owned) */
} SmdAsn1EncryptedKey;
DECLARE_ASN1_FUNCTIONS (SmdAsn1EncryptedKey)
DEFINE_STACK_OF (SmdAsn1EncryptedKey)

/* KeyAgreeRecipientInfo, section 6.2.2 */
typedef struct
{
  int32_t version;
  SmdAsn1Originator *originator;                /* (owned) */
  ASN1_OCTET_STRING *ukm;                       /* (owned) (nullable) */
  X509_ALGOR *key_encryption_algorithm;         /* (owned) */
  STACK_OF (SmdAsn1EncryptedKey) * encrypted_keys; /* (owned) */
} SmdAsn1KeyAgreement;
DECLARE_ASN1_FUNCTIONS (SmdAsn1KeyAgreement)

/* RecipientInfo, section 6.2: the two kinds that we write and read */
#define SMD_ASN1_RECIPIENT_TRANSPORT 0
#define SMD_ASN1_RECIPIENT_AGREEMENT 1
typedef struct
{
  int type; /* SMD_ASN1_RECIPIENT_* */
  union
  {
    SmdAsn1KeyTransport *transport; /* (owned) */
    SmdAsn1KeyAgreement *agreement; /* (owned) */
  } d;
} SmdAsn1Recipient;
DECLARE_ASN1_FUNCTIONS (SmdAsn1Recipient)

/* ECC-CMS-SharedInfo, RFC 5753 section 7.2 */
typedef struct
{
  X509_ALGOR *key_info;         /* (owned) */
  ASN1_OCTET_STRING *ukm;       /* (owned) (nullable) entityUInfo */
  ASN1_OCTET_STRING *key_bits;  /* (owned) suppPubInfo: length of the key-encryption key in bits, 4 bytes, big endian */
} SmdAsn1SharedInfo;
DECLARE_ASN1_FUNCTIONS (SmdAsn1SharedInfo)

/* GCMParameters, RFC 5084 section 3.2 */
typedef struct
{
  ASN1_OCTET_STRING *nonce;  /* (owned) */
  ASN1_INTEGER *tag_length;  /* (owned) (nullable) in bytes; absent: 12 */
} SmdAsn1GcmParameters;
DECLARE_ASN1_FUNCTIONS (SmdAsn1GcmParameters)

/* SMIMEEncryptionKeyPreference, RFC 8551 section 2.5.3 */
#define SMD_ASN1_PREFERENCE_ISSUER_AND_SERIAL 0
#define SMD_ASN1_PREFERENCE_RECIPIENT_KEY_ID 1
#define SMD_ASN1_PREFERENCE_KEY_ID 2
typedef struct
{
  int type; /* SMD_ASN1_PREFERENCE_* */
  union
  {
    SmdAsn1IssuerAndSerial *issuer_and_serial;    /* (owned) */
    SmdAsn1RecipientKeyId *recipient_key_id;      /* (owned) */
    ASN1_OCTET_STRING *key_id;                    /* (owned) */
  } d;
} SmdAsn1KeyPreference;
DECLARE_ASN1_FUNCTIONS (SmdAsn1KeyPreference)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1IssuerAndSerial, SmdAsn1IssuerAndSerial_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1Identifier, SmdAsn1Identifier_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1SignerInfo, SmdAsn1SignerInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1KeyTransport, SmdAsn1KeyTransport_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1OriginatorKey, SmdAsn1OriginatorKey_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1Originator, SmdAsn1Originator_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1RecipientKeyId, SmdAsn1RecipientKeyId_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1AgreementId, SmdAsn1AgreementId_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1EncryptedKey, SmdAsn1EncryptedKey_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1KeyAgreement, SmdAsn1KeyAgreement_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1Recipient, SmdAsn1Recipient_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1SharedInfo, SmdAsn1SharedInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1GcmParameters, SmdAsn1GcmParameters_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAsn1KeyPreference, SmdAsn1KeyPreference_free)

G_END_DECLS
