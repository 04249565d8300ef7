/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-decrypt.h"

#include "smimed-error.h"

/* RecipientInfos for own keys that are tried. Nobody has more keys that one message is encrypted to; who names the same key a
 * thousand times makes us decrypt everything as often, or guesses. */
#define MOST_ATTEMPTS 16

void
smd_decrypt_describe (SmdCms *cms, SmdLayer *layer)
{
  GPtrArray *recipients = smd_cms_enveloped_get_recipients (cms);

  layer->cipher = smd_cms_enveloped_get_cipher (cms);
  for (guint i = 0; i < recipients->len; i++)
    {
      const SmdRecipient *recipient = recipients->pdata[i];
      SmdRecipientId *id = g_new0 (SmdRecipientId, 1);

      id->issuer = g_strdup (recipient->id.issuer);
      id->serial = g_strdup (recipient->id.serial_hex);
      id->key_id = g_strdup (recipient->id.key_id_hex);
      id->key_encryption = g_strdup (recipient->key_encryption);
      g_ptr_array_add (layer->recipients, id);
    }
}

/* Returns: (transfer full) (nullable): the own certificate that @id names; NULL without error if it names none */
static SmdCertificate *
find_own (const SmdEnv *env, const SmdSignerId *id, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) found = NULL;

  if (id->key_id.size == 0 && id->serial.size == 0)
    return NULL;

  query.own = TRUE;
  query.issuer_der = id->issuer_der;
  query.serial = id->serial;
  query.key_id = id->key_id;
  query.limit = 1;
  found = smd_cert_store_find (env->certs, &query, error);
  if (found == NULL || found->len == 0)
    return NULL;

  return smd_certificate_ref (((SmdCertRecord *) found->pdata[0])->certificate);
}

static SmdBlob *
open_recipient (const SmdEnv *env, const SmdCall *call, SmdCms *cms, SmdSpan prefix, guint index, SmdCertificate *own,
                GError **error)
{
  g_autoptr (SmdPrivateKey) key = smd_key_store_lookup (env->keys, smd_certificate_get_key_fingerprint (own), call->interactive,
                                                        call->cancellable, error);

  if (key == NULL)
    return NULL;

  smd_progress_enter (call->progress, "decrypting", 0);
  return smd_cms_enveloped_decrypt (cms, index, key, prefix, call->policy.max_message_size, call->cancellable, error);
}

static void
note_key (SmdLayer *layer, const SmdRecipient *recipient, SmdCertificate *own)
{
  layer->key_encryption = g_strdup (recipient->key_encryption);
  layer->decrypted_with = g_strdup (smd_certificate_get_fingerprint (own));
}

/* Only these may have another own recipient succeed: anything else is the same for all of them. */
static gboolean
try_next (const GError *failure)
{
  return g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_INTEGRITY_FAILURE)
         || g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_NO_PRIVATE_KEY)
         || g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED);
}

SmdBlob *
smd_decrypt (const SmdEnv *env, const SmdCall *call, SmdCms *cms, SmdSpan prefix, SmdLayer *layer, GError **error)
{
  GPtrArray *recipients = smd_cms_enveloped_get_recipients (cms);
  g_autoptr (GError) failure = NULL;
  guint attempts = 0;

  smd_decrypt_describe (cms, layer);
  for (guint i = 0; i < recipients->len && attempts < MOST_ATTEMPTS; i++)
    {
      const SmdRecipient *recipient = recipients->pdata[i];
      g_autoptr (GError) current = NULL;
      g_autoptr (SmdCertificate) own = find_own (env, &recipient->id, &current);
      g_autoptr (SmdBlob) content = own != NULL ? open_recipient (env, call, cms, prefix, i, own, &current) : NULL;

      attempts += own != NULL;
      if (content != NULL)
        {
          note_key (layer, recipient, own);
          return g_steal_pointer (&content);
        }
      if (current != NULL)
        {
          g_clear_error (&failure);
          failure = g_steal_pointer (&current);
          if (!try_next (failure))
            break;
        }
    }

  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NO_PRIVATE_KEY,
                         "The message is encrypted, and none of your keys is among its recipients; "
                         "import the PKCS#12 file of the certificate that it was encrypted to");
  return NULL;
}
