/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-content.h"

#include "smd-cms-attributes.h"
#include "smd-openssl-error.h"

#define STEP ((gsize) 1024 * 1024)
/* RFC 5084 section 3.2 */
#define SHORTEST_GCM_TAG 12
#define LONGEST_GCM_TAG 16
#define LONGEST_GCM_NONCE 64
/* What the last block may add to what has been decrypted */
#define SPARE 32

static gboolean
malformed (GError **error, const char *what)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The encrypted message is damaged: %s; ask for it to be sent again",
               what);
  return FALSE;
}

static gboolean
find_algorithm (SmdCmsContent *self, const SmdEnvelopedData *data, GError **error)
{
  self->algorithm = smd_algorithm_find_content (data->algorithm.oid);
  if (self->algorithm == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
                           "The message is encrypted with an algorithm that this program doesn't know; ask for AES");
      return FALSE;
    }
  if (self->algorithm->name == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LEGACY_ALGORITHM,
                   "The message is encrypted with %s, which is broken and no longer read; ask for AES",
                   smd_cipher_to_word (self->algorithm->cipher));
      return FALSE;
    }

  self->cipher = smd_crypto_get_cipher (self->crypto, self->algorithm->name);
  if (self->cipher == NULL)
    return smd_openssl_fail (error, SMIMED_ERROR_NOT_SUPPORTED, "OpenSSL's default provider lacks %s", self->algorithm->name);
  return TRUE;
}

static gboolean
read_gcm_parameters (SmdCmsContent *self, SmdSpan parameters, GError **error)
{
  SmdDerReader reader;
  SmdSpan digits = SMD_SPAN_EMPTY;

  self->tag_size = SHORTEST_GCM_TAG;
  smd_der_reader_init (&reader, parameters);
  if (!smd_der_enter (&reader, SMD_DER_SEQUENCE, error)
      || !smd_der_read (&reader, SMD_DER_OCTET_STRING, &self->iv, error))
    return FALSE;
  if (smd_der_more (&reader) && !smd_der_read (&reader, SMD_DER_INTEGER, &digits, error))
    return FALSE;
  if (digits.size == 1)
    self->tag_size = digits.data[0];
  if (digits.size > 1 || self->tag_size < SHORTEST_GCM_TAG || self->tag_size > LONGEST_GCM_TAG)
    return malformed (error, "its tag has a wrong length");
  if (self->iv.size == 0 || self->iv.size > LONGEST_GCM_NONCE)
    return malformed (error, "its nonce has a wrong length");
  return smd_der_leave (&reader, error);
}

static gboolean
read_iv (SmdCmsContent *self, SmdSpan parameters, GError **error)
{
  SmdDerReader reader;

  self->tag_size = self->algorithm->tag_size;
  smd_der_reader_init (&reader, parameters);
  if (!smd_der_read (&reader, SMD_DER_OCTET_STRING, &self->iv, error))
    return FALSE;
  return self->iv.size == self->algorithm->iv_size || malformed (error, "its initialisation vector has a wrong length");
}

static gboolean
read_authentication (SmdCmsContent *self, const SmdEnvelopedData *data, GError **error)
{
  if (data->mac.size != self->tag_size)
    return malformed (error, "its tag has a wrong length");

  smd_der_octets_copy (&data->mac, self->tag);
  if (data->authenticated_attributes.size == 0)
    return TRUE;

  self->aad = smd_cms_attributes_to_set (data->authenticated_attributes, error);
  return self->aad != NULL;
}

gboolean
smd_cms_content_init (SmdCmsContent *self, SmdCms *cms, GError **error)
{
  const SmdEnvelopedData *data = cms->enveloped;
  gboolean is_gcm, has_tag = cms->type == SMD_CMS_AUTH_ENVELOPED;

  self->crypto = cms->crypto;
  self->octets = &data->content;
  if (!find_algorithm (self, data, error))
    return FALSE;
  if (!data->has_content)
    return malformed (error, "it has no content");
  if (smd_cipher_is_aead (self->algorithm->cipher) != has_tag)
    return malformed (error, "its algorithm doesn't fit its kind");

  is_gcm = has_tag && self->algorithm->cipher != SMD_CIPHER_CHACHA20_POLY1305;
  if (!(is_gcm ? read_gcm_parameters : read_iv) (self, data->algorithm.parameters, error))
    return FALSE;
  return !has_tag || read_authentication (self, data, error);
}

void
smd_cms_content_clear (SmdCmsContent *self)
{
  g_clear_pointer (&self->aad, g_byte_array_unref);
}

static EVP_CIPHER_CTX *
begin (const SmdCmsContent *self, const guint8 *cek)
{
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  /* OpenSSL reads only; its type says otherwise. */
  void *tag = (void *) self->tag;
  int size;

  if (context == NULL || !EVP_DecryptInit_ex2 (context, self->cipher, NULL, NULL, NULL))
    return NULL;
  if (self->tag_size > 0
      && (EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_IVLEN, (int) self->iv.size, NULL) <= 0
          || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, (int) self->tag_size, tag) <= 0))
    return NULL;
  if (!EVP_DecryptInit_ex2 (context, NULL, cek, self->iv.data, NULL))
    return NULL;
  if (self->aad != NULL && !EVP_DecryptUpdate (context, NULL, &size, self->aad->data, (int) self->aad->len))
    return NULL;

  return g_steal_pointer (&context);
}

/* Returns: FALSE only if it was cancelled; @good is cleared if OpenSSL refuses */
static gboolean
decrypt_piece (EVP_CIPHER_CTX *context, SmdSpan piece, guint8 **place, gboolean *good, GCancellable *cancellable,
               GError **error)
{
  while (piece.size > 0)
    {
      SmdSpan step = smd_span_head (piece, STEP);
      int size = 0;

      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
          return FALSE;
        }

      if (!EVP_DecryptUpdate (context, *place, &size, step.data, (int) step.size))
        *good = FALSE;
      *place += size;
      piece = smd_span_skip (piece, step.size);
    }

  return TRUE;
}

SmdOutput *
smd_cms_content_decrypt (const SmdCmsContent *self, const guint8 *cek, gboolean *good, GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (SmdOutput) output = smd_output_new ("smimed-plaintext", self->octets->size + SPARE, error);
  guint8 *begin_place = output != NULL ? smd_output_reserve (output, self->octets->size + SPARE, error) : NULL;
  g_autoptr (EVP_CIPHER_CTX) context = begin (self, cek);
  guint8 *place = begin_place;
  gsize position = 0;
  SmdSpan piece;
  int size = 0;

  if (place == NULL)
    return NULL;
  if (context == NULL)
    {
      smd_openssl_fail (error, SMIMED_ERROR_FAILED, "The decryption could not be begun");
      return NULL;
    }

  *good = TRUE;
  while (smd_der_octets_next (self->octets, &position, &piece))
    if (!decrypt_piece (context, piece, &place, good, cancellable, error))
      return NULL;

  if (!EVP_DecryptFinal_ex (context, place, &size))
    *good = FALSE;
  smd_openssl_forget ();
  smd_output_advance (output, (gsize) (place - begin_place) + (gsize) MAX (size, 0));
  return g_steal_pointer (&output);
}
