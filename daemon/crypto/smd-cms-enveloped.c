/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/crypto.h>

#include "smd-cms-content.h"
#include "smd-cms-key-agreement.h"
#include "smd-cms-key-transport.h"

/* How to come by the content key: that which fits the recipient is filled in. */
typedef struct
{
  SmdRecipientType type;
  SmdCmsKeyTransport transport;
  SmdCmsKeyAgreement agreement;
} KeySource;

static gboolean
key_source_init (KeySource *self, const SmdRecipientInfo *recipient, SmdPrivateKey *key, GError **error)
{
  self->type = recipient->public.type;
  switch (self->type)
    {
    case SMD_RECIPIENT_KEY_TRANSPORT:
      return smd_cms_key_transport_init (&self->transport, recipient, key, error);
    case SMD_RECIPIENT_KEY_AGREEMENT:
      return smd_cms_key_agreement_init (&self->agreement, recipient, key, error);
    case SMD_RECIPIENT_OTHER:
    default:
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
                           "The content key is protected by a password or a shared key, which S/MIME doesn't use");
      return FALSE;
    }
}

static gboolean
key_source_unwrap (const KeySource *self, SmdCrypto *crypto, SmdPrivateKey *key, guint8 *cek, gsize size)
{
  if (self->type == SMD_RECIPIENT_KEY_TRANSPORT)
    return smd_cms_key_transport_unwrap (&self->transport, crypto, key, cek, size);
  return smd_cms_key_agreement_unwrap (&self->agreement, crypto, key, cek, size);
}

/* The one text for everything that can be wrong once a private key has been chosen: it tells an attacker nothing. */
static void
set_integrity_failure (GError **error)
{
  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INTEGRITY_FAILURE,
                       "The message could not be decrypted: it was changed or damaged on its way; ask for it to be sent again");
}

static gboolean
check_size (const SmdEnvelopedData *data, gsize limit, GError **error)
{
  if (data->content.size <= limit)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE,
               "The encrypted content is larger than %" G_GSIZE_FORMAT " bytes; raise max-message-size if that is wanted",
               limit);
  return FALSE;
}

/* One way through for every cause: a content key that can't be had is replaced by a random one, everything is decrypted, and
 * only then is it said that something was wrong. */
SmdBlob *
smd_cms_enveloped_decrypt (SmdCms *self, guint recipient, SmdPrivateKey *key, gboolean last, gsize limit,
                           SmdProgress *progress, GError **error)
{
  g_auto (SmdCmsContent) content = { 0 };
  g_autoptr (SmdOutput) output = NULL;
  KeySource source = { 0 };
  guint8 *place = NULL;
  guint8 cek[SMD_CMS_CEK_MAX];
  gboolean has_key, good = FALSE;
  gsize size;

  g_return_val_if_fail (self->enveloped != NULL && recipient < self->enveloped->recipients->len, NULL);
  if (!smd_cms_content_init (&content, self, error) || !check_size (self->enveloped, limit, error)
      || !key_source_init (&source, self->enveloped->recipients->pdata[recipient], key, error))
    return NULL;

  if (last)
    place = smd_blob_get_writable (self->blob, content.octets->region);
  size = content.algorithm->key_size;
  smd_crypto_random (self->crypto, cek, size);
  has_key = key_source_unwrap (&source, self->crypto, key, cek, size);
  output = smd_cms_content_decrypt (&content, cek, place, &good, progress, error);
  OPENSSL_cleanse (cek, sizeof cek);
  if (output == NULL)
    return NULL;
  if (!has_key || !good)
    {
      set_integrity_failure (error);
      return NULL;
    }

  return place != NULL ? smd_blob_new_part (self->blob, smd_output_get_span (output))
                       : smd_output_seal (g_steal_pointer (&output), error);
}
