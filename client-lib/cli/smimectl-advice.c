/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-advice.h"

#include <glib/gi18n.h>

#include "smimed.h"

#define ASK_OWNER N_ ("Ask its owner for a new certificate, and import it: smimectl import FILE")
#define ASK_SENDER N_ ("Ask the sender to sign again with another mail program or certificate.")

static const char *const advice[SMIMED_N_PROBLEMS] = {
  [SMIMED_PROBLEM_EXPIRED] = N_ ("Get a new one in time: smimectl request create ADDRESS, or import one: smimectl import FILE"),
  [SMIMED_PROBLEM_NOT_YET_VALID] = N_ ("Check the date and time of this computer."),
  [SMIMED_PROBLEM_REVOKED] = N_ ("Don't trust it any more. Ask its owner, not by mail, for a new one."),
  [SMIMED_PROBLEM_REVOCATION_UNAVAILABLE] = N_ (
      "Try again when you are online, or: smimectl revocation refresh. How much it counts, the setting “revocation” says."),
  [SMIMED_PROBLEM_REVOCATION_STALE] = N_ ("Fetch a new one: smimectl revocation refresh"),
  [SMIMED_PROBLEM_UNTRUSTED_ROOT] = N_ (
      "If you have good reason to trust the authority, import its certificate: smimectl import --role anchor FILE"),
  [SMIMED_PROBLEM_ISSUER_UNAVAILABLE] = N_ ("Import the issuer's certificate: smimectl import --role intermediate FILE"),
  [SMIMED_PROBLEM_DISTRUSTED] = N_ ("If that was a mistake: smimectl trust FINGERPRINT default"),
  [SMIMED_PROBLEM_EXTENDED_KEY_USAGE] = ASK_OWNER,
  [SMIMED_PROBLEM_KEY_USAGE] = ASK_OWNER,
  [SMIMED_PROBLEM_WEAK_KEY] = ASK_OWNER,
  [SMIMED_PROBLEM_WEAK_ALGORITHM] = ASK_SENDER,
  [SMIMED_PROBLEM_MISSING_SIGNED_ATTRIBUTES] = ASK_SENDER,
  [SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM] = ASK_SENDER,
  [SMIMED_PROBLEM_ADDRESS_MISMATCH] = N_ ("Look closely at the sender's address: somebody else may have written this."),
  [SMIMED_PROBLEM_NO_CERTIFICATE] = N_ (
      "Ask for a signed message and import it, or import the certificate itself: smimectl import FILE"),
  [SMIMED_PROBLEM_NO_PRIVATE_KEY] = N_ ("Import your key: smimectl import FILE.p12"),
  [SMIMED_PROBLEM_SIGNATURE_MISMATCH] = N_ ("Don't rely on what it says. Ask the sender to send it again."),
  [SMIMED_PROBLEM_EXPIRING_SOON] = N_ ("Get a new one in time: smimectl request create ADDRESS, or import one: smimectl import FILE"),
  [SMIMED_PROBLEM_DIRECTORY_UNREACHABLE] = N_ ("Check the network, and the addresses of directories: smimectl policy get directories"),
};

const char *
smimectl_advice_for (const char *code, gboolean temporary)
{
  SmimedProblemCode known;

  if (!smimed_problem_code_from_word (code, &known))
    return temporary ? _ ("Try again later.") : NULL;
  if (known == SMIMED_PROBLEM_REVOCATION_UNAVAILABLE && !temporary)
    return _ ("It names no place that tells. Import its authority's list: smimectl revocation import FILE. How much it counts, the setting "
              "“revocation” says.");
  if (advice[known] != NULL)
    return _ (advice[known]);
  return temporary ? _ ("Try again later.") : NULL;
}

const char *
smimectl_advice_for_error (int code)
{
  switch (code)
    {
    case SMIMED_ERROR_DISABLED:
      return _ ("Switch S/MIME on: smimectl enable");
    case SMIMED_ERROR_NO_SUCH_ACCOUNT:
      return _ ("Register it: smimectl account add ADDRESS");
    case SMIMED_ERROR_NOT_READY:
    case SMIMED_ERROR_NO_CERTIFICATE:
    case SMIMED_ERROR_NO_PRIVATE_KEY:
      return _ ("See what is there: smimectl status; import a key: smimectl import FILE.p12");
    case SMIMED_ERROR_RECIPIENTS_NOT_READY:
      return _ ("See why: smimectl recipients --from ADDRESS RECIPIENT…");
    case SMIMED_ERROR_CERTIFICATE_INVALID:
      return _ ("See why: smimectl certificates --own --check");
    default:
      return NULL;
    }
}
