/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-object.h"
#include "smd-output.h"
#include "smimed-error.h"

/* Joined content up to this size lies on the heap. */
#define SMALL_CONTENT ((gsize) 64 * 1024)
/* Of those who can't be read, or come again, there may be millions. */
#define MOST_TRIED (4 * SMD_LIMIT_CERTIFICATES)

/* CertificateSet, RFC 5652 section 10.2.3. What isn't a certificate that we can read is left out. */
static gboolean
read_certificates (SmdSignedData *self, SmdCrypto *crypto, SmdDerReader *reader, GError **error)
{
  guint left = MOST_TRIED;
  SmdSpan der;

  if (smd_der_peek (reader) != SMD_DER_CONTEXT (0))
    return TRUE;
  if (!smd_der_enter (reader, SMD_DER_CONTEXT (0), error))
    return FALSE;

  while (smd_der_more (reader))
    {
      g_autoptr (SmdCertificate) certificate = NULL;
      gboolean wanted = smd_der_peek (reader) == SMD_DER_SEQUENCE && self->certificates->len < SMD_LIMIT_CERTIFICATES && left > 0;

      if (!smd_der_skip (reader, &der, error))
        return FALSE;
      left -= wanted;
      if (wanted && der.size <= SMD_LIMIT_CERTIFICATE)
        certificate = smd_certificate_new (crypto, der, NULL);
      if (certificate != NULL)
        smd_certificates_add (self->certificates, certificate);
    }

  return smd_der_leave (reader, error);
}

/* RevocationInfoChoices, RFC 5652 section 10.2.1. What is tagged otherwise than a CRL is of another format. */
static gboolean
read_crls (SmdSignedData *self, SmdDerReader *reader, GError **error)
{
  SmdSpan der;

  if (smd_der_peek (reader) != SMD_DER_CONTEXT (1))
    return TRUE;
  if (!smd_der_enter (reader, SMD_DER_CONTEXT (1), error))
    return FALSE;

  while (smd_der_more (reader))
    {
      gboolean wanted = smd_der_peek (reader) == SMD_DER_SEQUENCE && self->crls->len < SMD_LIMIT_CERTIFICATES;

      if (!smd_der_skip (reader, &der, error))
        return FALSE;
      if (wanted)
        g_array_append_val (self->crls, der);
    }

  return smd_der_leave (reader, error);
}

static gboolean
read_signer (SmdSignerInfo *info, SmdDerReader *reader, GError **error)
{
  return smd_der_enter (reader, SMD_DER_SEQUENCE, error) && smd_der_skip_integer (reader, error)
         && smd_signer_id_read (&info->id, reader, error)
         && smd_cms_algorithm_read (&info->digest_algorithm, reader, SMD_DER_SEQUENCE, error)
         && smd_der_skip_optional (reader, SMD_DER_CONTEXT (0), &info->signed_attributes, error)
         && smd_cms_algorithm_read (&info->signature_algorithm, reader, SMD_DER_SEQUENCE, error)
         && smd_der_read_octets (reader, SMD_DER_OCTET_STRING, &info->signature, error)
         && smd_der_skip_optional (reader, SMD_DER_CONTEXT (1), &info->unsigned_attributes, error) && smd_der_leave (reader, error);
}

static gboolean
read_signers (SmdSignedData *self, SmdDerReader *reader, GError **error)
{
  if (!smd_der_enter (reader, SMD_DER_SET, error))
    return FALSE;

  while (smd_der_more (reader))
    {
      SmdSignerInfo *info;

      if (self->signers->len >= SMD_LIMIT_SIGNERS)
        {
          g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                       "The message has more than %d signatures; it was not read", SMD_LIMIT_SIGNERS);
          return FALSE;
        }

      g_array_set_size (self->signers, self->signers->len + 1);
      info = &g_array_index (self->signers, SmdSignerInfo, self->signers->len - 1);
      if (!read_signer (info, reader, error))
        return FALSE;
    }

  return smd_der_leave (reader, error);
}

/* SignedData, RFC 5652 section 5.1 */
SmdSignedData *
smd_signed_data_read (SmdCrypto *crypto, SmdDerReader *reader, GError **error)
{
  g_autoptr (SmdSignedData) self = g_new0 (SmdSignedData, 1);

  self->certificates = smd_certificates_new ();
  self->crls = g_array_new (FALSE, FALSE, sizeof (SmdSpan));
  self->signers = g_array_new (FALSE, TRUE, sizeof (SmdSignerInfo));
  if (!smd_der_enter (reader, SMD_DER_SEQUENCE, error) || !smd_der_skip_integer (reader, error)
      || !smd_der_skip_tag (reader, SMD_DER_SET, NULL, error)
      || !smd_cms_read_encapsulated (reader, &self->content_type, &self->has_content, &self->content, error)
      || !read_certificates (self, crypto, reader, error) || !read_crls (self, reader, error)
      || !read_signers (self, reader, error) || !smd_der_leave (reader, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
smd_signed_data_free (SmdSignedData *self)
{
  g_ptr_array_unref (self->certificates);
  g_array_unref (self->crls);
  g_array_unref (self->signers);
  g_free (self);
}

gboolean
smd_cms_signed_has_content (SmdCms *self)
{
  return self->signed_data != NULL && self->signed_data->has_content;
}

guint
smd_cms_signed_get_n_signers (SmdCms *self)
{
  return self->signed_data != NULL ? self->signed_data->signers->len : 0;
}

const SmdSignerId *
smd_cms_signed_get_signer_id (SmdCms *self, guint index)
{
  g_return_val_if_fail (index < smd_cms_signed_get_n_signers (self), NULL);
  return &g_array_index (self->signed_data->signers, SmdSignerInfo, index).id;
}

GPtrArray *
smd_cms_signed_get_certificates (SmdCms *self)
{
  g_return_val_if_fail (self->signed_data != NULL, NULL);
  return self->signed_data->certificates;
}

GPtrArray *
smd_cms_signed_get_crls (SmdCms *self)
{
  GPtrArray *crls = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_blob_unref);

  for (guint i = 0; self->signed_data != NULL && i < self->signed_data->crls->len; i++)
    g_ptr_array_add (crls, smd_blob_new_slice (self->blob, g_array_index (self->signed_data->crls, SmdSpan, i)));
  return crls;
}

static SmdBlob *
join (const SmdDerOctets *content, GError **error)
{
  g_autoptr (SmdOutput) output = NULL;
  guint8 *place;

  if (content->size <= SMALL_CONTENT)
    {
      g_autoptr (GBytes) bytes = NULL;

      place = g_malloc (content->size);
      smd_der_octets_copy (content, place);
      bytes = g_bytes_new_take (place, content->size);
      return smd_blob_new_bytes (bytes);
    }

  output = smd_output_new ("smimed-content", content->size, error);
  place = output != NULL ? smd_output_reserve (output, content->size, error) : NULL;
  if (place == NULL)
    return NULL;

  smd_der_octets_copy (content, place);
  smd_output_advance (output, content->size);
  return smd_output_seal (g_steal_pointer (&output), error);
}

SmdBlob *
smd_cms_signed_dup_content (SmdCms *self, gsize limit, GError **error)
{
  const SmdDerOctets *content = smd_cms_signed_has_content (self) ? &self->signed_data->content : NULL;

  if (content == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                           "The signature comes without the content that it covers; ask for the whole message");
      return NULL;
    }
  if (content->size > limit)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE,
                   "The signed content is larger than %" G_GSIZE_FORMAT " bytes; raise max-message-size if that is wanted",
                   limit);
      return NULL;
    }

  return content->segmented ? join (content, error) : smd_blob_new_slice (self->blob, content->region);
}
