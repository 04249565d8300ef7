/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-first-sight.h"

gboolean
smd_validation_is_final (const SmdValidation *self)
{
  if (self->chain == SMD_CHAIN_VALID)
    return TRUE;

  for (guint i = 0; i < self->problems->len; i++)
    {
      const SmdProblem *problem = self->problems->pdata[i];

      if (!problem->temporary && problem->code != SMIMED_PROBLEM_EXPIRING_SOON)
        return TRUE;
    }

  return FALSE;
}

/* What can't be kept (a full disk) is no reason to refuse the message. */
SmdChainState
smd_first_sight (const SmdEnv *env, const char *identity, const SmdValidation *now)
{
  gboolean valid = now->chain == SMD_CHAIN_VALID;
  gboolean found = FALSE;
  g_autoptr (GError) error = NULL;

  if (env->verdicts == NULL || identity == NULL)
    return SMD_CHAIN_UNKNOWN;

  found = smd_verdict_store_find (env->verdicts, identity, &valid, &error);
  if (!found && error == NULL && smd_validation_is_final (now))
    {
      valid = now->chain == SMD_CHAIN_VALID;
      found = smd_verdict_store_keep (env->verdicts, identity, valid, smd_clock_now (env->clock), &error);
    }
  if (error != NULL)
    g_debug ("What was said of a signature can't be kept or read: %s", error->message);
  return !found ? SMD_CHAIN_UNKNOWN : valid ? SMD_CHAIN_VALID : SMD_CHAIN_INVALID;
}
