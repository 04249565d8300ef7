/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-account-state.h"

#include "smd-identity-match.h"
#include "smd-recall.h"
#include "smd-validate.h"

#define SECONDS_PER_DAY 86400

SmdAccountState *
smd_account_state_ref (SmdAccountState *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SmdAccountState *self = data;

  g_clear_pointer (&self->signing, smd_certificate_unref);
  g_clear_pointer (&self->signing_chain, g_ptr_array_unref);
  g_clear_pointer (&self->encryption, smd_certificate_unref);
  g_ptr_array_unref (self->signing_problems);
  g_ptr_array_unref (self->encryption_problems);
  g_ptr_array_unref (self->problems);
}

void
smd_account_state_unref (SmdAccountState *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* How well an own certificate serves; the higher, the sooner it is taken. */
typedef enum
{
  EXPIRED,
  INVALID,
  EXPIRING,
  VALID,
} Rank;

/* One usage and what there is for it. */
typedef struct
{
  SmdUsage usage;
  const char *chosen;  /* (unowned) (nullable) by the user */
  GPtrArray *own;      /* (unowned) of SmdCertificate */
  GPtrArray *verdicts; /* (unowned) (element-type SmdValidation) from @first on */
  guint first;
} Candidates;

static gboolean
find_own (const SmdEnv *env, const char *address, Candidates *candidates, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) found = NULL;

  query.own = TRUE;
  query.address = address;
  query.usage = candidates->usage;
  found = smd_cert_store_find (env->certs, &query, error);
  if (found == NULL)
    return FALSE;

  for (guint i = 0; i < found->len; i++)
    smd_certificates_add (candidates->own, ((SmdCertRecord *) found->pdata[i])->certificate);
  return TRUE;
}

/* Those that name @from. Only if there is none, those of the account's other addresses: a reader compares with the From field. */
static gboolean
find_all (const SmdEnv *env, const SmdAccount *account, const char *from, Candidates *candidates, GError **error)
{
  if (!find_own (env, from, candidates, error)
      || (candidates->own->len == 0 && !find_own (env, account->address, candidates, error)))
    return FALSE;

  for (guint i = 0; candidates->own->len == 0 && account->aliases[i] != NULL; i++)
    if (!find_own (env, account->aliases[i], candidates, error))
      return FALSE;
  return TRUE;
}

typedef struct
{
  GPtrArray *requests; /* (unowned) of SmdValidateRequest */
  GPtrArray *chains;   /* (unowned) of GPtrArray */
} Questions;

static void
ask (Questions *questions, const SmdCall *call, Candidates *candidates)
{
  candidates->first = questions->requests->len;
  for (guint i = 0; i < candidates->own->len; i++)
    {
      SmdValidateRequest *request = g_new (SmdValidateRequest, 1);
      GPtrArray *chain = smd_certificates_new ();

      *request = (SmdValidateRequest) SMD_VALIDATE_REQUEST_INIT (call);
      smd_certificates_add (chain, candidates->own->pdata[i]);
      request->chain = chain;
      request->usage = candidates->usage;
      g_ptr_array_add (questions->chains, chain);
      g_ptr_array_add (questions->requests, request);
    }
}

/* All at once: what has to be fetched is fetched side by side.
 * Returns: (transfer full) (element-type SmdValidation) */
static GPtrArray *
validate (const SmdEnv *env, const SmdCall *call, Candidates *signing, Candidates *encryption, GError **error)
{
  g_autoptr (GPtrArray) chains = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func (g_free);
  Questions questions = { requests, chains };

  ask (&questions, call, signing);
  ask (&questions, call, encryption);
  return smd_validate_many (env, call, requests, error);
}

static const SmdValidation *
verdict_on (const Candidates *candidates, guint index)
{
  return candidates->verdicts->pdata[candidates->first + index];
}

static gint64
seconds_left (const SmdEnv *env, SmdCertificate *certificate)
{
  return smd_certificate_get_not_after (certificate) - smd_clock_now (env->clock);
}

static gboolean
expires_soon (const SmdEnv *env, const SmdCall *call, SmdCertificate *certificate)
{
  return seconds_left (env, certificate) <= (gint64) call->policy.expiry_warning_days * SECONDS_PER_DAY;
}

static Rank
rank (const SmdEnv *env, const SmdCall *call, const Candidates *candidates, guint index)
{
  SmdCertificate *certificate = candidates->own->pdata[index];

  if (verdict_on (candidates, index)->chain == SMD_CHAIN_VALID)
    return expires_soon (env, call, certificate) ? EXPIRING : VALID;
  return seconds_left (env, certificate) < 0 ? EXPIRED : INVALID;
}

static gboolean
is_chosen (const Candidates *candidates, guint index)
{
  return candidates->chosen != NULL
         && g_str_equal (smd_certificate_get_fingerprint (candidates->own->pdata[index]), candidates->chosen);
}

/* What the user chose, while it is usable; else valid before expiring before expired, then the newest. Returns: an index, -1 if there is none */
static int
find_best (const SmdEnv *env, const SmdCall *call, const Candidates *candidates)
{
  int best = -1;
  Rank best_rank = EXPIRED;

  for (guint i = 0; i < candidates->own->len; i++)
    {
      Rank own_rank = rank (env, call, candidates, i);

      if (is_chosen (candidates, i) && own_rank >= EXPIRING)
        return (int) i;
      if (best < 0 || own_rank > best_rank
          || (own_rank == best_rank && smd_certificate_get_not_before (candidates->own->pdata[i])
                                           > smd_certificate_get_not_before (candidates->own->pdata[best])))
        {
          best = (int) i;
          best_rank = own_rank;
        }
    }

  return best;
}

static void
add_expiry (const SmdEnv *env, const SmdCall *call, SmdCertificate *certificate, GPtrArray *problems)
{
  SmdProblem *problem;

  if (seconds_left (env, certificate) < 0 || !expires_soon (env, call, certificate)
      || smd_problems_contain (problems, SMIMED_PROBLEM_EXPIRING_SOON))
    return;

  problem = smd_problem_new_for (SMIMED_PROBLEM_EXPIRING_SOON, smd_certificate_get_fingerprint (certificate), 0,
                                 "The certificate expires soon; request or install its successor");
  problem->days = (int) (seconds_left (env, certificate) / SECONDS_PER_DAY);
  problem->at = smd_certificate_get_not_after (certificate);
  g_ptr_array_add (problems, problem);
}

/* The chosen certificate isn't among the candidates: why? */
static void
add_lost_choice (const SmdEnv *env, const char *chosen, GPtrArray *problems)
{
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (env->certs, chosen, NULL);
  g_autoptr (GPtrArray) found = smd_problems_new ();

  if (record == NULL)
    g_ptr_array_add (found, smd_problem_new_for (SMIMED_PROBLEM_NO_CERTIFICATE, chosen, 0,
                                                 "The certificate that was chosen is gone: another one is used"));
  else if (record->role != SMD_ROLE_OWN)
    g_ptr_array_add (found, smd_problem_new_for (SMIMED_PROBLEM_NO_PRIVATE_KEY, chosen, 0,
                                                 "The certificate that was chosen has no key any more: another one is used"));
  else
    g_ptr_array_add (found, smd_problem_new_for (SMIMED_PROBLEM_ADDRESS_MISMATCH, chosen, 0,
                                                 "The certificate that was chosen doesn't fit the account: another one is used"));
  smd_problems_append (problems, found);
}

/* A choice that can't be followed isn't passed over in silence. */
static void
add_choice (const SmdEnv *env, const Candidates *candidates, int best, GPtrArray *problems)
{
  if (candidates->chosen == NULL || (best >= 0 && is_chosen (candidates, (guint) best)))
    return;

  for (guint i = 0; i < candidates->own->len; i++)
    if (is_chosen (candidates, i))
      {
        smd_problems_append (problems, verdict_on (candidates, i)->problems);
        return;
      }
  add_lost_choice (env, candidates->chosen, problems);
}

/* Returns: the index of the certificate that is taken, -1 if there is none */
static int
settle (const SmdEnv *env, const SmdCall *call, const Candidates *candidates, GPtrArray *problems, GPtrArray *all)
{
  int best = find_best (env, call, candidates);

  if (best >= 0)
    {
      smd_problems_append (problems, verdict_on (candidates, (guint) best)->problems);
      add_expiry (env, call, candidates->own->pdata[best], problems);
    }
  smd_problems_append (all, problems);
  add_choice (env, candidates, best, all);
  return best;
}

/* Readers will be told so. */
static void
add_mismatch (SmdCertificate *signing, const char *from, GPtrArray *problems)
{
  g_autofree char *detail = NULL;

  if (smd_identity_match (signing, from))
    return;

  detail = g_strdup_printf ("The certificate isn't made out to %s: readers see that it doesn't fit the sender", from);
  g_ptr_array_add (problems, smd_problem_new_for (SMIMED_PROBLEM_ADDRESS_MISMATCH, smd_certificate_get_fingerprint (signing), 0,
                                                  detail));
}

static void
settle_both (SmdAccountState *self, const SmdEnv *env, const SmdCall *call, const Candidates *signing, const Candidates *encryption)
{
  int best = settle (env, call, signing, self->signing_problems, self->problems);

  if (best >= 0)
    {
      self->signing = smd_certificate_ref (signing->own->pdata[best]);
      self->signing_chain = g_ptr_array_ref (verdict_on (signing, (guint) best)->chain_path);
      self->can_sign = verdict_on (signing, (guint) best)->chain == SMD_CHAIN_VALID;
    }

  best = settle (env, call, encryption, self->encryption_problems, self->problems);
  if (best >= 0)
    {
      self->encryption = smd_certificate_ref (encryption->own->pdata[best]);
      self->can_encrypt = verdict_on (encryption, (guint) best)->chain == SMD_CHAIN_VALID;
    }
}

static void
expect (SmdAccountState *self, gint64 moment, gint64 now)
{
  if (moment > now)
    self->until = MIN (self->until, moment);
}

/* Another one may be the best as soon as one begins, ends or comes near to its end; and so many days left are another problem tomorrow. The
 * last second still counts. */
static void
expect_changes (SmdAccountState *self, const SmdEnv *env, const SmdCall *call, const Candidates *candidates)
{
  gint64 now = smd_clock_now (env->clock);
  gint64 warning = (gint64) call->policy.expiry_warning_days * SECONDS_PER_DAY;

  for (guint i = 0; i < candidates->own->len; i++)
    {
      SmdCertificate *certificate = candidates->own->pdata[i];
      gint64 left = seconds_left (env, certificate);
      gint64 end = MIN (smd_validation_get_end (verdict_on (candidates, i)), now + left);

      expect (self, smd_certificate_get_not_before (certificate), now);
      expect (self, end == G_MAXINT64 ? end : end + 1, now);
      expect (self, now + left - warning, now);
      expect (self, now + left % SECONDS_PER_DAY + 1, now);
    }
}

static SmdAccountState *
state_new (void)
{
  SmdAccountState *self = g_atomic_rc_box_new0 (SmdAccountState);

  self->until = G_MAXINT64;
  self->signing_problems = smd_problems_new ();
  self->encryption_problems = smd_problems_new ();
  self->problems = smd_problems_new ();
  return self;
}

SmdAccountState *
smd_account_state_new (const SmdEnv *env, const SmdCall *call, const SmdAccount *account, const char *from, GError **error)
{
  g_autoptr (SmdAccountState) self = state_new ();
  g_autoptr (GPtrArray) signing_own = smd_certificates_new ();
  g_autoptr (GPtrArray) encryption_own = smd_certificates_new ();
  Candidates signing = { SMD_USAGE_SIGN, account->signing, signing_own };
  Candidates encryption = { SMD_USAGE_ENCRYPT, account->encryption, encryption_own };
  g_autoptr (GPtrArray) verdicts = NULL;

  if (!find_all (env, account, from, &signing, error) || !find_all (env, account, from, &encryption, error))
    return NULL;
  verdicts = validate (env, call, &signing, &encryption, error);
  if (verdicts == NULL)
    return NULL;

  signing.verdicts = encryption.verdicts = verdicts;
  settle_both (self, env, call, &signing, &encryption);
  if (self->signing != NULL)
    add_mismatch (self->signing, from, self->problems);
  expect_changes (self, env, call, &signing);
  expect_changes (self, env, call, &encryption);
  return g_steal_pointer (&self);
}

SmdAccountState *
smd_account_state_of (const SmdEnv *env, const SmdCall *call, const char *address, GError **error)
{
  guint serial = smd_cert_store_get_serial (env->certs);
  g_autoptr (SmdAccountState) state = smd_recall_account (address, env, call, serial);
  g_autoptr (SmdAccount) account = NULL;

  if (state != NULL)
    return g_steal_pointer (&state);
  account = smd_account_store_lookup (env->accounts, address, error);
  state = account != NULL ? smd_account_state_new (env, call, account, address, error) : NULL;
  if (state != NULL)
    smd_remember_account (address, state, env, call, serial);
  return g_steal_pointer (&state);
}
