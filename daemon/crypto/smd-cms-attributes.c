/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-attributes.h"

#include <time.h>

#include "smd-algorithm.h"
#include "smd-cms-algorithm.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"
#include "smd-signer-id.h"
#include "smimed-error.h"

#define OID(octets) ((SmdSpan){ (const guint8 *) (octets), sizeof (octets) - 1 })
#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define CONTENT_TYPE OID (PKCS9 "\x03")
#define MESSAGE_DIGEST OID (PKCS9 "\x04")
#define SIGNING_TIME OID (PKCS9 "\x05")
#define CAPABILITIES OID (PKCS9 "\x0f")
#define SIGNING_CERTIFICATE OID (PKCS9 "\x10\x02\x0c")
#define KEY_PREFERENCE OID (PKCS9 "\x10\x02\x0b")
#define SIGNING_CERTIFICATE_V2 OID (PKCS9 "\x10\x02\x2f")
#define ALGORITHM_PROTECTION OID (PKCS9 "\x34")
#define MICROSOFT_KEY_PREFERENCE OID ("\x2b\x06\x01\x04\x01\x82\x37\x10\x04")

/* Nobody signs more attributes than this. */
#define MOST_ATTRIBUTES 64

typedef struct
{
  SmdSpan oid;
  SmdSpan values; /* with the header of the set */
} Attribute;

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The signed attributes break a rule: %s", why);
  return FALSE;
}

GByteArray *
smd_cms_attributes_to_set (SmdSpan whole, GError **error)
{
  GByteArray *der;

  if (whole.size > SMD_LIMIT_ATTRIBUTES)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED, "The attributes take more than %d bytes; they were not read",
                   SMD_LIMIT_ATTRIBUTES);
      return NULL;
    }

  der = smd_der_normalise (whole, error);
  if (der != NULL)
    der->data[0] = 0x20 | SMD_DER_SET;
  return der;
}

/* Attribute, RFC 5652 section 5.3 */
static gboolean
read_attribute (SmdDerReader *reader, Attribute *attribute, GError **error)
{
  return smd_der_enter (reader, SMD_DER_SEQUENCE, error) && smd_der_read (reader, SMD_DER_OID, &attribute->oid, error)
         && smd_der_skip_tag (reader, SMD_DER_SET, &attribute->values, error) && smd_der_leave (reader, error);
}

static const Attribute *
find (GArray *attributes, SmdSpan oid)
{
  for (guint i = 0; i < attributes->len; i++)
    if (smd_span_equal (g_array_index (attributes, Attribute, i).oid, oid))
      return &g_array_index (attributes, Attribute, i);

  return NULL;
}

static GArray *
split (GByteArray *der, GError **error)
{
  g_autoptr (GArray) attributes = g_array_new (FALSE, FALSE, sizeof (Attribute));
  SmdDerReader reader;
  Attribute attribute;

  smd_der_reader_init (&reader, smd_span (der->data, der->len));
  if (!smd_der_enter (&reader, SMD_DER_SET, error))
    return NULL;

  while (smd_der_more (&reader))
    {
      if (!read_attribute (&reader, &attribute, error))
        return NULL;
      if (find (attributes, attribute.oid) != NULL && !refuse (error, "an attribute occurs twice"))
        return NULL;
      if (attributes->len >= MOST_ATTRIBUTES && !refuse (error, "there are too many of them"))
        return NULL;

      g_array_append_val (attributes, attribute);
    }

  return smd_der_leave (&reader, error) && smd_der_finish (&reader, error) ? g_steal_pointer (&attributes) : NULL;
}

/* The one value of an attribute; empty if there is no such attribute */
static gboolean
get_value (GArray *attributes, SmdSpan oid, SmdSpan *value, GError **error)
{
  const Attribute *attribute = find (attributes, oid);
  SmdDerReader reader;

  *value = SMD_SPAN_EMPTY;
  if (attribute == NULL)
    return TRUE;

  smd_der_reader_init (&reader, attribute->values);
  if (!smd_der_enter (&reader, SMD_DER_SET, error))
    return FALSE;
  if (!smd_der_more (&reader))
    return refuse (error, "an attribute has no value");
  if (!smd_der_skip (&reader, value, error))
    return FALSE;
  return !smd_der_more (&reader) || refuse (error, "an attribute has more than one value");
}

static gboolean
get_primitive (GArray *attributes, SmdSpan oid, guint tag, SmdSpan *content, GError **error)
{
  SmdDerReader reader;
  SmdSpan value;

  if (!get_value (attributes, oid, &value, error))
    return FALSE;
  if (value.size == 0)
    return refuse (error, tag == SMD_DER_OID ? "the content type is missing" : "the message digest is missing");

  smd_der_reader_init (&reader, value);
  return smd_der_read (&reader, tag, content, error);
}

/* RFC 5652 section 11.3 */
static gboolean
read_signing_time (SmdCmsAttributes *self, GArray *attributes, GError **error)
{
  g_autoptr (ASN1_TIME) time = NULL;
  struct tm broken_down;
  const guint8 *at;
  SmdSpan value;

  self->signing_time = G_MININT64;
  if (!get_value (attributes, SIGNING_TIME, &value, error))
    return FALSE;
  if (value.size == 0)
    return TRUE;

  at = value.data;
  time = d2i_ASN1_TIME (NULL, &at, (long) value.size);
  if (time == NULL || ASN1_TIME_to_tm (time, &broken_down) != 1)
    {
      smd_openssl_forget ();
      return refuse (error, "the signing time is not a time");
    }

  self->signing_time = timegm (&broken_down);
  return TRUE;
}

static gboolean
parse_capabilities (SmdSpan value, SmdCapabilities *capabilities)
{
  SmdDerReader reader;

  smd_der_reader_init (&reader, value);
  if (!smd_der_enter (&reader, SMD_DER_SEQUENCE, NULL))
    return FALSE;

  while (smd_der_more (&reader))
    {
      const SmdContentAlgorithm *content;
      SmdCmsAlgorithm capability;

      if (!smd_cms_algorithm_read (&capability, &reader, SMD_DER_SEQUENCE, NULL))
        return FALSE;

      content = smd_algorithm_find_content (capability.oid);
      *capabilities |= content != NULL ? 1u << content->cipher : 0;
    }

  return TRUE;
}

/* SMIMECapabilities, RFC 8551 section 2.5.2: advice for later messages, which doesn't make this one bad if it can't be read. */
static gboolean
read_capabilities (SmdCmsAttributes *self, GArray *attributes, GError **error)
{
  SmdCapabilities capabilities = 0;
  SmdSpan value;

  if (!get_value (attributes, CAPABILITIES, &value, error))
    return FALSE;

  self->has_capabilities = value.size > 0 && parse_capabilities (value, &capabilities);
  self->capabilities = self->has_capabilities ? capabilities : 0;
  return TRUE;
}

/* RFC 8551 section 2.5.3; also only advice. An older attribute of Microsoft's says the same with an IssuerAndSerialNumber. */
static gboolean
read_preference (SmdCmsAttributes *self, GArray *attributes, GError **error)
{
  SmdSpan value, microsoft;
  SmdDerReader reader;
  gboolean done = TRUE;

  if (!get_value (attributes, KEY_PREFERENCE, &value, error)
      || !get_value (attributes, MICROSOFT_KEY_PREFERENCE, &microsoft, error))
    return FALSE;

  smd_der_reader_init (&reader, value.size > 0 ? value : microsoft);
  if (value.size > 0)
    done = smd_signer_id_read_preference (&self->preference, &reader, NULL);
  else if (microsoft.size > 0)
    done = smd_signer_id_read_older_preference (&self->preference, &reader, NULL);
  if (!done)
    memset (&self->preference, 0, sizeof self->preference);
  return TRUE;
}

SmdCmsAttributes *
smd_cms_attributes_read (SmdSpan whole, GError **error)
{
  g_autoptr (SmdCmsAttributes) self = g_new0 (SmdCmsAttributes, 1);
  g_autoptr (GArray) attributes = NULL;

  self->der = smd_cms_attributes_to_set (whole, error);
  if (self->der == NULL)
    return NULL;

  attributes = split (self->der, error);
  if (attributes == NULL
      || !get_primitive (attributes, CONTENT_TYPE, SMD_DER_OID, &self->content_type, error)
      || !get_primitive (attributes, MESSAGE_DIGEST, SMD_DER_OCTET_STRING, &self->message_digest, error)
      || !read_signing_time (self, attributes, error) || !read_capabilities (self, attributes, error)
      || !get_value (attributes, SIGNING_CERTIFICATE, &self->signing_certificate, error)
      || !get_value (attributes, SIGNING_CERTIFICATE_V2, &self->signing_certificate_v2, error)
      || !get_value (attributes, ALGORITHM_PROTECTION, &self->algorithm_protection, error)
      || !read_preference (self, attributes, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
smd_cms_attributes_free (SmdCmsAttributes *self)
{
  g_clear_pointer (&self->der, g_byte_array_unref);
  g_free (self);
}

gboolean
smd_cms_attributes_check_unsigned (SmdSpan whole, GError **error)
{
  SmdDerReader reader;
  Attribute attribute;

  smd_der_reader_init (&reader, whole);
  if (!smd_der_enter (&reader, SMD_DER_CONTEXT (1), error))
    return FALSE;

  while (smd_der_more (&reader))
    {
      if (!read_attribute (&reader, &attribute, error))
        return FALSE;
      if (smd_span_equal (attribute.oid, CONTENT_TYPE) || smd_span_equal (attribute.oid, MESSAGE_DIGEST)
          || smd_span_equal (attribute.oid, SIGNING_TIME))
        return refuse (error, "one that must be signed stands among the unsigned ones");
    }

  return smd_der_leave (&reader, error);
}

static gboolean
look_like_attributes (SmdSpan span)
{
  gboolean telling = FALSE;
  SmdDerReader reader;
  Attribute attribute;

  smd_der_reader_init (&reader, span);
  if (!smd_der_enter (&reader, SMD_DER_SET, NULL))
    return FALSE;

  while (smd_der_more (&reader))
    {
      if (!read_attribute (&reader, &attribute, NULL))
        return FALSE;
      telling |= smd_span_equal (attribute.oid, CONTENT_TYPE) || smd_span_equal (attribute.oid, MESSAGE_DIGEST);
    }

  return telling && smd_der_leave (&reader, NULL) && smd_der_finish (&reader, NULL);
}

gboolean
smd_cms_attributes_are_content (const SmdDerOctets *content)
{
  g_autofree guint8 *joined = NULL;
  gsize position = 0;
  SmdSpan first;

  /* Attributes that someone has signed are small, and they begin with the tag of a SET. */
  if (content->size > SMD_LIMIT_ATTRIBUTES || !smd_der_octets_next (content, &position, &first)
      || first.data[0] != (0x20 | SMD_DER_SET))
    return FALSE;
  if (!content->segmented)
    return look_like_attributes (content->region);

  joined = g_malloc (content->size);
  smd_der_octets_copy (content, joined);
  return look_like_attributes (smd_span (joined, content->size));
}

/* GeneralNames with one directoryName and a serial number */
static gboolean
issuer_serial_fits (SmdDerReader *reader, SmdCertificate *certificate)
{
  SmdSignerId id = { 0 };

  if (!smd_der_more (reader))
    return TRUE;
  if (!smd_der_enter (reader, SMD_DER_SEQUENCE, NULL) || !smd_der_enter (reader, SMD_DER_SEQUENCE, NULL)
      || !smd_der_enter (reader, SMD_DER_CONTEXT (4), NULL)
      || !smd_der_skip_tag (reader, SMD_DER_SEQUENCE, &id.issuer_der, NULL) || !smd_der_leave (reader, NULL)
      || !smd_der_leave (reader, NULL) || !smd_der_read (reader, SMD_DER_INTEGER, &id.serial, NULL))
    return FALSE;

  return smd_signer_id_matches (&id, certificate);
}

/* The first ESSCertID or ESSCertIDv2 names the signer's certificate (RFC 5035 section 5). */
static gboolean
names_certificate (SmdSpan value, const char *default_digest, SmdCrypto *crypto, SmdCertificate *certificate, gboolean *known)
{
  const SmdDigestAlgorithm *digest = smd_algorithm_get_digest (default_digest);
  SmdSpan der = smd_certificate_get_der (certificate), hash;
  guint8 computed[EVP_MAX_MD_SIZE];
  SmdCmsAlgorithm algorithm;
  SmdDerReader reader;

  smd_der_reader_init (&reader, value);
  if (!smd_der_enter (&reader, SMD_DER_SEQUENCE, NULL) || !smd_der_enter (&reader, SMD_DER_SEQUENCE, NULL)
      || !smd_der_enter (&reader, SMD_DER_SEQUENCE, NULL))
    return FALSE;
  if (smd_der_peek (&reader) == SMD_DER_SEQUENCE)
    {
      if (!smd_cms_algorithm_read (&algorithm, &reader, SMD_DER_SEQUENCE, NULL))
        return FALSE;
      digest = smd_algorithm_find_digest (algorithm.oid);
    }

  *known = *known && digest != NULL;
  return digest != NULL && smd_der_read (&reader, SMD_DER_OCTET_STRING, &hash, NULL)
         && EVP_Digest (der.data, der.size, computed, NULL, smd_crypto_get_digest (crypto, digest->name), NULL)
         && smd_span_equal (hash, smd_span (computed, digest->size)) && issuer_serial_fits (&reader, certificate);
}

gboolean
smd_cms_attributes_name_certificate (const SmdCmsAttributes *self, SmdCrypto *crypto, SmdCertificate *certificate,
                                     gboolean *known)
{
  *known = TRUE;
  return (self->signing_certificate.size == 0
          || names_certificate (self->signing_certificate, "sha-1", crypto, certificate, known))
         && (self->signing_certificate_v2.size == 0
             || names_certificate (self->signing_certificate_v2, "sha-256", crypto, certificate, known));
}

/* Absent parameters and NULL say the same. */
static gboolean
is_same_algorithm (const SmdCmsAlgorithm *a, const SmdCmsAlgorithm *b)
{
  gboolean bare_a = a->parameters.size == 0 || a->parameters.data[0] == SMD_DER_NULL;
  gboolean bare_b = b->parameters.size == 0 || b->parameters.data[0] == SMD_DER_NULL;

  return smd_span_equal (a->oid, b->oid) && bare_a == bare_b && (bare_a || smd_span_equal (a->parameters, b->parameters));
}

gboolean
smd_cms_attributes_protect_algorithms (const SmdCmsAttributes *self, const SmdCmsAlgorithm *digest,
                                       const SmdCmsAlgorithm *signature)
{
  SmdCmsAlgorithm signed_digest, signed_signature;
  SmdDerReader reader;

  if (self->algorithm_protection.size == 0)
    return TRUE;

  smd_der_reader_init (&reader, self->algorithm_protection);
  return smd_der_enter (&reader, SMD_DER_SEQUENCE, NULL)
         && smd_cms_algorithm_read (&signed_digest, &reader, SMD_DER_SEQUENCE, NULL)
         && smd_cms_algorithm_read (&signed_signature, &reader, SMD_DER_CONTEXT (1), NULL) && smd_der_leave (&reader, NULL)
         && is_same_algorithm (&signed_digest, digest) && is_same_algorithm (&signed_signature, signature);
}
