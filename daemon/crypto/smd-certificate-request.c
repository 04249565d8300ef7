/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificate-request.h"

#include <openssl/pem.h>

#include "smd-address.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_REQ, X509_REQ_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GENERAL_NAME, GENERAL_NAME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_BIT_STRING, ASN1_BIT_STRING_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_IA5STRING, ASN1_IA5STRING_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_UTF8STRING, ASN1_UTF8STRING_free)

typedef STACK_OF (X509_EXTENSION) SmdExtensions;

static void
extensions_free (SmdExtensions *extensions)
{
  sk_X509_EXTENSION_pop_free (extensions, X509_EXTENSION_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdExtensions, extensions_free)

/* The bits of KeyUsage (RFC 5280 section 4.2.1.3) */
enum
{
  DIGITAL_SIGNATURE = 0,
  KEY_ENCIPHERMENT = 2,
  KEY_AGREEMENT = 4,
};

/* The address as a certificate has it: the local part as it was given, the domain in A-labels. */
static char *
write_address (const char *address)
{
  g_autofree char *normal = smd_address_normalize (address);
  const char *domain = normal != NULL ? strrchr (normal, '@') : NULL;
  const char *start = address + strspn (address, " \t<");
  const char *at = strrchr (start, '@');

  if (domain == NULL || at == NULL)
    return NULL;
  return g_strdup_printf ("%.*s%s", (int) (at - start), start, domain);
}

static gboolean
set_mailbox (GENERAL_NAME *name, const char *address)
{
  g_autoptr (ASN1_IA5STRING) text = ASN1_IA5STRING_new ();

  if (text == NULL || !ASN1_STRING_set (text, address, -1))
    return FALSE;
  GENERAL_NAME_set0_value (name, GEN_EMAIL, g_steal_pointer (&text));
  return TRUE;
}

/* RFC 9598 section 3 */
static gboolean
set_international_mailbox (GENERAL_NAME *name, const char *address)
{
  g_autoptr (ASN1_UTF8STRING) text = ASN1_UTF8STRING_new ();
  g_autoptr (ASN1_TYPE) value = ASN1_TYPE_new ();

  if (text == NULL || value == NULL || !ASN1_STRING_set (text, address, -1))
    return FALSE;
  ASN1_TYPE_set (value, V_ASN1_UTF8STRING, g_steal_pointer (&text));
  if (!GENERAL_NAME_set0_othername (name, OBJ_nid2obj (NID_id_on_SmtpUTF8Mailbox), value))
    return FALSE;
  (void) g_steal_pointer (&value);
  return TRUE;
}

static gboolean
add_names (SmdExtensions **extensions, const char *address)
{
  g_autoptr (GENERAL_NAMES) names = GENERAL_NAMES_new ();
  g_autoptr (GENERAL_NAME) name = GENERAL_NAME_new ();

  if (names == NULL || name == NULL
      || !(g_str_is_ascii (address) ? set_mailbox (name, address) : set_international_mailbox (name, address))
      || !sk_GENERAL_NAME_push (names, name))
    return FALSE;
  (void) g_steal_pointer (&name);
  return X509V3_add1_i2d (extensions, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
}

/* RSA moves keys by encryption, elliptic curves by agreement. */
static gboolean
add_key_usage (SmdExtensions **extensions, SmdKeyType type)
{
  g_autoptr (ASN1_BIT_STRING) bits = ASN1_BIT_STRING_new ();
  int moves_keys = type == SMD_KEY_RSA ? KEY_ENCIPHERMENT : KEY_AGREEMENT;

  return bits != NULL && ASN1_BIT_STRING_set_bit (bits, DIGITAL_SIGNATURE, 1) && ASN1_BIT_STRING_set_bit (bits, moves_keys, 1)
         && X509V3_add1_i2d (extensions, NID_key_usage, bits, 1, X509V3_ADD_DEFAULT) == 1;
}

static gboolean
add_purpose (SmdExtensions **extensions)
{
  g_autoptr (EXTENDED_KEY_USAGE) purposes = EXTENDED_KEY_USAGE_new ();

  return purposes != NULL && sk_ASN1_OBJECT_push (purposes, OBJ_nid2obj (NID_email_protect))
         && X509V3_add1_i2d (extensions, NID_ext_key_usage, purposes, 0, X509V3_ADD_DEFAULT) == 1;
}

/* A common name has at most 64 characters (RFC 5280 appendix A.1): a longer address leaves the subject empty. */
static gboolean
set_subject (X509_REQ *request, const char *address)
{
  g_autoptr (X509_NAME) subject = X509_NAME_new ();

  if (subject == NULL
      || (g_utf8_strlen (address, -1) <= ub_common_name
          && !X509_NAME_add_entry_by_NID (subject, NID_commonName, MBSTRING_UTF8, (const guchar *) address, -1, -1, 0)))
    return FALSE;
  return X509_REQ_set_subject_name (request, subject) == 1;
}

static gboolean
fill (X509_REQ *request, SmdPrivateKey *key, const char *address)
{
  SmdExtensions *made = NULL;
  gboolean complete = add_names (&made, address) && add_key_usage (&made, smd_private_key_get_key_type (key)) && add_purpose (&made);
  g_autoptr (SmdExtensions) extensions = made;

  return complete && X509_REQ_set_version (request, X509_REQ_VERSION_1) && set_subject (request, address)
         && X509_REQ_set_pubkey (request, smd_private_key_get_pkey (key)) && X509_REQ_add_extensions (request, extensions);
}

/* The digest matches the strength of the key. */
static const char *
digest_for (SmdPrivateKey *key)
{
  return EVP_PKEY_get_security_bits (smd_private_key_get_pkey (key)) > 128 ? "SHA384" : "SHA256";
}

static SmdBlob *
to_pem (X509_REQ *request)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *text = NULL;
  long size = 0;

  if (bio == NULL || !PEM_write_bio_X509_REQ (bio, request))
    return NULL;
  size = BIO_get_mem_data (bio, &text);
  return smd_blob_new_copy (smd_span (text, (gsize) size));
}

SmdBlob *
smd_certificate_request_write (SmdCrypto *crypto, SmdPrivateKey *key, const char *address, GError **error)
{
  g_autofree char *written = write_address (address);
  g_autoptr (X509_REQ) request = X509_REQ_new_ex (smd_crypto_get_libctx (crypto), NULL);
  SmdBlob *pem = NULL;

  if (written == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "“%s” is not an e-mail address", address);
      return NULL;
    }

  if (request != NULL && fill (request, key, written)
      && X509_REQ_sign (request, smd_private_key_get_pkey (key), smd_crypto_get_digest (crypto, digest_for (key))))
    pem = to_pem (request);
  if (pem == NULL)
    smd_openssl_fail (error, SMIMED_ERROR_FAILED, "The certificate request could not be written");
  return pem;
}
