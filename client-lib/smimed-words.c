/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-words.h"

#include <glib/gi18n-lib.h>

#include "smimed-problem-code.h"

static const char *const sentences[] = {
  [SMIMED_PROBLEM_EXPIRED] = N_ ("The certificate has expired."),
  [SMIMED_PROBLEM_NOT_YET_VALID] = N_ ("The certificate is not valid yet."),
  [SMIMED_PROBLEM_REVOKED] = N_ ("The certificate was revoked by its issuer."),
  [SMIMED_PROBLEM_REVOCATION_UNAVAILABLE] = N_ ("Nobody could say whether the certificate has been revoked."),
  [SMIMED_PROBLEM_REVOCATION_STALE] = N_ ("The list of revoked certificates is out of date."),
  [SMIMED_PROBLEM_UNTRUSTED_ROOT] = N_ ("The certificate was issued by an authority that you don't trust."),
  [SMIMED_PROBLEM_ISSUER_UNAVAILABLE] = N_ ("The certificate of its issuer is missing."),
  [SMIMED_PROBLEM_DISTRUSTED] = N_ ("You have marked this certificate as not to be trusted."),
  [SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE] = N_ ("The certificate is a forgery: its issuer's signature is wrong."),
  [SMIMED_PROBLEM_NOT_A_CA] = N_ ("The certificate may not issue other certificates."),
  [SMIMED_PROBLEM_PATH_LENGTH] = N_ ("The chain of issuers is longer than its authority permits."),
  [SMIMED_PROBLEM_NAME_CONSTRAINTS] = N_ ("The issuer may not issue certificates for this name."),
  [SMIMED_PROBLEM_POLICY] = N_ ("The certificate does not follow the required policy."),
  [SMIMED_PROBLEM_KEY_USAGE] = N_ ("The certificate's key is not meant for this use."),
  [SMIMED_PROBLEM_EXTENDED_KEY_USAGE] = N_ ("The certificate is not meant for e-mail."),
  [SMIMED_PROBLEM_UNKNOWN_CRITICAL_EXTENSION] = N_ ("The certificate has a condition that this program doesn't know."),
  [SMIMED_PROBLEM_WEAK_ALGORITHM] = N_ ("It rests on an algorithm that is no longer safe."),
  [SMIMED_PROBLEM_WEAK_KEY] = N_ ("The certificate's key is too short to be safe."),
  [SMIMED_PROBLEM_MALFORMED] = N_ ("It is damaged or was made wrongly."),
  [SMIMED_PROBLEM_ADDRESS_MISMATCH] = N_ ("The certificate belongs to another e-mail address."),
  [SMIMED_PROBLEM_NO_CERTIFICATE] = N_ ("There is no certificate."),
  [SMIMED_PROBLEM_NO_PRIVATE_KEY] = N_ ("The private key is missing."),
  [SMIMED_PROBLEM_SIGNATURE_MISMATCH] = N_ ("The message was changed after it was signed."),
  [SMIMED_PROBLEM_MISSING_SIGNED_ATTRIBUTES] = N_ ("The signature lacks what protects it from forgery."),
  [SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM] = N_ ("It uses an algorithm that this program doesn't know."),
  [SMIMED_PROBLEM_EXPIRING_SOON] = N_ ("The certificate expires soon."),
  [SMIMED_PROBLEM_DIRECTORY_UNREACHABLE] = N_ ("The directory could not be reached."),
  [SMIMED_PROBLEM_NO_INTEGRITY] = N_ ("The encryption does not show whether the message was changed on its way."),
  [SMIMED_PROBLEM_SIGNING_TIME_SKEW] = N_ ("The message was signed at another time than its date says."),
  [SMIMED_PROBLEM_ERRANT_LAYER] = N_ ("A part of the message is signed or encrypted for itself; that says nothing about the rest."),
};
G_STATIC_ASSERT (G_N_ELEMENTS (sentences) == SMIMED_N_PROBLEMS);

/* What lacks evidence or is still to come; all else speaks against relying on it */
static const struct
{
  SmimedProblemCode code;
  SmimedSeverity severity;
} milder[] = {
  { SMIMED_PROBLEM_ERRANT_LAYER, SMIMED_SEVERITY_INFORMATION },
  { SMIMED_PROBLEM_EXPIRING_SOON, SMIMED_SEVERITY_WARNING },
  { SMIMED_PROBLEM_DIRECTORY_UNREACHABLE, SMIMED_SEVERITY_WARNING },
  { SMIMED_PROBLEM_REVOCATION_UNAVAILABLE, SMIMED_SEVERITY_WARNING },
  { SMIMED_PROBLEM_REVOCATION_STALE, SMIMED_SEVERITY_WARNING },
  { SMIMED_PROBLEM_ISSUER_UNAVAILABLE, SMIMED_SEVERITY_WARNING },
  { SMIMED_PROBLEM_NO_INTEGRITY, SMIMED_SEVERITY_WARNING },
  { SMIMED_PROBLEM_SIGNING_TIME_SKEW, SMIMED_SEVERITY_WARNING },
};

/* A word and its sentence; the last line, without a word, is for all others */
typedef struct
{
  const char *word; /* (unowned) static */
  const char *text; /* (unowned) static */
} Sentence;

static const Sentence protections[] = {
  { "verified", N_ ("The sender is proven. The message was not encrypted.") },
  { "confidential", N_ ("The message was encrypted. The sender is not proven.") },
  { "verified-confidential", N_ ("The sender is proven, and the message was encrypted.") },
  { NULL, N_ ("The sender is not proven, and the message was not encrypted.") },
};

static const Sentence actions[] = {
  { "none", N_ ("Nothing needs to be done.") },
  { "remove", N_ ("Remove the address, or send the message without encryption.") },
  { "retry", N_ ("Try again later.") },
  { "unlock", N_ ("Unlock the keyring with your keys.") },
  { NULL, N_ ("Remove the address, or send the message without encryption.") },
};

static const Sentence signatures[] = {
  { "good", N_ ("The message is as it was signed.") },
  { "bad", N_ ("The message was changed after it was signed, or the signature is damaged.") },
  { "unsupported", N_ ("The signature uses an algorithm that this program doesn't know.") },
  { NULL, N_ ("The signature can't be judged.") },
};

static const Sentence chains[] = {
  { "valid", N_ ("The certificate is valid.") },
  { "invalid", N_ ("The certificate is not valid.") },
  { NULL, N_ ("The certificate was not judged.") },
};

static const Sentence trusts[] = {
  { "default", N_ ("The certificate is trusted as far as its issuer is.") },
  { "trusted", N_ ("You trust this certificate.") },
  { "distrusted", N_ ("You don't trust this certificate.") },
  { NULL, N_ ("Whether this certificate is trusted isn't known.") },
};

static const Sentence layers[] = {
  { "signed", N_ ("Signed") },
  { "encrypted", N_ ("Encrypted") },
  { "compressed", N_ ("Compressed") },
  { NULL, N_ ("An unknown kind of protection") },
};

static const char *
sentence_of (const Sentence *table, const char *word)
{
  while (table->word != NULL && g_strcmp0 (table->word, word) != 0)
    table++;

  return _ (table->text);
}

const char *
smimed_problem_describe (const char *code)
{
  SmimedProblemCode known;

  if (!smimed_problem_code_from_word (code, &known))
    return _ ("Something is wrong that this version has no words for.");
  return _ (sentences[known]);
}

SmimedSeverity
smimed_problem_severity (const char *code)
{
  SmimedProblemCode known;

  if (!smimed_problem_code_from_word (code, &known))
    return SMIMED_SEVERITY_ERROR;

  for (guint i = 0; i < G_N_ELEMENTS (milder); i++)
    if (milder[i].code == known)
      return milder[i].severity;

  return SMIMED_SEVERITY_ERROR;
}

const char *
smimed_protection_describe (const char *protection)
{
  return sentence_of (protections, protection);
}

const char *
smimed_action_describe (const char *action)
{
  return sentence_of (actions, action);
}

const char *
smimed_signature_describe (const char *signature)
{
  return sentence_of (signatures, signature);
}

const char *
smimed_chain_describe (const char *chain)
{
  return sentence_of (chains, chain);
}

const char *
smimed_trust_describe (const char *trust)
{
  return sentence_of (trusts, trust);
}

const char *
smimed_layer_describe (const char *type)
{
  return sentence_of (layers, type);
}
