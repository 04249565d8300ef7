/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"
#include "smd-cipher.h"
#include "smd-private-key.h"
#include "smd-problem.h"
#include "smd-progress.h"

G_BEGIN_DECLS

/**
 * SmdCms:
 *
 * A CMS object (RFC 5652, 5083, 3274) read in place: content stays where it lies in the message's memory. Immutable after
 * parsing; one per layer.
 */
typedef struct _SmdCms SmdCms;

typedef enum
{
  SMD_CMS_DATA,
  SMD_CMS_SIGNED,         /* SignedData, RFC 5652 section 5 */
  SMD_CMS_ENVELOPED,      /* EnvelopedData, section 6 */
  SMD_CMS_AUTH_ENVELOPED, /* AuthEnvelopedData, RFC 5083 */
  SMD_CMS_COMPRESSED,     /* CompressedData, RFC 3274 */
  SMD_CMS_OTHER,          /* EncryptedData, DigestedData, ...: not S/MIME */
} SmdCmsType;

/**
 * smd_cms_parse:
 * @der: one ContentInfo in BER or DER; kept alive by the result. Trailing line ends are tolerated, other trailing bytes are not.
 *
 * Returns: (transfer full): the object; on error `Malformed`, `LimitExceeded`
 */
SmdCms *smd_cms_parse (SmdCrypto *crypto, SmdBlob *der, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_cms_free (SmdCms *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCms, smd_cms_free)
SmdCmsType smd_cms_get_type (SmdCms *self);

/* ---- SignedData ---- */

typedef enum
{
  SMD_SIGNATURE_GOOD,
  SMD_SIGNATURE_BAD,
  SMD_SIGNATURE_UNSUPPORTED,
} SmdSignatureState;

/**
 * SmdSignerId:
 *
 * Names a certificate (RFC 5652 section 5.3): either @issuer_der and @serial, or @key_id. Spans live as long as the #SmdCms.
 */
typedef struct
{
  SmdSpan issuer_der;
  SmdSpan serial;
  SmdSpan key_id;
} SmdSignerId;

/* What people read of it. Returns: (transfer full) (nullable): RFC 4514 */
char *smd_signer_id_dup_issuer (const SmdSignerId *self);
/* Returns: (transfer full) (nullable): as smd_certificate_get_serial_hex() */
char *smd_signer_id_dup_serial (const SmdSignerId *self);
/* Returns: (transfer full) (nullable): lower-case hex */
char *smd_signer_id_dup_key_id (const SmdSignerId *self);

/* Whether it names @certificate; a key id names one without that extension by RFC 5280 section 4.2.1.2 method (1) */
gboolean smd_signer_id_matches (const SmdSignerId *self, SmdCertificate *certificate);

/**
 * SmdSigner:
 *
 * The mathematics' answer for one SignerInfo: nothing of trust.
 * @state: good only if the digest, the attributes and the signature are all right. Refused (bad): no signed attributes
 *   (`missing-signed-attributes`), content that itself parses as signed attributes, an attribute that occurs twice, a content-type
 *   or signing-certificate attribute that doesn't fit. MD5 and SHA-1 (and RSA under 1024 bits) are verified but are bad with `weak-algorithm`.
 * @problems: why it isn't good
 * @certificate: (nullable): from the message or from the extra certificates
 * @signing_time: seconds since 1970 UTC, G_MININT64 if the attribute is absent (RFC 5652 section 11.3)
 * @capabilities: 0 if absent
 * @identity: (nullable): SHA-256 in hex of signature value and certificate: names what was signed, by whom and in which act; only if
 *   the signature fits the certificate
 * @encryption_certificate: (nullable): named by the encryption key preference (RFC 8551 section 2.5.3) and present
 */
typedef struct
{
  SmdSignatureState state;
  GPtrArray *problems;                    /* (owned) of SmdProblem */
  SmdSignerId id;
  SmdCertificate *certificate;            /* (owned) */
  char *identity;                         /* (owned) */
  char *digest;                           /* (owned) `sha-256`, ... */
  char *algorithm;                        /* (owned) `rsa`, `rsa-pss`, `ecdsa`, `ed25519`, ... */
  gint64 signing_time;
  gboolean has_capabilities;
  SmdCapabilities capabilities;
  SmdCertificate *encryption_certificate; /* (owned) */
} SmdSigner;

void smd_signer_free (SmdSigner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdSigner, smd_signer_free)

/* How signed bytes are fed to the digest. */
typedef enum
{
  SMD_LINES_AS_IS,
  SMD_LINES_CRLF, /* bare LF counts as CRLF: canonical form of RFC 8551 section 3.1.1, without a copy */
} SmdLines;

/* Whether the content is inside (opaque) */
gboolean smd_cms_signed_has_content (SmdCms *self);
/* SMD_CMS_SIGNED without signers: certificates only (RFC 8551 section 3.8) */
guint smd_cms_signed_get_n_signers (SmdCms *self);
/* Returns: (transfer none): one signer's id; @index below the number of signers */
const SmdSignerId *smd_cms_signed_get_signer_id (SmdCms *self, guint index);
/* Returns: (transfer none) (element-type SmdCertificate): those that came with it and could be read */
GPtrArray *smd_cms_signed_get_certificates (SmdCms *self);
/* Returns: (transfer full) (element-type SmdBlob): the CRLs that came with it (RFC 5652 section 10.2.1), unread, at most 256; slices
 * of the message */
GPtrArray *smd_cms_signed_get_crls (SmdCms *self);

/**
 * smd_cms_signed_verify:
 * @content: the detached content; %SMD_SPAN_EMPTY data NULL for encapsulated content
 * @more: (nullable) (element-type SmdCertificate): certificates to look for signers in, besides those of the message
 *
 * Returns: (transfer full) (element-type SmdSigner): one for each SignerInfo in order; %NULL on error: `Malformed`
 *   (no content), `Cancelled`. Content in both places makes every signature bad
 */
GPtrArray *smd_cms_signed_verify (SmdCms *self, SmdSpan content, SmdLines lines, GPtrArray *more, SmdProgress *progress,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_cms_signed_dup_content:
 * @limit: in bytes
 *
 * Returns: (transfer full): the encapsulated content: a slice of the message where it lies in one piece, else joined; on
 *   error `Malformed`, `TooLarge`
 */
SmdBlob *smd_cms_signed_dup_content (SmdCms *self, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- EnvelopedData and AuthEnvelopedData ---- */

typedef enum
{
  SMD_RECIPIENT_KEY_TRANSPORT, /* RFC 5652 section 6.2.1 */
  SMD_RECIPIENT_KEY_AGREEMENT, /* section 6.2.2; one SmdRecipient for each RecipientEncryptedKey */
  SMD_RECIPIENT_OTHER,         /* KEK, password, other: not read */
} SmdRecipientType;

typedef struct
{
  SmdRecipientType type;
  SmdSignerId id;
  char *key_encryption;       /* (owned) `rsa`, `rsa-oaep`, `ecdh`, `x25519`, `unknown` */
} SmdRecipient;

/* Returns: (transfer none) (element-type SmdRecipient) */
GPtrArray *smd_cms_enveloped_get_recipients (SmdCms *self);
SmdCipher smd_cms_enveloped_get_cipher (SmdCms *self);

/**
 * smd_cms_enveloped_decrypt:
 * @recipient: index into the recipients
 * @key: a private key that fits it
 * @last: whether nobody needs the ciphertext afterwards: then the plaintext takes its place if it may (smd_blob_get_writable())
 * @limit: of the plaintext, in bytes
 *
 * Decrypts into private memory, which is handed over only when everything has been checked (the AEAD tag over content and
 * authAttrs, the CBC padding). RSA PKCS#1 v1.5 goes on with a random content key after a failure.
 *
 * Returns: (transfer full): the plaintext; on error `IntegrityFailure` (one text for every cause), `LegacyAlgorithm` or
 *   `NotSupported` (told before any key is used), `TooLarge`, `Cancelled`
 */
SmdBlob *smd_cms_enveloped_decrypt (SmdCms *self, guint recipient, SmdPrivateKey *key, gboolean last, gsize limit,
                                    SmdProgress *progress, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- CompressedData ---- */

/**
 * smd_cms_compressed_expand:
 * @limit: in bytes; also bounded by SMD_LIMIT_EXPANSION times the input
 *
 * Returns: (transfer full): the content; on error `Malformed`, `TooLarge`, `NotSupported`, `Cancelled`
 */
SmdBlob *smd_cms_compressed_expand (SmdCms *self, gsize limit, SmdProgress *progress, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
