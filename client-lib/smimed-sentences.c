/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n-lib.h>

#include "smimed-account.h"
#include "smimed-problem-code.h"
#include "smimed-report.h"
#include "smimed-verdict.h"
#include "smimed-words.h"

/* What this library says about whole values: the words of smimed-words.c, with names, days and servers. */

static char *
day_of (gint64 at)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (at);

  return time != NULL ? g_date_time_format (time, "%x") : NULL;
}

static char *
with_day (SmimedProblem *problem, SmimedProblemCode code)
{
  g_autofree char *day = smimed_problem_get_at (problem) != 0 ? day_of (smimed_problem_get_at (problem)) : NULL;

  if (day == NULL)
    return NULL;

  switch (code)
    {
    case SMIMED_PROBLEM_EXPIRED:
      return g_strdup_printf (_ ("The certificate expired on %s."), day);
    case SMIMED_PROBLEM_NOT_YET_VALID:
      return g_strdup_printf (_ ("The certificate is not valid before %s."), day);
    case SMIMED_PROBLEM_REVOKED:
      return g_strdup_printf (_ ("The certificate was revoked by its issuer on %s."), day);
    case SMIMED_PROBLEM_REVOCATION_STALE:
      return g_strdup_printf (_ ("The list of revoked certificates is out of date since %s."), day);
    default:
      return NULL;
    }
}

static char *
with_days (SmimedProblem *problem, SmimedProblemCode code)
{
  g_autoptr (GVariant) told =
      g_variant_lookup_value (smimed_value_get_raw (SMIMED_VALUE (problem)), "days", G_VARIANT_TYPE_INT32);
  int days = told != NULL ? g_variant_get_int32 (told) : -1;

  if (code != SMIMED_PROBLEM_EXPIRING_SOON || days < 0)
    return NULL;

  if (days == 0)
    return g_strdup (_ ("The certificate expires today."));

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "The certificate expires in %d day.",
                                       "The certificate expires in %d days.", (gulong) days),
                          days);
}

static char *
with_server (SmimedProblem *problem, SmimedProblemCode code)
{
  const char *url = smimed_problem_get_url (problem);

  if (url == NULL)
    return NULL;

  switch (code)
    {
    case SMIMED_PROBLEM_DIRECTORY_UNREACHABLE:
      return g_strdup_printf (_ ("The directory %s could not be reached."), url);
    case SMIMED_PROBLEM_REVOCATION_UNAVAILABLE:
      return g_strdup_printf (_ ("Nobody could say whether the certificate has been revoked; %s was asked."), url);
    case SMIMED_PROBLEM_ISSUER_UNAVAILABLE:
      return g_strdup_printf (_ ("The certificate of its issuer is missing; %s was asked."), url);
    default:
      return NULL;
    }
}

static char *
tell (SmimedProblem *problem)
{
  const char *word = smimed_problem_get_code (problem) != NULL ? smimed_problem_get_code (problem) : "";
  SmimedProblemCode code;
  char *text = NULL;

  if (smimed_problem_code_from_word (word, &code))
    text = with_day (problem, code);
  if (text == NULL && smimed_problem_code_from_word (word, &code))
    text = with_days (problem, code);
  if (text == NULL && smimed_problem_code_from_word (word, &code))
    text = with_server (problem, code);
  return text != NULL ? text : g_strdup (smimed_problem_describe (word));
}

char *
smimed_problem_get_sentence (SmimedProblem *self)
{
  g_autofree char *text = tell (self);
  g_autofree char *whole = NULL;

  if (smimed_problem_get_depth (self) > 0)
    whole = g_strdup_printf (_ ("In the chain of its issuers: %s"), text);
  else
    whole = g_steal_pointer (&text);
  if (smimed_problem_is_temporary (self))
    return g_strdup_printf (_ ("%s This may pass; try again later."), whole);

  return g_steal_pointer (&whole);
}

SmimedSeverity
smimed_problem_get_severity (SmimedProblem *self)
{
  const char *code = smimed_problem_get_code (self);

  return smimed_problem_severity (code != NULL ? code : "");
}

static char *
name_of (SmimedSigner *signer)
{
  g_auto (GStrv) addresses = smimed_signer_get_addresses (signer);
  const char *subject = smimed_signer_get_subject (signer);

  if (addresses[0] != NULL)
    return g_strdup (addresses[0]);

  return g_strdup (subject != NULL ? subject : _ ("somebody unknown"));
}

char *
smimed_signer_get_sentence (SmimedSigner *self)
{
  g_autofree char *name = name_of (self);

  if (smimed_signer_is_authenticated (self))
    return g_strdup_printf (_ ("Signed by %s; that is proven."), name);

  switch (smimed_signer_get_signature (self))
    {
    case SMIMED_SIGNATURE_GOOD:
      if (smimed_signer_get_chain (self) == SMIMED_CHAIN_VALID)
        return g_strdup_printf (_ ("Signed by %s, which is not the sender."), name);
      return g_strdup_printf (_ ("Signed with a certificate for %s, which is not proven to be theirs."), name);
    case SMIMED_SIGNATURE_UNSUPPORTED:
      return g_strdup_printf (_ ("Said to be signed by %s; this program doesn't know the algorithm."), name);
    case SMIMED_SIGNATURE_BAD:
    default:
      return g_strdup_printf (_ ("Said to be signed by %s, but the message was changed or the signature is damaged."),
                              name);
    }
}

static const char *
word_of (SmimedVerdict *verdict)
{
  const char *word = NULL;

  g_variant_lookup (smimed_value_get_raw (SMIMED_VALUE (verdict)), "action", "&s", &word);
  return word;
}

/* Of a group, those who stand in the way */
static void
append_members (GString *text, SmimedVerdict *group)
{
  GPtrArray *members = smimed_verdict_get_members (group);

  for (guint i = 0; i < members->len; i++)
    {
      g_autofree char *sentence
          = smimed_verdict_is_usable (members->pdata[i]) ? NULL : smimed_verdict_get_sentence (members->pdata[i]);

      if (sentence != NULL)
        g_string_append_printf (text, " %s", sentence);
    }
}

char *
smimed_verdict_get_sentence (SmimedVerdict *self)
{
  gboolean usable = smimed_verdict_is_usable (self);
  GPtrArray *problems = smimed_verdict_get_problems (self);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, usable ? _ ("%s can be encrypted to.") : _ ("%s can't be encrypted to."),
                          smimed_verdict_get_address (self));
  for (guint i = 0; i < problems->len; i++)
    {
      g_autofree char *sentence = smimed_problem_get_sentence (problems->pdata[i]);

      g_string_append_printf (text, " %s", sentence);
    }
  append_members (text, self);
  if (!usable)
    g_string_append_printf (text, " %s", smimed_action_describe (word_of (self)));
  return g_string_free (text, FALSE);
}

const char *
smimed_account_get_sentence (SmimedAccount *self)
{
  if (smimed_account_is_ready (self))
    return _ ("Ready to sign and to encrypt.");

  switch (smimed_account_get_missing (self))
    {
    case SMIMED_USAGE_SIGN:
      return _ ("A certificate for signing is missing.");
    case SMIMED_USAGE_ENCRYPT:
      return _ ("A certificate for encryption is missing.");
    case SMIMED_USAGE_NONE:
    case SMIMED_USAGE_ANY:
    default:
      return _ ("Certificates for signing and for encryption are missing.");
    }
}
