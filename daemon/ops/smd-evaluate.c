/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-evaluate.h"

#include "smd-account-state.h"
#include "smd-address.h"
#include "smd-validate.h"
#include "smimed-error.h"

/* Certificates tried for one address before giving up. */
#define MOST_CERTIFICATES 64
#define SECONDS_PER_DAY 86400

void
smd_verdict_free (SmdVerdict *self)
{
  g_free (self->address);
  g_clear_pointer (&self->certificate, smd_certificate_unref);
  g_ptr_array_unref (self->problems);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdVerdict, smd_verdict_free)

static SmdVerdict *
verdict_new (const char *address)
{
  SmdVerdict *self = g_new0 (SmdVerdict, 1);

  self->address = g_strdup (address);
  self->problems = smd_problems_new ();
  self->action = SMD_ACTION_REMOVE;
  return self;
}

static SmdValidation *
validate (const SmdEnv *env, const SmdCall *call, SmdCertificate *certificate, const char *address, GError **error)
{
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();

  smd_certificates_add (chain, certificate);
  request.chain = chain;
  request.usage = SMD_USAGE_ENCRYPT;
  request.address = address;
  return smd_validate (env, call, &request, error);
}

static gboolean
all_temporary (GPtrArray *problems)
{
  for (guint i = 0; i < problems->len; i++)
    if (!((SmdProblem *) problems->pdata[i])->temporary)
      return FALSE;

  return TRUE;
}

static void
take (SmdVerdict *self, SmdCertificate *certificate, const SmdValidation *validation)
{
  g_clear_pointer (&self->certificate, smd_certificate_unref);
  g_ptr_array_set_size (self->problems, 0);
  self->certificate = smd_certificate_ref (certificate);
  self->source = SMD_SOURCE_LOCAL;
  self->usable = validation->chain == SMD_CHAIN_VALID;
  smd_problems_append (self->problems, validation->problems);
  self->action = self->usable                      ? SMD_ACTION_NONE
                 : all_temporary (self->problems) ? SMD_ACTION_RETRY
                                                   : SMD_ACTION_REMOVE;
}

static GPtrArray *
find (const SmdEnv *env, const char *address, SmdUsage usage, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;

  query.address = address;
  query.usage = usage;
  query.limit = MOST_CERTIFICATES;
  return smd_cert_store_find (env->certs, &query, error);
}

/* The newest usable one; if there is none, what is wrong with the newest. */
static gboolean
choose (SmdVerdict *self, const SmdEnv *env, const SmdCall *call, GPtrArray *records, GError **error)
{
  for (guint i = 0; i < records->len && !self->usable; i++)
    {
      SmdCertificate *certificate = ((SmdCertRecord *) records->pdata[i])->certificate;
      g_autoptr (SmdValidation) validation = validate (env, call, certificate, self->address, error);

      if (validation == NULL)
        return FALSE;
      if (self->certificate == NULL || validation->chain == SMD_CHAIN_VALID)
        take (self, certificate, validation);
    }

  return TRUE;
}

/* Only signing certificates are known: say so, instead of that there is none. */
static gboolean
explain_absence (SmdVerdict *self, const SmdEnv *env, GError **error)
{
  g_autoptr (GPtrArray) any = find (env, self->address, SMD_USAGE_ANY, error);

  if (any == NULL)
    return FALSE;

  if (any->len > 0)
    g_ptr_array_add (self->problems,
                     smd_problem_new_for (SMIMED_PROBLEM_KEY_USAGE,
                                          smd_certificate_get_fingerprint (((SmdCertRecord *) any->pdata[0])->certificate), 0,
                                          "Only certificates that can't be used to encrypt are known for this address"));
  else
    smd_problems_add (self->problems, SMIMED_PROBLEM_NO_CERTIFICATE, "No certificate is known for this address");
  return TRUE;
}

static void
warn_of_expiry (SmdVerdict *self, const SmdEnv *env, const SmdCall *call)
{
  gint64 left = self->usable ? smd_certificate_get_not_after (self->certificate) - smd_clock_now (env->clock) : G_MAXINT64;
  SmdProblem *problem;

  if (left > (gint64) call->policy.expiry_warning_days * SECONDS_PER_DAY)
    return;

  problem = smd_problem_new_for (SMIMED_PROBLEM_EXPIRING_SOON, smd_certificate_get_fingerprint (self->certificate), 0, NULL);
  problem->days = (int) (left / SECONDS_PER_DAY);
  problem->at = smd_certificate_get_not_after (self->certificate);
  g_ptr_array_add (self->problems, problem);
}

static SmdVerdict *
evaluate_address (const SmdEnv *env, const SmdCall *call, const char *address, GError **error)
{
  g_autoptr (SmdVerdict) self = verdict_new (address);
  g_autoptr (GPtrArray) records = find (env, address, SMD_USAGE_ENCRYPT, error);

  if (records == NULL || !choose (self, env, call, records, error))
    return NULL;
  if (self->certificate == NULL && !explain_absence (self, env, error))
    return NULL;

  warn_of_expiry (self, env, call);
  return g_steal_pointer (&self);
}

static gboolean
is_new (GHashTable *seen, const char *address)
{
  g_autofree char *normal = smd_address_normalize (address);

  return g_hash_table_add (seen, normal != NULL ? g_steal_pointer (&normal) : g_strdup (address));
}

static gboolean
can_encrypt_to_self (const SmdEnv *env, const SmdCall *call, const char *from, gboolean *can, GError **error)
{
  g_autoptr (SmdAccount) account = smd_account_store_lookup (env->accounts, from, error);
  g_autoptr (SmdAccountState) state = account != NULL ? smd_account_state_new (env, call, account, error) : NULL;

  if (state != NULL)
    *can = state->can_encrypt;
  return state != NULL;
}

GPtrArray *
smd_evaluate (const SmdEnv *env, const SmdCall *call, const char *from, const char *const *recipients, gboolean *ready,
              GError **error)
{
  g_autoptr (GPtrArray) verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_verdict_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!can_encrypt_to_self (env, call, from, ready, error))
    return NULL;

  for (guint i = 0; recipients[i] != NULL; i++)
    {
      SmdVerdict *verdict;

      if (!is_new (seen, recipients[i]))
        continue;
      verdict = evaluate_address (env, call, recipients[i], error);
      if (verdict == NULL)
        return NULL;
      g_ptr_array_add (verdicts, verdict);
      *ready &= verdict->usable;
    }

  *ready &= verdicts->len > 0;
  return g_steal_pointer (&verdicts);
}
