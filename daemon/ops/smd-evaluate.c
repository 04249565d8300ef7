/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-evaluate.h"

#include "smd-account-state.h"
#include "smd-candidates.h"
#include "smd-evaluated-set.h"
#include "smd-limits.h"
#include "smd-recall.h"
#include "smimed-error.h"

#define SECONDS_PER_DAY 86400

/* One Evaluate. */
typedef struct
{
  const SmdEnv *env;    /* (unowned) */
  const SmdCall *call;  /* (unowned) */
  SmdEvaluatedSet *set; /* (unowned) */
  guint serial;         /* of the store when this began */
} Evaluation;

/* One certificate that is tried for one address. */
typedef struct
{
  SmdEvaluated *evaluated;        /* (unowned) */
  const SmdCandidate *candidate;  /* (unowned) */
  SmdValidateRequest request;
  GPtrArray *chain;               /* (owned) */
} Trial;

static void
trial_free (gpointer data)
{
  Trial *self = data;

  g_ptr_array_unref (self->chain);
  g_free (self);
}

static Trial *
trial_new (const SmdCall *call, SmdEvaluated *evaluated, const SmdCandidate *candidate)
{
  Trial *self = g_new0 (Trial, 1);
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (call);
  GPtrArray *issuers = candidate->answer != NULL ? candidate->answer->issuers : NULL;

  self->evaluated = evaluated;
  self->candidate = candidate;
  self->chain = smd_certificates_new ();
  smd_certificates_add (self->chain, candidate->certificate);
  for (guint i = 0; issuers != NULL && i < issuers->len; i++)
    smd_certificates_add (self->chain, issuers->pdata[i]);
  request.chain = self->chain;
  request.usage = SMD_USAGE_ENCRYPT;
  request.address = evaluated->address;
  self->request = request;
  return self;
}

static gboolean
all_temporary (GPtrArray *problems)
{
  for (guint i = 0; i < problems->len; i++)
    if (!((SmdProblem *) problems->pdata[i])->temporary)
      return FALSE;

  return TRUE;
}

/* The first valid one; if there is none, what is wrong with the first. */
static void
take (const Trial *trial, const SmdValidation *validation)
{
  SmdEvaluated *evaluated = trial->evaluated;
  SmdVerdict *verdict = smd_evaluated_get_verdict (evaluated);
  gboolean valid = validation->chain == SMD_CHAIN_VALID;

  if (verdict->usable)
    return;
  evaluated->retry |= !valid && all_temporary (validation->problems);
  if (valid || verdict->certificate == NULL)
    smd_verdict_take (verdict, trial->candidate->certificate, trial->candidate->answer, validation);
}

static gboolean
run_trials (const Evaluation *self, GPtrArray *trials, GError **error)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new ();
  g_autoptr (GPtrArray) validations = NULL;

  for (guint i = 0; i < trials->len; i++)
    g_ptr_array_add (requests, &((Trial *) trials->pdata[i])->request);
  validations = trials->len > 0 ? smd_validate_many (self->env, self->call, requests, error) : g_ptr_array_new ();
  if (validations == NULL)
    return FALSE;
  for (guint i = 0; i < trials->len; i++)
    take (trials->pdata[i], validations->pdata[i]);
  return TRUE;
}

/* Candidates @first to before @last of everybody who still needs one */
static gboolean
try_candidates (const Evaluation *self, GPtrArray *candidates, guint first, guint last, GError **error)
{
  g_autoptr (GPtrArray) trials = g_ptr_array_new_with_free_func (trial_free);

  for (guint i = 0; i < self->set->list->len; i++)
    {
      SmdEvaluated *evaluated = self->set->list->pdata[i];
      GPtrArray *own = candidates->pdata[i];

      for (guint j = first; smd_evaluated_is_open (evaluated) && j < MIN (last, own->len); j++)
        g_ptr_array_add (trials, trial_new (self->call, evaluated, own->pdata[j]));
    }
  return run_trials (self, trials, error);
}

static gboolean
is_anybody_open (const SmdEvaluatedSet *set)
{
  for (guint i = 0; i < set->list->len; i++)
    if (smd_evaluated_is_open (set->list->pdata[i]))
      return TRUE;

  return FALSE;
}

/* One that is still to come may be the one to use as soon as it begins. */
static void
note_beginning (const Evaluation *self, SmdEvaluated *evaluated, GPtrArray *candidates)
{
  gint64 now = candidates->len > 0 ? smd_clock_now (self->env->clock) : 0;

  for (guint i = 0; i < candidates->len; i++)
    {
      gint64 begins = smd_certificate_get_not_before (((SmdCandidate *) candidates->pdata[i])->certificate);

      if (begins > now && (evaluated->begins == 0 || begins < evaluated->begins))
        evaluated->begins = begins;
    }
}

/* All first choices at once, then for those whose first choice is no good all others at once. */
static gboolean
try_source (const Evaluation *self, SmdSource source, GError **error)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  smd_recall_verdicts (self->set, self->env, self->call, self->serial);
  if (!is_anybody_open (self->set))
    return TRUE;
  for (guint i = 0; i < self->set->list->len; i++)
    {
      SmdEvaluated *evaluated = self->set->list->pdata[i];
      GPtrArray *own = smd_candidates_find (self->env, self->call, evaluated, source, error);

      if (own == NULL)
        return FALSE;
      note_beginning (self, evaluated, own);
      g_ptr_array_add (candidates, own);
    }
  return try_candidates (self, candidates, 0, 1, error) && try_candidates (self, candidates, 1, G_MAXUINT, error);
}

static gboolean
ask_directory (const Evaluation *self, GError **error)
{
  const char *const *urls = self->call->policy.directories;

  return self->env->directory == NULL || urls == NULL || urls[0] == NULL ||
         (smd_evaluated_set_look_up (self->set, self->env, self->call, error) && try_source (self, SMD_SOURCE_DIRECTORY, error));
}

static gboolean
try_all (const Evaluation *self, GError **error)
{
  switch (self->call->policy.lookup_order)
    {
    case SMD_ORDER_FIRST_ONLY:
      return ask_directory (self, error);
    case SMD_ORDER_SECOND_ONLY:
      return try_source (self, SMD_SOURCE_LOCAL, error);
    case SMD_ORDER_FIRST_THEN_SECOND:
      return ask_directory (self, error) && try_source (self, SMD_SOURCE_LOCAL, error);
    case SMD_ORDER_SECOND_THEN_FIRST:
      /* Members of groups come with the directory. */
      return try_source (self, SMD_SOURCE_LOCAL, error) && ask_directory (self, error) && try_source (self, SMD_SOURCE_LOCAL, error);
    case SMD_ORDER_NEITHER:
    default:
      return TRUE;
    }
}

static void
warn_of_expiry (SmdVerdict *verdict, const SmdEnv *env, const SmdCall *call)
{
  gint64 left = smd_certificate_get_not_after (verdict->certificate) - smd_clock_now (env->clock);
  SmdProblem *problem;

  if (left > (gint64) call->policy.expiry_warning_days * SECONDS_PER_DAY)
    return;

  problem = smd_problem_new_for (SMIMED_PROBLEM_EXPIRING_SOON, smd_certificate_get_fingerprint (verdict->certificate), 0, NULL);
  problem->days = (int) (left / SECONDS_PER_DAY);
  problem->at = smd_certificate_get_not_after (verdict->certificate);
  g_ptr_array_add (verdict->problems, problem);
}

/* What remains to be said; of a group its members say all. */
static gboolean
conclude (const Evaluation *self, SmdEvaluated *evaluated, GError **error)
{
  SmdVerdict *verdict;

  if (evaluated->recalled)
    return TRUE;
  verdict = smd_evaluated_get_verdict (evaluated);
  smd_candidates_explain_failures (evaluated);
  if (evaluated->group != NULL)
    return TRUE;
  if (verdict->certificate == NULL && !smd_candidates_explain_absence (self->env, self->call, evaluated, error))
    return FALSE;
  if (verdict->usable)
    warn_of_expiry (verdict, self->env, self->call);
  if (evaluated->begins != 0)
    verdict->until = MIN (verdict->until, evaluated->begins);

  if (verdict->usable)
    verdict->action = SMD_ACTION_NONE;
  else
    verdict->action = evaluated->retry ? SMD_ACTION_RETRY : SMD_ACTION_REMOVE;
  return TRUE;
}

static gboolean
conclude_all (const Evaluation *self, GError **error)
{
  GPtrArray *list = self->set->list;

  for (guint i = 0; i < list->len; i++)
    if (!conclude (self, list->pdata[i], error))
      return FALSE;

  smd_remember_verdicts (self->set, self->env, self->call, self->serial);
  for (guint i = 0; i < self->set->given; i++)
    {
      SmdEvaluated *evaluated = list->pdata[i];

      if (evaluated->group != NULL)
        smd_verdict_take_members (smd_evaluated_get_verdict (evaluated), smd_evaluated_set_list_members (self->set, evaluated));
    }
  return TRUE;
}

static gboolean
can_encrypt_to_self (const Evaluation *self, const char *from, gboolean *can, GError **error)
{
  g_autoptr (SmdAccountState) state = smd_account_state_of (self->env, self->call, from, error);

  if (state == NULL)
    return FALSE;
  *can = state->can_encrypt;
  return TRUE;
}

static gboolean
check_count (const char *const *recipients, GError **error)
{
  if (g_strv_length ((char **) recipients) <= SMD_LIMIT_ASKED)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED, "More than %d addresses were asked for at once: ask for them in several calls",
               SMD_LIMIT_ASKED);
  return FALSE;
}

GPtrArray *
smd_evaluate (const SmdEnv *env, const SmdCall *call, const char *from, const char *const *recipients, gboolean *ready,
              GError **error)
{
  g_autoptr (SmdEvaluatedSet) set = smd_evaluated_set_new (recipients);
  Evaluation self = { env, call, set, smd_cert_store_get_serial (env->certs) };
  GPtrArray *verdicts;

  if (!check_count (recipients, error) || !can_encrypt_to_self (&self, from, ready, error) || !try_all (&self, error) || !conclude_all (&self, error))
    return NULL;

  verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_verdict_unref);
  for (guint i = 0; i < set->given; i++)
    {
      SmdVerdict *verdict = smd_evaluated_get_verdict (set->list->pdata[i]);

      g_ptr_array_add (verdicts, smd_verdict_ref (verdict));
      *ready &= verdict->usable;
    }
  *ready &= verdicts->len > 0;
  return verdicts;
}
