/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-writer-parts.h"
#include "smd-openssl-error.h"
#include "smimed-error.h"

static gboolean
hash_content (SmdCrypto *crypto, const SmdDigestAlgorithm *digest, SmdSpan content, SmdProgress *progress,
              guint8 hash[EVP_MAX_MD_SIZE], GError **error)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  const EVP_MD *md = smd_crypto_get_digest (crypto, digest->name);
  gboolean good = context != NULL && md != NULL && EVP_DigestInit_ex2 (context, md, NULL) > 0;

  for (SmdSpan rest = content; good && rest.size > 0; rest = smd_span_skip (rest, SMD_CMS_WRITER_PIECE))
    {
      if (!smd_progress_go_on (progress, MIN (rest.size, SMD_CMS_WRITER_PIECE), error))
        return FALSE;
      good = EVP_DigestUpdate (context, rest.data, MIN (rest.size, SMD_CMS_WRITER_PIECE)) > 0;
    }
  if (!good || EVP_DigestFinal_ex (context, hash, NULL) <= 0)
    return smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't compute the %s digest of the message", digest->word);
  return TRUE;
}

/* A root is known to those who trust it, and of no use to others. */
static GPtrArray *
choose_certificates (const SmdSignParameters *parameters)
{
  GPtrArray *chosen = smd_certificates_new ();

  smd_certificates_add (chosen, parameters->certificate);
  if (parameters->encryption_certificate != NULL)
    smd_certificates_add (chosen, parameters->encryption_certificate);
  for (guint i = 0; parameters->chain != NULL && i < parameters->chain->len; i++)
    {
      SmdCertificate *certificate = g_ptr_array_index (parameters->chain, i);

      if (!smd_certificate_is_self_signed (certificate))
        smd_certificates_add (chosen, certificate);
    }
  return chosen;
}

static void
add_certificates (SmdDerWriter *writer, const SmdSignParameters *parameters)
{
  g_autoptr (GPtrArray) chosen = choose_certificates (parameters);
  gsize mark = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));

  for (guint i = 0; i < chosen->len; i++)
    smd_der_writer_add_der (writer, smd_certificate_get_der (g_ptr_array_index (chosen, i)));
  smd_der_writer_end_set_of (writer, mark);
}

/* What stands behind the content: certificates and the signature */
static SmdDerWriter *
write_tail (SmdCrypto *crypto, const SmdSignParameters *parameters, SmdSpan content, SmdProgress *progress,
            GError **error)
{
  const SmdDigestAlgorithm *digest = smd_cms_writer_get_digest (parameters->certificate);
  g_autoptr (SmdDerWriter) writer = smd_der_writer_new ();
  guint8 hash[EVP_MAX_MD_SIZE];
  gsize mark = 0;

  if (digest == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
                   "The certificate of %s has a %s key, which can't sign mail; choose another signing certificate",
                   smd_certificate_get_subject (parameters->certificate),
                   smd_certificate_get_key_algorithm (parameters->certificate));
      return NULL;
    }
  if (!smd_private_key_matches (parameters->key, parameters->certificate))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED,
                   "The private key is not that of the certificate of %s; import the two together again",
                   smd_certificate_get_subject (parameters->certificate));
      return NULL;
    }
  if (!hash_content (crypto, digest, content, progress, hash, error))
    return NULL;

  add_certificates (writer, parameters);
  mark = smd_der_writer_begin (writer, SMD_TAG_SET);
  if (!smd_cms_writer_add_signer (writer, crypto, parameters, smd_span (hash, digest->size), error))
    return NULL;
  smd_der_writer_end (writer, mark);
  return g_steal_pointer (&writer);
}

/* version, which is 1 with X.509 certificates, signers named by issuer and serial number and id-data (RFC 5652 section
 * 5.1), and digestAlgorithms */
static void
add_front (SmdDerWriter *writer, const SmdSignParameters *parameters)
{
  gsize set = 0;

  smd_der_writer_add_integer (writer, 1);
  set = smd_der_writer_begin (writer, SMD_TAG_SET);
  smd_der_writer_add_algorithm (writer, smd_cms_writer_get_digest (parameters->certificate)->oid, FALSE);
  smd_der_writer_end (writer, set);
}

/* Everything up to the first octet of the content, with all lengths: a DER writer has to know them before. @embedded:
 * the content's size, or -1 if it stays outside. */
static SmdDerWriter *
write_head (const SmdSignParameters *parameters, gssize embedded, gsize tail_size)
{
  SmdDerWriter *writer = smd_der_writer_new ();
  g_autoptr (SmdDerWriter) front = smd_der_writer_new ();
  gsize octets_size = embedded >= 0 ? smd_der_writer_size_of ((gsize) embedded) : 0;
  gsize encapsulated = smd_der_writer_size_of (smd_cms_writer_oid_data.size);
  gsize signed_data = 0;

  if (embedded >= 0)
    encapsulated += smd_der_writer_size_of (octets_size);
  add_front (front, parameters);
  signed_data = smd_der_writer_get_span (front).size + smd_der_writer_size_of (encapsulated) + tail_size;

  smd_cms_writer_begin (writer, smd_cms_writer_oid_signed, signed_data);
  smd_der_writer_add_der (writer, smd_der_writer_get_span (front));
  smd_der_writer_header (writer, SMD_TAG_SEQUENCE, encapsulated);
  smd_der_writer_add_oid (writer, smd_cms_writer_oid_data);
  if (embedded >= 0)
    {
      smd_der_writer_header (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0), octets_size);
      smd_der_writer_header (writer, SMD_TAG_OCTET_STRING, (gsize) embedded);
    }
  return writer;
}

SmdBlob *
smd_cms_sign_detached (SmdCrypto *crypto, const SmdSignParameters *parameters, SmdSpan content,
                       SmdProgress *progress, GError **error)
{
  g_autoptr (SmdDerWriter) tail = write_tail (crypto, parameters, content, progress, error);
  g_autoptr (SmdDerWriter) head = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (tail == NULL)
    return NULL;

  head = write_head (parameters, -1, smd_der_writer_get_span (tail).size);
  smd_der_writer_add_der (head, smd_der_writer_get_span (tail));
  bytes = smd_der_writer_free_to_bytes (g_steal_pointer (&head));
  return smd_blob_new_bytes (bytes);
}

gboolean
smd_cms_sign_opaque (SmdCrypto *crypto, const SmdSignParameters *parameters, SmdSpan content, SmdSink *sink,
                     SmdProgress *progress, GError **error)
{
  g_autoptr (SmdDerWriter) tail = write_tail (crypto, parameters, content, progress, error);
  g_autoptr (SmdDerWriter) head = NULL;

  if (tail == NULL)
    return FALSE;

  head = write_head (parameters, (gssize) content.size, smd_der_writer_get_span (tail).size);
  if (!smd_sink_write (sink, smd_der_writer_get_span (head), error))
    return FALSE;
  for (SmdSpan rest = content; rest.size > 0; rest = smd_span_skip (rest, SMD_CMS_WRITER_PIECE))
    {
      if (!smd_progress_go_on (progress, 0, error)
          || !smd_sink_write (sink, smd_span_head (rest, SMD_CMS_WRITER_PIECE), error))
        return FALSE;
    }
  return smd_sink_write (sink, smd_der_writer_get_span (tail), error);
}
