/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-writer.h"

#include "smd-cms-writer-parts.h"

#define OID(octets) { (const guint8 *) (octets), sizeof (octets) - 1 }

const SmdSpan smd_cms_writer_oid_data = OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
const SmdSpan smd_cms_writer_oid_signed = OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02");
const SmdSpan smd_cms_writer_oid_enveloped = OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03");
const SmdSpan smd_cms_writer_oid_auth_enveloped = OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17");

void
smd_cms_writer_begin (SmdDerWriter *writer, SmdSpan type, gsize size)
{
  gsize content = smd_der_writer_size_of (size);

  smd_der_writer_header (writer, SMD_TAG_SEQUENCE, smd_der_writer_size_of (type.size) + smd_der_writer_size_of (content));
  smd_der_writer_add_oid (writer, type);
  smd_der_writer_header (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0), content);
  smd_der_writer_header (writer, SMD_TAG_SEQUENCE, size);
}

void
smd_cms_writer_add_issuer_and_serial (SmdDerWriter *writer, guint8 tag, SmdCertificate *certificate)
{
  gsize mark = smd_der_writer_begin (writer, tag);

  smd_der_writer_add_der (writer, smd_certificate_get_issuer_der (certificate));
  smd_der_writer_add (writer, SMD_TAG_INTEGER, smd_certificate_get_serial (certificate));
  smd_der_writer_end (writer, mark);
}

/* A key that is restricted to RSASSA-PSS may name the digest that it is to be used with (RFC 4055 section 1.2). */
static const SmdDigestAlgorithm *
get_pss_digest (SmdCertificate *certificate)
{
  char name[32] = "";
  const char *wanted = "sha-256";
  int found = EVP_PKEY_get_default_digest_name (smd_certificate_get_public_key (certificate), name, sizeof name);
  gboolean mandatory = found == 2;

  /* OpenSSL says SHA384 or SHA2-384. */
  if (mandatory && g_str_has_suffix (name, "384"))
    wanted = "sha-384";
  else if (mandatory && g_str_has_suffix (name, "512"))
    wanted = "sha-512";
  return smd_algorithm_get_digest (wanted);
}

const SmdDigestAlgorithm *
smd_cms_writer_get_digest (SmdCertificate *certificate)
{
  guint bits = smd_certificate_get_key_bits (certificate);

  switch (smd_certificate_get_key_type (certificate))
    {
    case SMD_KEY_RSA:
      return smd_algorithm_get_digest ("sha-256");
    case SMD_KEY_RSA_PSS:
      return get_pss_digest (certificate);
    case SMD_KEY_EC:
      return smd_algorithm_get_digest (bits <= 256 ? "sha-256" : bits <= 384 ? "sha-384" : "sha-512");
    case SMD_KEY_ED25519:
      return smd_algorithm_get_digest ("sha-512");
    case SMD_KEY_ED448:
    case SMD_KEY_X25519:
    case SMD_KEY_X448:
    case SMD_KEY_OTHER:
    default:
      return NULL;
    }
}

const char *
smd_cms_get_micalg (SmdCertificate *certificate)
{
  const SmdDigestAlgorithm *digest = smd_cms_writer_get_digest (certificate);

  return digest != NULL ? digest->word : "unknown";
}
