/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-writer-parts.h"

#define OID(octets) { (const guint8 *) (octets), sizeof (octets) - 1 }
#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09" /* 1.2.840.113549.1.9 */

static const SmdSpan content_type = OID (PKCS9 "\x03");
static const SmdSpan message_digest = OID (PKCS9 "\x04");
static const SmdSpan signing_time = OID (PKCS9 "\x05");
static const SmdSpan smime_capabilities = OID (PKCS9 "\x0f");
static const SmdSpan signing_certificate_v2 = OID (PKCS9 "\x10\x02\x2f");
static const SmdSpan encryption_key_preference = OID (PKCS9 "\x10\x02\x0b");

/* What we like to receive, best first (RFC 8551 section 2.5.2): nothing that is broken, nothing that we can't read */
static const SmdCipher capabilities[] = {
  SMD_CIPHER_AES_256_GCM, SMD_CIPHER_AES_128_GCM, SMD_CIPHER_CHACHA20_POLY1305,
  SMD_CIPHER_AES_256_CBC, SMD_CIPHER_AES_192_CBC, SMD_CIPHER_AES_128_CBC,
};

typedef struct
{
  gsize attribute;
  gsize values;
} AttributeMarks;

static AttributeMarks
begin_attribute (SmdDerWriter *writer, SmdSpan type)
{
  AttributeMarks marks = { 0 };

  marks.attribute = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_oid (writer, type);
  marks.values = smd_der_writer_begin (writer, SMD_TAG_SET);
  return marks;
}

static void
end_attribute (SmdDerWriter *writer, AttributeMarks marks)
{
  smd_der_writer_end (writer, marks.values);
  smd_der_writer_end (writer, marks.attribute);
}

static void
add_simple (SmdDerWriter *writer, SmdSpan type, guint8 tag, SmdSpan value)
{
  AttributeMarks marks = begin_attribute (writer, type);

  smd_der_writer_add (writer, tag, value);
  end_attribute (writer, marks);
}

/* UTCTime from 1950 to 2049, GeneralizedTime otherwise (RFC 5652 section 11.3) */
static void
add_signing_time (SmdDerWriter *writer, gint64 seconds)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *text = NULL;
  int year = 0;

  if (when == NULL)
    return;
  year = g_date_time_get_year (when);
  text = g_date_time_format (when, year >= 1950 && year < 2050 ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ");
  add_simple (writer, signing_time, year >= 1950 && year < 2050 ? SMD_TAG_UTC_TIME : SMD_TAG_GENERALIZED_TIME,
              smd_span_string (text));
}

/* SigningCertificateV2 with one ESSCertIDv2, whose digest is the default, SHA-256 (RFC 5035 section 3) */
static void
add_signing_certificate (SmdDerWriter *writer, SmdCrypto *crypto, SmdCertificate *certificate)
{
  AttributeMarks marks = begin_attribute (writer, signing_certificate_v2);
  gsize value = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  gsize list = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  gsize id = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  gsize issuer_serial = 0;
  gsize names = 0;
  guint8 hash[32];

  smd_crypto_sha256 (crypto, smd_certificate_get_der (certificate), hash);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (hash, sizeof hash));
  issuer_serial = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  names = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  /* GeneralName: directoryName [4], explicit because Name is a CHOICE */
  smd_der_writer_add (writer, SMD_TAG_CONTEXT_CONSTRUCTED (4), smd_certificate_get_issuer_der (certificate));
  smd_der_writer_end (writer, names);
  smd_der_writer_add (writer, SMD_TAG_INTEGER, smd_certificate_get_serial (certificate));
  smd_der_writer_end (writer, issuer_serial);
  smd_der_writer_end (writer, id);
  smd_der_writer_end (writer, list);
  smd_der_writer_end (writer, value);
  end_attribute (writer, marks);
}

static void
add_capabilities (SmdDerWriter *writer, SmdCrypto *crypto)
{
  AttributeMarks marks = begin_attribute (writer, smime_capabilities);
  gsize list = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);

  for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++)
    {
      const SmdContentAlgorithm *content = smd_algorithm_get_content (capabilities[i]);

      if (smd_crypto_get_cipher (crypto, content->name) != NULL)
        smd_der_writer_add_algorithm (writer, content->oid, FALSE);
    }
  smd_der_writer_end (writer, list);
  end_attribute (writer, marks);
}

static void
add_key_preference (SmdDerWriter *writer, SmdCertificate *certificate)
{
  AttributeMarks marks = begin_attribute (writer, encryption_key_preference);

  smd_cms_writer_add_issuer_and_serial (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0), certificate);
  end_attribute (writer, marks);
}

void
smd_cms_writer_add_attributes (SmdDerWriter *writer, SmdCrypto *crypto, const SmdSignParameters *parameters,
                               SmdSpan hash)
{
  gsize set = smd_der_writer_begin (writer, SMD_TAG_SET);

  add_simple (writer, content_type, SMD_TAG_OID, smd_cms_writer_oid_data);
  add_simple (writer, message_digest, SMD_TAG_OCTET_STRING, hash);
  add_signing_time (writer, parameters->signing_time);
  add_signing_certificate (writer, crypto, parameters->certificate);
  add_capabilities (writer, crypto);
  if (parameters->encryption_certificate != NULL)
    add_key_preference (writer, parameters->encryption_certificate);
  smd_der_writer_end_set_of (writer, set);
}
