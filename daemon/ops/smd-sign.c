/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-signing.h"

#include "smd-address.h"
#include "smd-cms-writer.h"
#include "smd-limits.h"
#include "smd-message-writer.h"
#include "smimed-error.h"

gboolean
smd_signing_check_from (SmdMessage *message, const char *from, GError **error)
{
  const char *const *addresses = smd_message_get_from (message);

  if (!smd_message_has_from (message))
    return TRUE;

  for (guint i = 0; addresses[i] != NULL; i++)
    if (smd_address_equal (addresses[i], from))
      return TRUE;

  if (addresses[0] != NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_ADDRESS_MISMATCH,
                 "The message is from %s, but the account is %s: send it from the account of the From field, or change that", addresses[0], from);
  else
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_ADDRESS_MISMATCH,
                 "Nobody can tell whom the message is from: give it one From field, with the address %s", from);
  return FALSE;
}

static SmdSignParameters
parameters_of (const SmdEnv *env, const SmdOwnKeys *keys)
{
  return (SmdSignParameters){
    .key = keys->key,
    .certificate = keys->state->signing,
    .chain = keys->state->signing_chain,
    .encryption_certificate = keys->state->can_encrypt ? keys->state->encryption : NULL,
    .signing_time = smd_clock_now (env->clock),
  };
}

static void
describe (const SmdOwnKeys *keys, SmdSealReport *report)
{
  report->certificate = g_strdup (smd_certificate_get_fingerprint (keys->state->signing));
  report->digest = g_strdup (smd_cms_get_micalg (keys->state->signing));
}

static SmdBlob *
sign_clear (const SmdEnv *env, const SmdCall *call, const SmdSignParameters *parameters, SmdMessage *outer, SmdBlob *entity,
            GError **error)
{
  SmdSpan content = smd_blob_get_span (entity);
  g_autoptr (SmdBlob) signature = smd_cms_sign_detached (env->crypto, parameters, content, call->progress, error);

  if (signature == NULL)
    return NULL;

  return smd_message_write_clear_signed (outer, content, smd_blob_get_span (signature), smd_cms_get_micalg (parameters->certificate),
                                         content.size * 2 + SMD_LIMIT_HEADER, error);
}

static SmdBlob *
sign_opaque (const SmdEnv *env, const SmdCall *call, const SmdSignParameters *parameters, SmdMessage *outer, SmdBlob *entity,
             GError **error)
{
  SmdSpan content = smd_blob_get_span (entity);
  g_autoptr (SmdPkcs7Writer) writer
      = smd_pkcs7_writer_new (outer, "signed-data", content.size * 2 + SMD_LIMIT_HEADER, error);

  if (writer == NULL
      || !smd_cms_sign_opaque (env->crypto, parameters, content, smd_pkcs7_writer_get_sink (writer), call->progress, error))
    return NULL;

  return smd_pkcs7_writer_finish (g_steal_pointer (&writer), error);
}

SmdBlob *
smd_signing_apply (const SmdEnv *env, const SmdCall *call, const SmdOwnKeys *keys, SmdMessage *outer, SmdBlob *entity,
                   SmdSignFormat format, SmdSealReport *report, GError **error)
{
  SmdSignParameters parameters = parameters_of (env, keys);

  describe (keys, report);
  smd_progress_enter (call->progress, "signing", smd_blob_get_span (entity).size);
  return format == SMD_SIGN_OPAQUE ? sign_opaque (env, call, &parameters, outer, entity, error)
                                   : sign_clear (env, call, &parameters, outer, entity, error);
}

static SmdBlob *
sign_detached (const SmdEnv *env, const SmdCall *call, const SmdOwnKeys *keys, SmdBlob *entity, SmdSealReport *report,
               GError **error)
{
  SmdSignParameters parameters = parameters_of (env, keys);

  describe (keys, report);
  return smd_cms_sign_detached (env->crypto, &parameters, smd_blob_get_span (entity), call->progress, error);
}

static SmdBlob *
sign_message (const SmdEnv *env, const SmdCall *call, const SmdOwnKeys *keys, const SmdSignRequest *request,
              SmdSealReport *report, GError **error)
{
  g_autoptr (SmdMessage) message = smd_message_parse (request->message, error);
  g_autoptr (SmdBlob) entity = NULL;

  if (message == NULL || !smd_signing_check_from (message, request->from, error))
    return NULL;

  entity = smd_message_make_entity (message, request->format == SMD_SIGN_CLEAR, call->policy.max_message_size * 2, error);
  if (entity == NULL)
    return NULL;

  return smd_signing_apply (env, call, keys, message, entity, request->format, report, error);
}

SmdBlob *
smd_sign (const SmdEnv *env, const SmdCall *call, const SmdSignRequest *request, SmdSealReport **report, GError **error)
{
  g_autoptr (SmdSealReport) done = smd_seal_report_new ();
  g_autoptr (SmdOwnKeys) keys = smd_own_keys_new (env, call, request->from, TRUE, FALSE, error);
  g_autoptr (SmdBlob) output = NULL;

  if (keys == NULL)
    return NULL;

  output = request->format == SMD_SIGN_DETACHED ? sign_detached (env, call, keys, request->message, done, error)
                                                : sign_message (env, call, keys, request, done, error);
  if (output == NULL)
    return NULL;

  smd_problems_append (done->warnings, keys->state->problems);
  *report = g_steal_pointer (&done);
  return g_steal_pointer (&output);
}
