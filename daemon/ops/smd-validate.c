/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-validate.h"

#include "smd-gather.h"
#include "smd-judge.h"

static void
revocation_answer_free (SmdRevocationAnswer *self)
{
  g_free (self->certificate);
  g_free (self->url);
  g_free (self);
}

SmdValidation *
smd_validation_new (void)
{
  SmdValidation *self = g_new0 (SmdValidation, 1);

  self->chain = SMD_CHAIN_INVALID;
  self->chain_path = smd_certificates_new ();
  self->problems = smd_problems_new ();
  self->revocation = g_ptr_array_new_with_free_func ((GDestroyNotify) revocation_answer_free);
  return self;
}

void
smd_validation_free (SmdValidation *self)
{
  g_ptr_array_unref (self->chain_path);
  g_ptr_array_unref (self->problems);
  g_ptr_array_unref (self->revocation);
  g_free (self);
}

static void
add_revocation (SmdValidation *self, const SmdPath *path)
{
  guint below_anchor = path->anchored ? path->chain->len - 1 : path->chain->len;

  for (guint i = 0; i < below_anchor; i++)
    {
      SmdRevocationAnswer *answer = g_new0 (SmdRevocationAnswer, 1);

      answer->certificate = g_strdup (smd_certificate_get_fingerprint (path->chain->pdata[i]));
      answer->source = SMD_REVOCATION_SOURCE_NONE;
      g_ptr_array_add (self->revocation, answer);
    }
}

static SmdPath *
find_path (const SmdEnv *env, const SmdValidateRequest *request, const SmdGathered *gathered, GError **error)
{
  SmdPathQuery query = {
    .leaf = request->chain->pdata[0],
    .candidates = gathered->candidates,
    .anchors = gathered->anchors,
    .at = request->at != G_MININT64 ? request->at : smd_clock_now (env->clock),
    .policies = request->policies,
    .require_explicit_policy = request->require_explicit_policy,
    .inhibit_policy_mapping = request->inhibit_policy_mapping,
    .inhibit_any_policy = request->inhibit_any_policy,
  };

  return smd_path_check (env->crypto, &query, error);
}

static SmdValidation *
validate_one (const SmdEnv *env, const SmdCall *call, const SmdValidateRequest *request, GError **error)
{
  g_autoptr (SmdValidation) self = smd_validation_new ();
  g_autoptr (SmdGathered) gathered = NULL;
  g_autoptr (SmdPath) path = NULL;
  SmdEvidence evidence = { 0 };

  if (g_cancellable_set_error_if_cancelled (call->cancellable, error))
    return NULL;

  gathered = smd_gather (env, request->chain->pdata[0], request->chain, error);
  path = gathered != NULL ? find_path (env, request, gathered, error) : NULL;
  if (path == NULL)
    return NULL;

  evidence.path = path;
  evidence.usage = request->usage;
  evidence.address = request->address;
  evidence.distrusted = gathered->distrusted;
  evidence.revocation = request->revocation;
  self->chain = smd_judge (&evidence, self->problems) ? SMD_CHAIN_VALID : SMD_CHAIN_INVALID;
  for (guint i = 0; i < path->chain->len; i++)
    smd_certificates_add (self->chain_path, path->chain->pdata[i]);
  add_revocation (self, path);
  return g_steal_pointer (&self);
}

GPtrArray *
smd_validate_many (const SmdEnv *env, const SmdCall *call, GPtrArray *requests, GError **error)
{
  g_autoptr (GPtrArray) validations = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_validation_free);

  for (guint i = 0; i < requests->len; i++)
    {
      SmdValidation *validation = validate_one (env, call, requests->pdata[i], error);

      if (validation == NULL)
        return NULL;
      g_ptr_array_add (validations, validation);
    }

  return g_steal_pointer (&validations);
}

SmdValidation *
smd_validate (const SmdEnv *env, const SmdCall *call, const SmdValidateRequest *request, GError **error)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new ();
  g_autoptr (GPtrArray) validations = NULL;

  g_ptr_array_add (requests, (gpointer) request);
  validations = smd_validate_many (env, call, requests, error);
  return validations != NULL ? g_ptr_array_steal_index (validations, 0) : NULL;
}
