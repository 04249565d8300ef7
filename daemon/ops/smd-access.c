/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-access.h"

#include "smimed-error.h"

static gboolean
has_any (const SmdGrant grants[SMD_N_RIGHTS])
{
  for (int right = 0; right < SMD_N_RIGHTS; right++)
    if (grants[right] == SMD_GRANT_YES)
      return TRUE;

  return FALSE;
}

/* What the user is asked for when @right isn't there */
static SmdRight
asked_for (SmdRight right)
{
  return right == SMD_RIGHT_LOOK ? SMD_RIGHT_USE : right;
}

SmdAccess
smd_access_decide (SmdRight right, const SmdGrant grants[SMD_N_RIGHTS], gboolean interactive)
{
  SmdGrant grant;

  if (right >= SMD_RIGHT_LAYERS || (right == SMD_RIGHT_LOOK && has_any (grants)))
    return SMD_ACCESS_ALLOWED;

  grant = grants[asked_for (right)];
  if (grant == SMD_GRANT_YES)
    return SMD_ACCESS_ALLOWED;
  if (grant == SMD_GRANT_NO)
    return SMD_ACCESS_DENIED;
  return interactive ? SMD_ACCESS_ASK : SMD_ACCESS_BLOCKED;
}

/* The right itself first: mostly the others needn't be looked up. */
static gboolean
look_up (const SmdEnv *env, const SmdCall *call, SmdRight right, SmdGrant grants[SMD_N_RIGHTS], GError **error)
{
  SmdRight first = asked_for (right);

  if (!smd_grant_store_lookup (env->grants, call->application, first, &grants[first], call->cancellable, error))
    return FALSE;
  if (right != SMD_RIGHT_LOOK || grants[first] == SMD_GRANT_YES)
    return TRUE;

  for (SmdRight other = 0; other < SMD_N_RIGHTS; other++)
    if (other != first && !smd_grant_store_lookup (env->grants, call->application, other, &grants[other], call->cancellable, error))
      return FALSE;
  return TRUE;
}

static gboolean
consult (const SmdEnv *env, const SmdCall *call, SmdRight right, SmdAccess *access, GError **error)
{
  SmdGrant grants[SMD_N_RIGHTS] = { SMD_GRANT_UNKNOWN };

  if (!look_up (env, call, right, grants, error))
    return FALSE;

  *access = smd_access_decide (right, grants, call->interactive);
  return TRUE;
}

static gboolean
refuse (const SmdCall *call, SmdRight right, SmdAccess access, GError **error)
{
  const char *word = smd_right_to_word (asked_for (right));

  if (access == SMD_ACCESS_BLOCKED)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                 "The user has to be asked whether %s may “%s”; call again with “interactive”, or grant it: "
                 "flatpak permission-set smimed %s %s yes", call->application, word, word, call->application);
  else
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED,
                 "The user doesn't allow %s to “%s”; to be asked again: flatpak permission-remove smimed %s %s", call->application, word,
                 word, call->application);
  return FALSE;
}

/* While it was waited for the turn, the same may have been asked and answered. */
static gboolean
ask (const SmdEnv *env, const SmdCall *call, SmdRight right, SmdAccess *access, GError **error)
{
  gboolean granted = FALSE;

  if (!consult (env, call, right, access, error))
    return FALSE;
  if (*access != SMD_ACCESS_ASK)
    return TRUE;

  if (!smd_prompter_confirm (env->prompter, call->application, asked_for (right), &granted, call->cancellable, error)
      || !smd_grant_store_save (env->grants, call->application, asked_for (right), granted, call->cancellable, error))
    return FALSE;

  *access = granted ? SMD_ACCESS_ALLOWED : SMD_ACCESS_DENIED;
  return TRUE;
}

static gboolean
ask_in_turn (const SmdEnv *env, const SmdCall *call, SmdRight right, SmdAccess *access, GError **error)
{
  gboolean good;

  if (!smd_grant_store_claim (env->grants, call->cancellable, error))
    return FALSE;

  good = ask (env, call, right, access, error);
  smd_grant_store_release (env->grants);
  return good;
}

gboolean
smd_access_require (const SmdEnv *env, const SmdCall *call, SmdRight right, GError **error)
{
  SmdAccess access = SMD_ACCESS_ALLOWED;

  if (call->application == NULL || right >= SMD_RIGHT_LAYERS)
    return TRUE;

  if (env->grants == NULL || env->prompter == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED, "Sandboxed programs have no access here");
      return FALSE;
    }

  if (!consult (env, call, right, &access, error)
      || (access == SMD_ACCESS_ASK && !ask_in_turn (env, call, right, &access, error)))
    return FALSE;
  return access == SMD_ACCESS_ALLOWED || refuse (call, right, access, error);
}
