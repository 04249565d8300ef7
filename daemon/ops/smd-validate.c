/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-validate.h"

#include "smd-explain.h"
#include "smd-inquiry.h"
#include "smd-judge.h"

/* Far more than the rounds that authorities' chains need, and their waits double */
#define MOST_ROUNDS 48

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

gint64
smd_validation_get_end (const SmdValidation *self)
{
  gint64 end = G_MAXINT64;

  for (guint i = 0; i < self->chain_path->len; i++)
    end = MIN (end, smd_certificate_get_not_after (self->chain_path->pdata[i]));
  for (guint i = 0; i < self->revocation->len; i++)
    {
      const SmdRevocationAnswer *answer = self->revocation->pdata[i];

      end = answer->next_update != 0 ? MIN (end, answer->next_update) : end;
    }
  return end;
}

static gboolean
update_all (GPtrArray *inquiries, const SmdEnv *env, const SmdCall *call, SmdSupply *supply, GError **error)
{
  for (guint i = 0; i < inquiries->len; i++)
    if (!smd_inquiry_update (inquiries->pdata[i], env, call, supply, error))
      return FALSE;

  return TRUE;
}

/* Round by round: what one brings tells what the next one needs. Places are asked once, so that there is an end; the deadline is another. */
static gboolean
inquire (GPtrArray *inquiries, const SmdEnv *env, const SmdCall *call, SmdSupply *supply, GError **error)
{
  for (guint round = 0; round < MOST_ROUNDS; round++)
    {
      g_autoptr (GPtrArray) wants = smd_wants_new ();
      gboolean overtaken;

      if (g_cancellable_set_error_if_cancelled (call->cancellable, error) || !update_all (inquiries, env, call, supply, error))
        return FALSE;
      for (guint i = 0; i < inquiries->len; i++)
        smd_inquiry_plan (inquiries->pdata[i], call, supply, wants);
      overtaken = smd_supply_take_overtaken (supply);
      if (smd_supply_plan_delegates (supply, wants) || (overtaken && wants->len == 0))
        continue;
      if (wants->len == 0 || !smd_supply_fetch (supply, wants))
        return !overtaken || update_all (inquiries, env, call, supply, error);
    }

  return update_all (inquiries, env, call, supply, error);
}

static gboolean
finish_all (GPtrArray *inquiries, const SmdEnv *env, const SmdCall *call, SmdSupply *supply, GError **error)
{
  for (guint i = 0; i < inquiries->len; i++)
    if (!smd_inquiry_finish (inquiries->pdata[i], env, call, supply, error))
      return FALSE;

  return TRUE;
}

static SmdValidation *
conclude (const SmdInquiry *inquiry, const SmdEnv *env, const SmdCall *call, SmdSupply *supply)
{
  const SmdValidateRequest *request = inquiry->request;
  SmdValidation *self = smd_validation_new ();
  const SmdEvidence evidence = {
    .path = inquiry->path,
    .usage = request->usage,
    .address = request->address,
    .distrusted = inquiry->gathered->distrusted,
    .revocation = request->revocation,
  };

  self->chain = smd_judge (&evidence, self->problems) ? SMD_CHAIN_VALID : SMD_CHAIN_INVALID;
  for (guint i = 0; i < inquiry->path->chain->len; i++)
    smd_certificates_add (self->chain_path, inquiry->path->chain->pdata[i]);
  smd_explain (self, inquiry, &call->policy, supply);
  smd_keep_fruit (env, inquiry, &call->policy, supply);
  return self;
}

GPtrArray *
smd_validate_many (const SmdEnv *env, const SmdCall *call, GPtrArray *requests, GError **error)
{
  g_autoptr (GPtrArray) inquiries = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_inquiry_free);
  g_autoptr (GPtrArray) validations = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_validation_free);
  g_autoptr (SmdSupply) supply = smd_supply_new (env, call);

  for (guint i = 0; i < requests->len; i++)
    g_ptr_array_add (inquiries, smd_inquiry_new (requests->pdata[i]));
  if (!inquire (inquiries, env, call, supply, error) || !finish_all (inquiries, env, call, supply, error))
    return NULL;

  for (guint i = 0; i < inquiries->len; i++)
    g_ptr_array_add (validations, conclude (inquiries->pdata[i], env, call, supply));
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
