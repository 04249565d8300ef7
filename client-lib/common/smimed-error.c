/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-error.h"

#include <gio/gio.h>

#define NAME(suffix) "org.smimed.Smime1.Error." suffix

static const GDBusErrorEntry entries[] = {
  { SMIMED_ERROR_FAILED, NAME ("Failed") },
  { SMIMED_ERROR_INVALID_ARGUMENT, NAME ("InvalidArgument") },
  { SMIMED_ERROR_DISABLED, NAME ("Disabled") },
  { SMIMED_ERROR_NO_SUCH_ACCOUNT, NAME ("NoSuchAccount") },
  { SMIMED_ERROR_NOT_READY, NAME ("NotReady") },
  { SMIMED_ERROR_NO_CERTIFICATE, NAME ("NoCertificate") },
  { SMIMED_ERROR_NO_PRIVATE_KEY, NAME ("NoPrivateKey") },
  { SMIMED_ERROR_LOCKED, NAME ("Locked") },
  { SMIMED_ERROR_PROMPT_DISMISSED, NAME ("PromptDismissed") },
  { SMIMED_ERROR_INTERACTION_REQUIRED, NAME ("InteractionRequired") },
  { SMIMED_ERROR_CANCELLED, NAME ("Cancelled") },
  { SMIMED_ERROR_DEADLINE_EXCEEDED, NAME ("DeadlineExceeded") },
  { SMIMED_ERROR_RECIPIENTS_NOT_READY, NAME ("RecipientsNotReady") },
  { SMIMED_ERROR_CERTIFICATE_INVALID, NAME ("CertificateInvalid") },
  { SMIMED_ERROR_ADDRESS_MISMATCH, NAME ("AddressMismatch") },
  { SMIMED_ERROR_WRONG_PASSWORD, NAME ("WrongPassword") },
  { SMIMED_ERROR_WEAK_PASSWORD, NAME ("WeakPassword") },
  { SMIMED_ERROR_LEGACY_ALGORITHM, NAME ("LegacyAlgorithm") },
  { SMIMED_ERROR_MALFORMED, NAME ("Malformed") },
  { SMIMED_ERROR_NOT_PROTECTED, NAME ("NotProtected") },
  { SMIMED_ERROR_INTEGRITY_FAILURE, NAME ("IntegrityFailure") },
  { SMIMED_ERROR_TOO_LARGE, NAME ("TooLarge") },
  { SMIMED_ERROR_LIMIT_EXCEEDED, NAME ("LimitExceeded") },
  { SMIMED_ERROR_POLICY_FORBIDS, NAME ("PolicyForbids") },
  { SMIMED_ERROR_DRAFT, NAME ("Draft") },
  { SMIMED_ERROR_NOT_FOUND, NAME ("NotFound") },
  { SMIMED_ERROR_ACCESS_DENIED, NAME ("AccessDenied") },
  { SMIMED_ERROR_NOT_SUPPORTED, NAME ("NotSupported") },
};
G_STATIC_ASSERT (G_N_ELEMENTS (entries) == SMIMED_N_ERRORS);

GQuark
smimed_error_quark (void)
{
  static gsize quark = 0;

  g_dbus_error_register_error_domain ("smimed-error-quark", &quark, entries, G_N_ELEMENTS (entries));
  return (GQuark) quark;
}
