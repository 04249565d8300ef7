/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-decrypt.h"

#include "smd-access.h"
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

      id->issuer = smd_signer_id_dup_issuer (&recipient->id);
      id->serial = smd_signer_id_dup_serial (&recipient->id);
      id->key_id = smd_signer_id_dup_key_id (&recipient->id);
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

static void
free_own (gpointer data)
{
  if (data != NULL)
    smd_certificate_unref (data);
}

static SmdBlob *
open_recipient (const SmdEnv *env, const SmdCall *call, SmdCms *cms, guint index, SmdCertificate *own, gboolean last,
                GError **error)
{
  g_autoptr (SmdPrivateKey) key = smd_key_store_lookup (env->keys, smd_certificate_get_key_fingerprint (own), call->interactive,
                                                        call->cancellable, error);

  if (key == NULL)
    return NULL;

  smd_progress_enter (call->progress, "decrypting", 0);
  return smd_cms_enveloped_decrypt (cms, index, key, last, call->policy.max_message_size, call->progress, error);
}

static void
note_key (SmdLayer *layer, const SmdRecipient *recipient, SmdCertificate *own)
{
  layer->key_encryption = g_strdup (recipient->key_encryption);
  layer->decrypted_with = g_strdup (smd_certificate_get_fingerprint (own));
}

/* Only these may have another own recipient succeed: anything else is the same for all of them. What is malformed may be this one's
 * parameters. */
static gboolean
try_next (const GError *failure)
{
  return g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_INTEGRITY_FAILURE)
         || g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_NO_PRIVATE_KEY)
         || g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_MALFORMED)
         || g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED);
}

/* Returns: (transfer full): the own certificates among the recipients, or %NULL for each that isn't one; %NULL on error */
static GPtrArray *
find_all_own (const SmdEnv *env, GPtrArray *recipients, guint *count, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (free_own);

  *count = 0;
  for (guint i = 0; i < recipients->len; i++)
    {
      GError *failure = NULL;
      SmdCertificate *own = find_own (env, &((const SmdRecipient *) recipients->pdata[i])->id, &failure);

      if (failure != NULL)
        {
          g_propagate_error (error, failure);
          return NULL;
        }
      *count += own != NULL;
      g_ptr_array_add (found, own);
    }
  return g_steal_pointer (&found);
}

/* One own recipient after the other. @error stays as it is if there is none; the ciphertext may go when the only one is tried. */
static SmdBlob *
try_all (const SmdEnv *env, const SmdCall *call, SmdCms *cms, GPtrArray *owns, guint count, SmdLayer *layer, GError **error)
{
  GPtrArray *recipients = smd_cms_enveloped_get_recipients (cms);
  guint attempts = 0;

  for (guint i = 0; i < owns->len && attempts < MOST_ATTEMPTS; i++)
    {
      SmdCertificate *own = owns->pdata[i];
      g_autoptr (GError) failure = NULL;
      g_autoptr (SmdBlob) content = own != NULL ? open_recipient (env, call, cms, i, own, count == 1, &failure) : NULL;

      attempts += own != NULL;
      if (content != NULL)
        note_key (layer, recipients->pdata[i], own);
      if (content != NULL)
        return g_steal_pointer (&content);
      if (failure == NULL)
        continue;

      g_clear_error (error);
      g_propagate_error (error, g_error_copy (failure));
      if (!try_next (failure))
        return NULL;
    }
  return NULL;
}

SmdBlob *
smd_decrypt (const SmdEnv *env, const SmdCall *call, SmdCms *cms, SmdLayer *layer, GError **error)
{
  g_autoptr (GPtrArray) owns = NULL;
  g_autoptr (GError) failure = NULL;
  SmdBlob *content;
  guint count;

  smd_decrypt_describe (cms, layer);
  if (!smd_access_require (env, call, SMD_RIGHT_DECRYPT, error))
    return NULL;

  owns = find_all_own (env, smd_cms_enveloped_get_recipients (cms), &count, error);
  if (owns == NULL)
    return NULL;

  content = try_all (env, call, cms, owns, count, layer, &failure);
  if (content != NULL)
    return content;

  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NO_PRIVATE_KEY,
                         "The message is encrypted, and none of your keys is among its recipients; "
                         "import the PKCS#12 file of the certificate that it was encrypted to");
  return NULL;
}
