/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-open.h"

#include "smd-decrypt.h"
#include "smd-message.h"
#include "smd-sender.h"
#include "smd-signers.h"
#include "smimed-error.h"

static SmdCms *
parse_signature (const SmdEnv *env, SmdBlob *signature, gsize limit, GError **error)
{
  g_autoptr (SmdBlob) der = smd_cms_decode_bare (signature, limit, error);
  g_autoptr (SmdCms) cms = der != NULL ? smd_cms_parse (env->crypto, der, error) : NULL;

  if (cms != NULL && (smd_cms_get_type (cms) != SMD_CMS_SIGNED || smd_cms_signed_get_n_signers (cms) == 0))
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The second argument holds no signature");
      return NULL;
    }

  return g_steal_pointer (&cms);
}

SmdReport *
smd_verify (const SmdEnv *env, const SmdCall *call, const SmdVerifyRequest *request, GError **error)
{
  g_autoptr (SmdReport) report = smd_report_new ();
  g_autoptr (SmdCms) cms = parse_signature (env, request->signature, call->policy.max_message_size, error);
  g_autoptr (SmdMessage) entity = NULL;
  SmdLayer *layer = smd_layer_new (SMD_LAYER_SIGNED);
  SmdSignedContent signed_content = {
    .cms = cms,
    .content = smd_blob_get_span (request->content),
    .lines = request->as_is ? SMD_LINES_AS_IS : SMD_LINES_CRLF,
    .date = G_MININT64,
    .received_at = request->received_at,
  };

  g_ptr_array_add (report->layers, layer);
  if (cms == NULL)
    return NULL;

  entity = request->as_is ? NULL : smd_message_parse (request->content, NULL);
  report->sender = smd_sender_choose (entity, request->sender);
  signed_content.sender = report->sender;
  if (!smd_signers_judge (env, call, &signed_content, layer, error))
    return NULL;

  for (guint i = 0; i < layer->signers->len; i++)
    report->authenticated |= ((SmdSignerReport *) layer->signers->pdata[i])->authenticated;
  return g_steal_pointer (&report);
}

static void
describe_signers (SmdCms *cms, SmdLayer *layer)
{
  for (guint i = 0; i < smd_cms_signed_get_n_signers (cms); i++)
    {
      const SmdSignerId *id = smd_cms_signed_get_signer_id (cms, i);
      SmdSignerReport *signer = smd_signer_report_new ();

      signer->signature = SMD_SIGNATURE_UNSUPPORTED;
      signer->chain = SMD_CHAIN_UNKNOWN;
      signer->issuer = smd_signer_id_dup_issuer (id);
      signer->serial = smd_signer_id_dup_serial (id);
      signer->key_id = smd_signer_id_dup_key_id (id);
      g_ptr_array_add (layer->signers, signer);
    }
}

static SmdLayer *
describe (SmdCms *cms, gboolean clear, GError **error)
{
  SmdLayer *layer;

  switch (smd_cms_get_type (cms))
    {
    case SMD_CMS_SIGNED:
      layer = smd_layer_new (SMD_LAYER_SIGNED);
      layer->opaque = !clear;
      describe_signers (cms, layer);
      return layer;
    case SMD_CMS_ENVELOPED:
    case SMD_CMS_AUTH_ENVELOPED:
      layer = smd_layer_new (SMD_LAYER_ENCRYPTED);
      smd_decrypt_describe (cms, layer);
      return layer;
    case SMD_CMS_COMPRESSED:
      return smd_layer_new (SMD_LAYER_COMPRESSED);
    default:
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_PROTECTED,
                           "The CMS object is neither signed nor encrypted nor compressed");
      return NULL;
    }
}

static SmdBlob *
decode (SmdBlob *blob, const char *content_type, gsize limit, gboolean *clear, GError **error)
{
  g_autoptr (SmdMessage) message = NULL;

  if (content_type != NULL)
    return smd_cms_decode_bare (blob, limit, error);

  message = smd_message_parse (blob, error);
  if (message == NULL)
    return NULL;

  *clear = smd_message_get_root (message) == SMD_ROOT_CLEAR_SIGNED;
  if (smd_message_get_root (message) != SMD_ROOT_NONE)
    return smd_message_decode_cms (message, limit, error);

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_PROTECTED, "The message has no S/MIME layer at its root");
  return NULL;
}

SmdReport *
smd_inspect (const SmdEnv *env, const SmdCall *call, SmdBlob *message, const char *content_type, GError **error)
{
  g_autoptr (SmdReport) report = smd_report_new ();
  gboolean clear = FALSE;
  g_autoptr (SmdBlob) der = decode (message, content_type, call->policy.max_message_size, &clear, error);
  g_autoptr (SmdCms) cms = der != NULL ? smd_cms_parse (env->crypto, der, error) : NULL;
  SmdLayer *layer = cms != NULL ? describe (cms, clear, error) : NULL;

  if (layer == NULL)
    return NULL;

  g_ptr_array_add (report->layers, layer);
  report->confidential = layer->type == SMD_LAYER_ENCRYPTED;
  return g_steal_pointer (&report);
}
