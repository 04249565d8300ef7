/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-problem-code.h"

static const char *const words[] = {
  [SMIMED_PROBLEM_EXPIRED] = "expired",
  [SMIMED_PROBLEM_NOT_YET_VALID] = "not-yet-valid",
  [SMIMED_PROBLEM_REVOKED] = "revoked",
  [SMIMED_PROBLEM_REVOCATION_UNAVAILABLE] = "revocation-unavailable",
  [SMIMED_PROBLEM_REVOCATION_STALE] = "revocation-stale",
  [SMIMED_PROBLEM_UNTRUSTED_ROOT] = "untrusted-root",
  [SMIMED_PROBLEM_ISSUER_UNAVAILABLE] = "issuer-unavailable",
  [SMIMED_PROBLEM_DISTRUSTED] = "distrusted",
  [SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE] = "bad-certificate-signature",
  [SMIMED_PROBLEM_NOT_A_CA] = "not-a-ca",
  [SMIMED_PROBLEM_PATH_LENGTH] = "path-length",
  [SMIMED_PROBLEM_NAME_CONSTRAINTS] = "name-constraints",
  [SMIMED_PROBLEM_POLICY] = "policy",
  [SMIMED_PROBLEM_KEY_USAGE] = "key-usage",
  [SMIMED_PROBLEM_EXTENDED_KEY_USAGE] = "extended-key-usage",
  [SMIMED_PROBLEM_UNKNOWN_CRITICAL_EXTENSION] = "unknown-critical-extension",
  [SMIMED_PROBLEM_WEAK_ALGORITHM] = "weak-algorithm",
  [SMIMED_PROBLEM_WEAK_KEY] = "weak-key",
  [SMIMED_PROBLEM_MALFORMED] = "malformed",
  [SMIMED_PROBLEM_ADDRESS_MISMATCH] = "address-mismatch",
  [SMIMED_PROBLEM_NO_CERTIFICATE] = "no-certificate",
  [SMIMED_PROBLEM_NO_PRIVATE_KEY] = "no-private-key",
  [SMIMED_PROBLEM_SIGNATURE_MISMATCH] = "signature-mismatch",
  [SMIMED_PROBLEM_MISSING_SIGNED_ATTRIBUTES] = "missing-signed-attributes",
  [SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM] = "unsupported-algorithm",
  [SMIMED_PROBLEM_EXPIRING_SOON] = "expiring-soon",
  [SMIMED_PROBLEM_DIRECTORY_UNREACHABLE] = "directory-unreachable",
  [SMIMED_PROBLEM_NO_INTEGRITY] = "no-integrity",
  [SMIMED_PROBLEM_SIGNING_TIME_SKEW] = "signing-time-skew",
  [SMIMED_PROBLEM_ERRANT_LAYER] = "errant-layer",
};
G_STATIC_ASSERT (G_N_ELEMENTS (words) == SMIMED_N_PROBLEMS);

const char *
smimed_problem_code_to_word (SmimedProblemCode code)
{
  g_return_val_if_fail (code < SMIMED_N_PROBLEMS, "");
  return words[code];
}

gboolean
smimed_problem_code_from_word (const char *word, SmimedProblemCode *code)
{
  for (guint i = 0; i < SMIMED_N_PROBLEMS; i++)
    if (g_str_equal (words[i], word))
      {
        *code = i;
        return TRUE;
      }

  return FALSE;
}
