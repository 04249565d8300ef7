/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-content.h"

#include <openssl/crypto.h>

#include "smd-cms-attributes.h"
#include "smd-openssl-error.h"

/* Stays in the cache between cipher and output */
#define STEP ((gsize) 128 * 1024)
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

/* A plaintext under way: nobody sees it before its tag has been checked. */
typedef struct
{
  EVP_CIPHER_CTX *context;   /* (unowned) */
  gboolean keeps_pace;       /* whether so many bytes come out of each step as went in: no block is held back */
  guint8 *stage;             /* (unowned) STEP + SPARE bytes */
  SmdOutput *output;         /* (unowned) */
  SmdProgress *progress;     /* (unowned) (nullable) */
} Decryption;

/* OpenSSL works in place only if in and out are the same; what lags behind goes through the stage. */
static guint8 *
reserve_in_place (const Decryption *self, SmdSpan step)
{
  guint8 *place = self->keeps_pace ? smd_output_get_room (self->output, step.size) : NULL;

  return place == step.data ? place : NULL;
}

static gboolean
decrypt_step (const Decryption *self, SmdSpan step, gboolean *good, GError **error)
{
  guint8 *place = reserve_in_place (self, step);
  int size = 0;

  if (!smd_progress_go_on (self->progress, step.size, error))
    return FALSE;

  if (!EVP_DecryptUpdate (self->context, place != NULL ? place : self->stage, &size, step.data, (int) step.size))
    *good = FALSE;
  if (place != NULL)
    {
      smd_output_advance (self->output, (gsize) MAX (size, 0));
      return TRUE;
    }
  return smd_output_write (self->output, smd_span (self->stage, (gsize) MAX (size, 0)), error);
}

/* Returns: FALSE if it was cancelled or there is no room; @good is cleared if OpenSSL refuses */
static gboolean
decrypt_all (const Decryption *self, const SmdDerOctets *octets, gboolean *good, GError **error)
{
  gsize position = 0;
  SmdSpan piece;
  int size = 0;

  *good = TRUE;
  while (smd_der_octets_next (octets, &position, &piece))
    for (; piece.size > 0; piece = smd_span_skip (piece, STEP))
      if (!decrypt_step (self, smd_span_head (piece, STEP), good, error))
        return FALSE;

  if (!EVP_DecryptFinal_ex (self->context, self->stage, &size))
    *good = FALSE;
  return smd_output_write (self->output, smd_span (self->stage, (gsize) MAX (size, 0)), error);
}

SmdOutput *
smd_cms_content_decrypt (const SmdCmsContent *self, const guint8 *cek, guint8 *place, gboolean *good,
                         SmdProgress *progress, GError **error)
{
  gsize size = self->octets->size + SPARE;
  g_autoptr (SmdOutput) output = place != NULL ? smd_output_new_over (place, self->octets->region.size)
                                               : smd_output_new_sized ("smimed-plaintext", size, size, error);
  g_autoptr (EVP_CIPHER_CTX) context = begin (self, cek);
  g_autofree guint8 *stage = g_malloc (STEP + SPARE);
  Decryption decryption = { context, place != NULL && self->tag_size > 0, stage, output, progress };
  gboolean done;

  if (output == NULL)
    return NULL;
  if (context == NULL)
    {
      smd_openssl_fail (error, SMIMED_ERROR_FAILED, "The decryption could not be begun");
      return NULL;
    }

  smd_progress_expect (progress, self->octets->size);
  done = decrypt_all (&decryption, self->octets, good, error);
  OPENSSL_cleanse (stage, STEP + SPARE);
  smd_openssl_forget ();
  return done ? g_steal_pointer (&output) : NULL;
}
