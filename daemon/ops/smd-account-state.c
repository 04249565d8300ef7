/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-account-state.h"

#include "smd-address.h"
#include "smd-identity-match.h"
#include "smd-validate.h"
#include "smimed-error.h"

#define SECONDS_PER_DAY 86400

void
smd_account_state_free (SmdAccountState *self)
{
  g_clear_pointer (&self->signing, smd_certificate_unref);
  g_clear_pointer (&self->signing_chain, g_ptr_array_unref);
  g_clear_pointer (&self->encryption, smd_certificate_unref);
  g_ptr_array_unref (self->problems);
  g_free (self);
}

/* One own certificate and whether it serves. */
typedef struct
{
  SmdCertificate *certificate; /* (owned) */
  SmdValidation *validation;   /* (owned) */
} Choice;

static void
choice_clear (Choice *choice)
{
  g_clear_pointer (&choice->certificate, smd_certificate_unref);
  g_clear_pointer (&choice->validation, smd_validation_free);
}

static gboolean
find_own (const SmdEnv *env, const char *address, SmdUsage usage, GPtrArray *own, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) found = NULL;

  query.own = TRUE;
  query.address = address;
  query.usage = usage;
  found = smd_cert_store_find (env->certs, &query, error);
  if (found == NULL)
    return FALSE;

  for (guint i = 0; i < found->len; i++)
    smd_certificates_add (own, ((SmdCertRecord *) found->pdata[i])->certificate);
  return TRUE;
}

/* Returns: (transfer full): the account's certificates for @usage, newest first for each address */
static GPtrArray *
find_all (const SmdEnv *env, const SmdAccount *account, SmdUsage usage, GError **error)
{
  g_autoptr (GPtrArray) own = smd_certificates_new ();

  if (!find_own (env, account->address, usage, own, error))
    return NULL;

  for (guint i = 0; account->aliases[i] != NULL; i++)
    if (!find_own (env, account->aliases[i], usage, own, error))
      return NULL;

  return g_steal_pointer (&own);
}

static SmdValidation *
validate (const SmdEnv *env, const SmdCall *call, SmdCertificate *certificate, SmdUsage usage, GError **error)
{
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();

  smd_certificates_add (chain, certificate);
  request.chain = chain;
  request.usage = usage;
  return smd_validate (env, call, &request, error);
}

/* Valid before expired, then the newest; what the user chose goes first while it is usable. */
static gboolean
is_better (const Choice *a, const Choice *b, const char *chosen)
{
  gboolean a_valid = a->validation->chain == SMD_CHAIN_VALID;
  gboolean b_valid = b->certificate != NULL && b->validation->chain == SMD_CHAIN_VALID;

  if (b->certificate == NULL || a_valid != b_valid)
    return b->certificate == NULL || a_valid;
  if (chosen != NULL && g_str_equal (smd_certificate_get_fingerprint (a->certificate), chosen))
    return TRUE;
  if (chosen != NULL && g_str_equal (smd_certificate_get_fingerprint (b->certificate), chosen))
    return FALSE;
  return smd_certificate_get_not_before (a->certificate) > smd_certificate_get_not_before (b->certificate);
}

static gboolean
choose (const SmdEnv *env, const SmdCall *call, GPtrArray *own, SmdUsage usage, const char *chosen, Choice *best,
        GError **error)
{
  for (guint i = 0; i < own->len; i++)
    {
      Choice candidate = { smd_certificate_ref (own->pdata[i]), validate (env, call, own->pdata[i], usage, error) };

      if (candidate.validation == NULL)
        {
          choice_clear (&candidate);
          return FALSE;
        }
      if (is_better (&candidate, best, chosen))
        {
          Choice worse = *best;

          *best = candidate;
          candidate = worse;
        }
      choice_clear (&candidate);
    }

  return TRUE;
}

static void
add_expiry (const SmdEnv *env, const SmdCall *call, SmdCertificate *certificate, GPtrArray *problems)
{
  gint64 left = smd_certificate_get_not_after (certificate) - smd_clock_now (env->clock);
  SmdProblem *problem;

  if (left < 0 || left > (gint64) call->policy.expiry_warning_days * SECONDS_PER_DAY)
    return;

  problem = smd_problem_new_for (SMIMED_PROBLEM_EXPIRING_SOON, smd_certificate_get_fingerprint (certificate), 0,
                                 "The certificate expires soon; request or install its successor");
  problem->days = (int) (left / SECONDS_PER_DAY);
  problem->at = smd_certificate_get_not_after (certificate);
  g_ptr_array_add (problems, problem);
}

static gboolean
judge_usage (const SmdEnv *env, const SmdCall *call, const SmdAccount *account, SmdUsage usage, SmdAccountState *self,
             GError **error)
{
  const char *chosen = usage == SMD_USAGE_SIGN ? account->signing : account->encryption;
  SmdCertificate **place = usage == SMD_USAGE_SIGN ? &self->signing : &self->encryption;
  gboolean *usable = usage == SMD_USAGE_SIGN ? &self->can_sign : &self->can_encrypt;
  g_autoptr (GPtrArray) own = find_all (env, account, usage, error);
  Choice best = { NULL, NULL };

  if (own == NULL || !choose (env, call, own, usage, chosen, &best, error))
    {
      choice_clear (&best);
      return FALSE;
    }

  if (best.certificate == NULL)
    return TRUE;

  *usable = best.validation->chain == SMD_CHAIN_VALID;
  smd_problems_append (self->problems, best.validation->problems);
  if (self->signing == NULL || !g_str_equal (smd_certificate_get_fingerprint (self->signing),
                                             smd_certificate_get_fingerprint (best.certificate)))
    add_expiry (env, call, best.certificate, self->problems);
  *place = smd_certificate_ref (best.certificate);
  if (usage == SMD_USAGE_SIGN)
    self->signing_chain = g_ptr_array_ref (best.validation->chain_path);
  choice_clear (&best);
  return TRUE;
}

SmdAccountState *
smd_account_state_new (const SmdEnv *env, const SmdCall *call, const SmdAccount *account, GError **error)
{
  g_autoptr (SmdAccountState) self = g_new0 (SmdAccountState, 1);

  self->problems = smd_problems_new ();
  if (!judge_usage (env, call, account, SMD_USAGE_SIGN, self, error)
      || !judge_usage (env, call, account, SMD_USAGE_ENCRYPT, self, error))
    return NULL;

  return g_steal_pointer (&self);
}
