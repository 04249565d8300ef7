/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/crypto.h>

#include "smd-cms-writer-parts.h"
#include "smd-openssl-error.h"

/* Ciphertext that is under way: fits into the second-level cache */
#define CHUNK ((gsize) 64 * 1024)
#define BLOCK 16
#define KEY_MAX 32
#define IV_MAX 16
#define TAG_MAX 16

static gboolean
fail (const SmdContentAlgorithm *algorithm, GError **error)
{
  return smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't encrypt with %s", smd_cipher_to_word (algorithm->cipher));
}

static SmdDerWriter *
write_recipients (SmdCrypto *crypto, GPtrArray *recipients, const SmdContentAlgorithm *algorithm, SmdSpan cek,
                  guint8 *version, SmdProgress *progress, GError **error)
{
  g_autoptr (SmdDerWriter) writer = smd_der_writer_new ();
  gsize mark = smd_der_writer_begin (writer, SMD_TAG_SET);

  for (guint i = 0; i < recipients->len; i++)
    {
      SmdCertificate *recipient = g_ptr_array_index (recipients, i);

      if (!smd_progress_go_on (progress, 0, error)
          || !smd_cms_writer_add_recipient (writer, crypto, recipient, algorithm, cek, version, error))
        return NULL;
    }
  smd_der_writer_end_set_of (writer, mark);
  return g_steal_pointer (&writer);
}

/* contentType and contentEncryptionAlgorithm. Parameters: the IV of CBC (RFC 3565), GCMParameters (RFC 5084 section
 * 3.2), the nonce of ChaCha20-Poly1305 (RFC 8103 section 2) */
static SmdDerWriter *
write_content_info (const SmdContentAlgorithm *algorithm, const guint8 *iv)
{
  SmdDerWriter *writer = smd_der_writer_new ();
  gboolean gcm = algorithm->tag_size > 0 && algorithm->cipher != SMD_CIPHER_CHACHA20_POLY1305;
  gsize mark = 0;
  gsize parameters = 0;

  smd_der_writer_add_oid (writer, smd_cms_writer_oid_data);
  mark = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_oid (writer, algorithm->oid);
  if (gcm)
    parameters = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (iv, algorithm->iv_size));
  if (gcm)
    {
      smd_der_writer_add_integer (writer, (guint8) algorithm->tag_size);
      smd_der_writer_end (writer, parameters);
    }
  smd_der_writer_end (writer, mark);
  return writer;
}

/* Everything up to the first octet of the ciphertext, with all lengths */
static SmdDerWriter *
write_head (const SmdContentAlgorithm *algorithm, guint8 version, SmdSpan recipients, const guint8 *iv, gsize size)
{
  SmdDerWriter *writer = smd_der_writer_new ();
  g_autoptr (SmdDerWriter) content_info = write_content_info (algorithm, iv);
  gboolean aead = algorithm->tag_size > 0;
  gsize encrypted = smd_der_writer_get_span (content_info).size + smd_der_writer_size_of (size);
  gsize enveloped = smd_der_writer_size_of (1) + recipients.size + smd_der_writer_size_of (encrypted)
                    + (aead ? smd_der_writer_size_of (algorithm->tag_size) : 0);

  smd_cms_writer_begin (writer, aead ? smd_cms_writer_oid_auth_enveloped : smd_cms_writer_oid_enveloped, enveloped);
  /* AuthEnvelopedData is always of version 0 (RFC 5083 section 2.1). */
  smd_der_writer_add_integer (writer, aead ? 0 : version);
  smd_der_writer_add_der (writer, recipients);
  smd_der_writer_header (writer, SMD_TAG_SEQUENCE, encrypted);
  smd_der_writer_add_der (writer, smd_der_writer_get_span (content_info));
  smd_der_writer_header (writer, SMD_TAG_CONTEXT (0), size);
  return writer;
}

static gboolean
write_ciphertext (EVP_CIPHER_CTX *context, const SmdContentAlgorithm *algorithm, SmdSpan content, SmdSink *sink,
                  SmdProgress *progress, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK + BLOCK);
  int size = 0;

  for (SmdSpan rest = content; rest.size > 0; rest = smd_span_skip (rest, CHUNK))
    {
      if (!smd_progress_go_on (progress, MIN (rest.size, CHUNK), error))
        return FALSE;
      if (EVP_EncryptUpdate (context, buffer, &size, rest.data, (int) MIN (rest.size, CHUNK)) <= 0)
        return fail (algorithm, error);
      if (!smd_sink_write (sink, smd_span (buffer, (gsize) size), error))
        return FALSE;
    }
  if (EVP_EncryptFinal_ex (context, buffer, &size) <= 0)
    return fail (algorithm, error);
  return smd_sink_write (sink, smd_span (buffer, (gsize) size), error);
}

static gboolean
write_tag (EVP_CIPHER_CTX *context, const SmdContentAlgorithm *algorithm, SmdSink *sink, GError **error)
{
  g_autoptr (SmdDerWriter) writer = smd_der_writer_new ();
  guint8 tag[TAG_MAX];

  if (algorithm->tag_size == 0)
    return TRUE;
  if (EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, (int) algorithm->tag_size, tag) <= 0)
    return fail (algorithm, error);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (tag, algorithm->tag_size));
  return smd_sink_write (sink, smd_der_writer_get_span (writer), error);
}

static gboolean
encrypt_with (SmdCrypto *crypto, GPtrArray *recipients, const SmdContentAlgorithm *algorithm, SmdSpan cek,
              SmdSpan content, SmdSink *sink, SmdProgress *progress, GError **error)
{
  g_autoptr (SmdDerWriter) recipient_infos = NULL;
  g_autoptr (SmdDerWriter) head = NULL;
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  gsize size = algorithm->tag_size > 0 ? content.size : (content.size / BLOCK + 1) * BLOCK;
  guint8 version = 0;
  guint8 iv[IV_MAX];

  smd_crypto_random (crypto, iv, sizeof iv);
  recipient_infos = write_recipients (crypto, recipients, algorithm, cek, &version, progress, error);
  if (recipient_infos == NULL)
    return FALSE;
  if (context == NULL
      || EVP_EncryptInit_ex2 (context, smd_crypto_get_cipher (crypto, algorithm->name), cek.data, iv, NULL) <= 0)
    return fail (algorithm, error);

  head = write_head (algorithm, version, smd_der_writer_get_span (recipient_infos), iv, size);
  return smd_sink_write (sink, smd_der_writer_get_span (head), error)
         && write_ciphertext (context, algorithm, content, sink, progress, error)
         && write_tag (context, algorithm, sink, error);
}

gboolean
smd_cms_encrypt (SmdCrypto *crypto, GPtrArray *recipients, SmdCipher cipher, SmdSpan content, SmdSink *sink,
                 SmdProgress *progress, GError **error)
{
  const SmdContentAlgorithm *algorithm = smd_algorithm_get_content (cipher);
  guint8 cek[KEY_MAX];
  gboolean done = FALSE;

  if (recipients->len == 0)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                           "Nobody could read the message: name at least one recipient");
      return FALSE;
    }
  if (algorithm == NULL || !smd_cipher_is_writable (cipher) || smd_crypto_get_cipher (crypto, algorithm->name) == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
                   "Nothing is encrypted with %s; choose a cipher that Features lists", smd_cipher_to_word (cipher));
      return FALSE;
    }

  smd_crypto_random (crypto, cek, sizeof cek);
  done = encrypt_with (crypto, recipients, algorithm, smd_span (cek, algorithm->key_size), content, sink, progress,
                       error);
  OPENSSL_cleanse (cek, sizeof cek);
  return done;
}
