/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "smimed-error.h"
#include "smimed-words.h"

static const struct
{
  const char *text;
  SmimedSeverity severity;
} errors[] = {
  [SMIMED_ERROR_FAILED] = { N_ ("Something went wrong in the S/MIME service."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_INVALID_ARGUMENT] = { N_ ("The program asked for something that the S/MIME service doesn't know."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_DISABLED] = { N_ ("S/MIME is switched off."), SMIMED_SEVERITY_INFORMATION },
  [SMIMED_ERROR_NO_SUCH_ACCOUNT] = { N_ ("There is no such mail account. Register it first."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_NOT_READY] = { N_ ("The account lacks a usable certificate. Import one."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_NO_CERTIFICATE] = { N_ ("There is no certificate for this. Import one."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_NO_PRIVATE_KEY] = { N_ ("None of your private keys fits."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_LOCKED] = { N_ ("The keyring with your keys is locked. Unlock it, and try again."), SMIMED_SEVERITY_WARNING },
  [SMIMED_ERROR_PROMPT_DISMISSED] = { N_ ("No password was given."), SMIMED_SEVERITY_INFORMATION },
  [SMIMED_ERROR_INTERACTION_REQUIRED] = { N_ ("A password is needed, the keyring's or the file's, and nobody may be asked for it now."),
                                          SMIMED_SEVERITY_WARNING },
  [SMIMED_ERROR_CANCELLED] = { N_ ("It was cancelled."), SMIMED_SEVERITY_INFORMATION },
  [SMIMED_ERROR_DEADLINE_EXCEEDED] = { N_ ("It took too long. Try again later."), SMIMED_SEVERITY_WARNING },
  [SMIMED_ERROR_RECIPIENTS_NOT_READY] = { N_ ("The message can't be encrypted to all of its recipients. Nothing was sent."),
                                          SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_CERTIFICATE_INVALID] = { N_ ("The certificate may not be used: it has expired, was revoked, isn't trusted, or nobody could say "
                                             "whether it was revoked."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_ADDRESS_MISMATCH] = { N_ ("The certificate belongs to another e-mail address."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_WRONG_PASSWORD] = { N_ ("The password is wrong."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_WEAK_PASSWORD] = { N_ ("The password is too weak to protect a private key. Choose a longer one."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_LEGACY_ALGORITHM] = { N_ ("It is protected by an outdated algorithm that isn't available here."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_MALFORMED] = { N_ ("It is damaged, or not what it claims to be."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_NOT_PROTECTED] = { N_ ("The message is neither signed nor encrypted."), SMIMED_SEVERITY_INFORMATION },
  [SMIMED_ERROR_INTEGRITY_FAILURE] = { N_ ("The message can't be decrypted: it is damaged, or was changed on its way."),
                                       SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_TOO_LARGE] = { N_ ("It is larger than the settings permit."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_LIMIT_EXCEEDED] = { N_ ("It is too complicated, or too much is asked for at once. Try again later."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_POLICY_FORBIDS] = { N_ ("The settings forbid this."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_DRAFT] = { N_ ("Drafts are never signed or encrypted."), SMIMED_SEVERITY_INFORMATION },
  [SMIMED_ERROR_NOT_FOUND] = { N_ ("There is no such thing, or it has gone."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_ACCESS_DENIED] = { N_ ("The program may not do this."), SMIMED_SEVERITY_ERROR },
  [SMIMED_ERROR_NOT_SUPPORTED] = { N_ ("The S/MIME service can't do this yet."), SMIMED_SEVERITY_ERROR },
};
G_STATIC_ASSERT (G_N_ELEMENTS (errors) == SMIMED_N_ERRORS);

static gboolean
is_known (const GError *error)
{
  return error->domain == SMIMED_ERROR && error->code >= 0 && error->code < (int) SMIMED_N_ERRORS;
}

const char *
smimed_error_describe (const GError *error)
{
  if (is_known (error))
    return _ (errors[error->code].text);

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY))
    return _ ("The S/MIME service ended unexpectedly. Try again.");
  if (error->domain == G_DBUS_ERROR)
    return _ ("The S/MIME service can't be reached. Is it installed?");

  return error->message;
}

SmimedSeverity
smimed_error_severity (const GError *error)
{
  if (is_known (error))
    return errors[error->code].severity;

  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? SMIMED_SEVERITY_INFORMATION : SMIMED_SEVERITY_ERROR;
}
