/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-candidates.h"

#include "smd-crowd.h"
#include "smd-identity-match.h"
#include "smimed-error.h"

#define MOST_NAMED 8    /* certificates of somebody else that are named */
#define MOST_LOCAL 4096 /* certificates of one address that the best are chosen from */

static void
candidate_free (gpointer data)
{
  SmdCandidate *self = data;

  smd_certificate_unref (self->certificate);
  g_clear_pointer (&self->answer, smd_directory_answer_unref);
  g_free (self);
}

static void
add (GPtrArray *candidates, SmdCertificate *certificate, SmdDirectoryAnswer *answer)
{
  SmdCandidate *self = g_new0 (SmdCandidate, 1);

  self->certificate = smd_certificate_ref (certificate);
  self->answer = answer != NULL ? smd_directory_answer_ref (answer) : NULL;
  g_ptr_array_add (candidates, self);
}

static gboolean
is_in_time (SmdCertificate *certificate, gint64 now)
{
  return smd_certificate_get_not_before (certificate) <= now && now <= smd_certificate_get_not_after (certificate);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  SmdCertificate *one = *(SmdCertificate *const *) a;
  SmdCertificate *other = *(SmdCertificate *const *) b;
  gint64 now = *(gint64 *) data;
  gint64 begun = smd_certificate_get_not_before (one);
  gint64 other_begun = smd_certificate_get_not_before (other);
  int in_time = is_in_time (other, now) - is_in_time (one, now);

  return in_time != 0 ? in_time : (begun < other_begun) - (begun > other_begun);
}

/* The newest first, but those whose time is over or still to come after all others: however many there are, they are in nobody's way. */
static gboolean
add_best (GPtrArray *candidates, const SmdEnv *env, const SmdCall *call, GPtrArray *certificates, SmdDirectoryAnswer *answer, GError **error)
{
  gint64 now = certificates->len > 1 ? smd_clock_now (env->clock) : 0;
  g_autoptr (GPtrArray) sorted = NULL;

  g_ptr_array_sort_with_data (certificates, compare, &now);
  if (certificates->len <= SMD_CANDIDATES_MOST)
    sorted = g_ptr_array_ref (certificates);
  else
    sorted = smd_crowd_sort (env, call, certificates, SMD_CANDIDATES_MOST, now, error);
  for (guint i = 0; sorted != NULL && i < MIN (sorted->len, SMD_CANDIDATES_MOST); i++)
    add (candidates, sorted->pdata[i], answer);
  return sorted != NULL;
}

static gboolean
add_answer (GPtrArray *candidates, const SmdEnv *env, const SmdCall *call, SmdDirectoryAnswer *answer, const char *address, GError **error)
{
  g_autoptr (GPtrArray) fitting = g_ptr_array_new ();

  for (guint i = 0; i < answer->certificates->len; i++)
    {
      SmdCertificate *certificate = answer->certificates->pdata[i];

      if (smd_certificate_permits (certificate, SMD_USAGE_ENCRYPT) && smd_identity_match (certificate, address))
        g_ptr_array_add (fitting, certificate);
    }
  return add_best (candidates, env, call, fitting, answer, error);
}

static GPtrArray *
find_local (const SmdEnv *env, const char *address, SmdUsage usage, guint most, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;

  query.address = address;
  query.usage = usage;
  query.limit = most;
  return smd_cert_store_find (env->certs, &query, error);
}

static gboolean
add_local (GPtrArray *candidates, const SmdEnv *env, const SmdCall *call, const char *address, GError **error)
{
  g_autoptr (GPtrArray) records = find_local (env, address, SMD_USAGE_ENCRYPT, SMD_CANDIDATES_MOST, error);
  g_autoptr (GPtrArray) certificates = g_ptr_array_new ();

  /* There may be more. */
  if (records != NULL && records->len == SMD_CANDIDATES_MOST)
    {
      g_ptr_array_unref (records);
      records = find_local (env, address, SMD_USAGE_ENCRYPT, MOST_LOCAL, error);
    }
  if (records == NULL)
    return FALSE;

  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (certificates, ((SmdCertRecord *) records->pdata[i])->certificate);
  return add_best (candidates, env, call, certificates, NULL, error);
}

GPtrArray *
smd_candidates_find (const SmdEnv *env, const SmdCall *call, const SmdEvaluated *evaluated, SmdSource source, GError **error)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (candidate_free);
  const char *address = evaluated->address;

  if (!smd_evaluated_is_open (evaluated))
    return g_steal_pointer (&candidates);
  if (source == SMD_SOURCE_LOCAL && !add_local (candidates, env, call, address, error))
    return NULL;
  for (guint i = 0; source == SMD_SOURCE_DIRECTORY && i < evaluated->answer_count; i++)
    if (!add_answer (candidates, env, call, evaluated->answers[i], address, error))
      return NULL;
  return g_steal_pointer (&candidates);
}

/* Explaining */

static void
add_problem (SmdEvaluated *evaluated, SmimedProblemCode code, SmdCertificate *certificate, const char *url, const char *detail)
{
  SmdProblem *problem = smd_problem_new_for (code, smd_certificate_get_fingerprint (certificate), 0, detail);

  problem->url = g_strdup (url);
  g_ptr_array_add (smd_evaluated_get_verdict (evaluated)->problems, problem);
}

/* An entry of the directory for this address that holds somebody else's certificate, or one that only signs */
static void
explain_certificate (SmdEvaluated *evaluated, SmdCertificate *certificate, const char *url)
{
  const char *address = evaluated->address;
  g_autofree char *others = g_strjoinv (", ", (char **) smd_certificate_get_addresses (certificate));
  g_autofree char *detail = NULL;

  if (!smd_identity_match (certificate, address))
    {
      detail = g_strdup_printf ("The directory has a certificate for %s that is made out to %s", address, *others != '\0' ? others : "no address");
      add_problem (evaluated, SMIMED_PROBLEM_ADDRESS_MISMATCH, certificate, url, detail);
    }
  else
    add_problem (evaluated, SMIMED_PROBLEM_KEY_USAGE, certificate, url, "The directory's certificate can't be used to encrypt");
}

static void
explain_answers (SmdEvaluated *evaluated)
{
  const GPtrArray *problems = smd_evaluated_get_verdict (evaluated)->problems;

  for (guint i = 0; i < evaluated->answer_count; i++)
    {
      const SmdDirectoryAnswer *answer = evaluated->answers[i];

      for (guint j = 0; j < answer->certificates->len && problems->len < MOST_NAMED; j++)
        explain_certificate (evaluated, answer->certificates->pdata[j], answer->url);
    }
}

static gboolean
explain_local (SmdEvaluated *evaluated, const SmdEnv *env, GError **error)
{
  g_autoptr (GPtrArray) any = find_local (env, evaluated->address, SMD_USAGE_ANY, 1, error);

  if (any != NULL && any->len > 0)
    add_problem (evaluated, SMIMED_PROBLEM_KEY_USAGE, ((SmdCertRecord *) any->pdata[0])->certificate, NULL,
                 "Only certificates that can't be used to encrypt are known for this address");
  return any != NULL;
}

gboolean
smd_candidates_explain_absence (const SmdEnv *env, const SmdCall *call, SmdEvaluated *evaluated, GError **error)
{
  gboolean local = call->policy.lookup_order != SMD_ORDER_FIRST_ONLY && call->policy.lookup_order != SMD_ORDER_NEITHER;
  GPtrArray *problems = smd_evaluated_get_verdict (evaluated)->problems;

  explain_answers (evaluated);
  if (local && !explain_local (evaluated, env, error))
    return FALSE;
  /* Only signing certificates are known: say so, instead of that there is none. */
  if (!smd_problems_contain (problems, SMIMED_PROBLEM_KEY_USAGE))
    smd_problems_add (problems, SMIMED_PROBLEM_NO_CERTIFICATE, "No certificate is known for this address");
  return TRUE;
}

static void
add_unreachable (SmdEvaluated *evaluated, const SmdDirectoryAnswer *answer)
{
  SmdProblem *problem = smd_problem_new (SMIMED_PROBLEM_DIRECTORY_UNREACHABLE, answer->failure->message);

  problem->temporary = !g_error_matches (answer->failure, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT) &&
                       !g_error_matches (answer->failure, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED);
  problem->url = g_strdup (answer->url);
  evaluated->retry |= problem->temporary;
  g_ptr_array_add (smd_evaluated_get_verdict (evaluated)->problems, problem);
}

void
smd_candidates_explain_failures (SmdEvaluated *evaluated)
{
  const SmdVerdict *verdict = smd_evaluated_get_verdict (evaluated);
  const SmdDirectoryAnswer *decisive = verdict->usable ? verdict->answer : evaluated->group;

  for (guint i = 0; i < evaluated->answer_count; i++)
    {
      const SmdDirectoryAnswer *answer = evaluated->answers[i];

      if (answer == decisive)
        return;
      if (answer->failure != NULL)
        add_unreachable (evaluated, answer);
    }
}
