/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-recall.h"

/* The numbers that a verdict rests on, besides the answers of directories and the address. */
typedef struct
{
  gint64 period; /* of SMD_RECALL_SECONDS */
  guint64 serial;
  guint32 revocation;
  guint32 revocation_sources;
  guint32 lookup_order;
  guint32 expiry_warning_days;
  guint32 anchors;
  guint32 answers;
} Ground;

#define OF_ACCOUNT G_MAXUINT32 /* in place of a number of answers */

static Ground
make_ground (const SmdEnv *env, const SmdCall *call, guint serial)
{
  const SmdPolicy *policy = &call->policy;

  return (Ground){
    .period = smd_clock_now (env->clock) / SMD_RECALL_SECONDS,
    .serial = serial,
    .revocation = policy->revocation,
    .revocation_sources = policy->revocation_sources,
    .lookup_order = policy->lookup_order,
    .expiry_warning_days = policy->expiry_warning_days,
    .anchors = env->anchors != NULL ? smd_anchor_source_get_serial (env->anchors) : 0,
  };
}

static GBytes *
join (const Ground *ground, SmdDirectoryAnswer *const *answers, guint count, const char *address)
{
  gsize length = strlen (address);
  gsize size = sizeof *ground + count * sizeof (guint64) + length;
  guint8 *text = g_malloc (size);
  guint8 *at = text + sizeof *ground;

  memcpy (text, ground, sizeof *ground);
  for (guint i = 0; i < count; i++, at += sizeof (guint64))
    memcpy (at, &answers[i]->serial, sizeof (guint64));
  memcpy (at, address, length);
  return g_bytes_new_take (text, size);
}

static gboolean
are_known (const SmdEvaluated *evaluated)
{
  for (guint i = 0; i < evaluated->answer_count; i++)
    if (evaluated->answers[i]->serial == 0)
      return FALSE;
  return TRUE;
}

/* Returns: (transfer full) (nullable): the question; %NULL: its answer isn't one to be remembered */
static GBytes *
make_question (const SmdEvaluated *evaluated, Ground ground)
{
  if (!are_known (evaluated))
    return NULL;
  ground.answers = evaluated->answers != NULL ? evaluated->answer_count + 1 : 0;
  return join (&ground, evaluated->answers, evaluated->answer_count, evaluated->address);
}

static GBytes *
make_account_question (const char *address, const SmdEnv *env, const SmdCall *call, guint serial)
{
  Ground ground = make_ground (env, call, serial);

  ground.answers = OF_ACCOUNT;
  return join (&ground, NULL, 0, address);
}

/* Returns: (transfer full) (nullable): a verdict that still holds */
static SmdVerdict *
look_up (const SmdEnv *env, GBytes *question, gint64 now)
{
  guint generation;
  g_autoptr (GPtrArray) known = smd_memo_get (env->evaluations, question, &generation);
  SmdVerdict *verdict = known != NULL ? known->pdata[0] : NULL;

  return verdict != NULL && verdict->until > now ? smd_verdict_ref (verdict) : NULL;
}

/* @answer: (transfer full) */
static void
remember (const SmdEnv *env, GBytes *question, gpointer answer, GDestroyNotify unref)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_full (1, unref);

  g_ptr_array_add (list, answer);
  smd_memo_put (env->evaluations, question, smd_memo_get_generation (env->evaluations), list);
}

static gboolean
can_remember (const SmdEnv *env, guint serial)
{
  return env->evaluations != NULL && serial != 0;
}

SmdAccountState *
smd_recall_account (const char *address, const SmdEnv *env, const SmdCall *call, guint serial)
{
  g_autoptr (GBytes) question = can_remember (env, serial) ? make_account_question (address, env, call, serial) : NULL;
  guint generation;
  g_autoptr (GPtrArray) known = question != NULL ? smd_memo_get (env->evaluations, question, &generation) : NULL;
  SmdAccountState *state = known != NULL ? known->pdata[0] : NULL;

  return state != NULL && state->until > smd_clock_now (env->clock) ? smd_account_state_ref (state) : NULL;
}

static gboolean
has_temporary (GPtrArray *problems)
{
  for (guint i = 0; i < problems->len; i++)
    if (((SmdProblem *) problems->pdata[i])->temporary)
      return TRUE;
  return FALSE;
}

void
smd_remember_account (const char *address, SmdAccountState *state, const SmdEnv *env, const SmdCall *call, guint serial)
{
  gboolean good = (state->can_sign || state->signing == NULL) && (state->can_encrypt || state->encryption == NULL);
  g_autoptr (GBytes) question = NULL;

  if (!good || has_temporary (state->problems) || !can_remember (env, serial))
    return;
  question = make_account_question (address, env, call, serial);
  remember (env, question, smd_account_state_ref (state), (GDestroyNotify) smd_account_state_unref);
}

static void
recall (SmdEvaluated *evaluated, const SmdEnv *env, GBytes *question, gint64 now)
{
  SmdVerdict *known = look_up (env, question, now);

  if (known == NULL)
    return;
  g_clear_pointer (&evaluated->verdict, smd_verdict_unref);
  evaluated->verdict = known;
  evaluated->recalled = TRUE;
}

void
smd_recall_verdicts (SmdEvaluatedSet *set, const SmdEnv *env, const SmdCall *call, guint serial)
{
  const Ground ground = make_ground (env, call, serial);
  gint64 now = smd_clock_now (env->clock);

  for (guint i = 0; can_remember (env, serial) && i < set->list->len; i++)
    {
      SmdEvaluated *evaluated = set->list->pdata[i];
      g_autoptr (GBytes) question = smd_evaluated_is_open (evaluated) ? make_question (evaluated, ground) : NULL;

      if (question != NULL)
        recall (evaluated, env, question, now);
    }
}

static gboolean
is_lasting (const SmdEvaluated *evaluated)
{
  const SmdVerdict *verdict = evaluated->verdict;

  return verdict->usable && !evaluated->recalled && evaluated->group == NULL && !has_temporary (verdict->problems);
}

void
smd_remember_verdicts (SmdEvaluatedSet *set, const SmdEnv *env, const SmdCall *call, guint serial)
{
  const Ground ground = make_ground (env, call, serial);

  for (guint i = 0; can_remember (env, serial) && i < set->list->len; i++)
    {
      SmdEvaluated *evaluated = set->list->pdata[i];
      g_autoptr (GBytes) question = is_lasting (evaluated) ? make_question (evaluated, ground) : NULL;

      if (question != NULL)
        remember (env, question, smd_verdict_ref (evaluated->verdict), (GDestroyNotify) smd_verdict_unref);
    }
}
