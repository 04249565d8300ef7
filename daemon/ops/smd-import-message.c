/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-import.h"

#include "smd-identity-match.h"
#include "smd-open.h"
#include "smd-validate.h"
#include "smimed-error.h"

static gboolean
serves (SmdCertificate *certificate, const char *sender)
{
  return smd_certificate_permits (certificate, SMD_USAGE_ENCRYPT) && smd_identity_match (certificate, sender);
}

/* The preference attribute first (RFC 8551 section 2.5.3), then the signing certificate itself, then what came along.
 * Returns: (transfer none) (nullable) */
static SmdCertificate *
choose (const SmdSignerReport *signer, const char *sender)
{
  if (signer->encryption_certificate != NULL && serves (signer->encryption_certificate, sender))
    return signer->encryption_certificate;
  if (serves (signer->certificate, sender))
    return signer->certificate;

  for (guint i = 0; i < signer->borne->len; i++)
    if (serves (signer->borne->pdata[i], sender))
      return signer->borne->pdata[i];

  return NULL;
}

static const SmdSignerReport *
find_authenticated (const SmdReport *report)
{
  for (guint i = report->layers->len; i > 0; i--)
    {
      GPtrArray *signers = ((SmdLayer *) report->layers->pdata[i - 1])->signers;

      for (guint j = 0; j < signers->len; j++)
        if (((SmdSignerReport *) signers->pdata[j])->authenticated)
          return signers->pdata[j];
    }

  return NULL;
}

/* A signer with whom nothing is wrong, but who isn't the one that the message is from.
 * Returns: (transfer none) (nullable) */
static const SmdSignerReport *
find_stranger (const SmdReport *report)
{
  for (guint i = 0; i < report->layers->len; i++)
    {
      GPtrArray *signers = ((SmdLayer *) report->layers->pdata[i])->signers;

      for (guint j = 0; j < signers->len; j++)
        {
          const SmdSignerReport *signer = signers->pdata[j];

          if (signer->signature == SMD_SIGNATURE_GOOD && signer->chain == SMD_CHAIN_VALID && !signer->address_match)
            return signer;
        }
    }

  return NULL;
}

static void
fail_unproven (const SmdReport *report, GError **error)
{
  const SmdSignerReport *stranger = report->sender != NULL ? find_stranger (report) : NULL;
  g_autofree char *addresses = NULL;

  if (stranger == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID,
                           "No signature proves who sent the message; nothing was stored. Open it to see what is wrong");
      return;
    }
  addresses = g_strjoinv (", ", (char **) smd_certificate_get_addresses (stranger->certificate));
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_ADDRESS_MISMATCH,
               "The message is from %s, but whoever signed it has a certificate for %s; nothing was stored. Ask the sender which is right",
               report->sender, *addresses != '\0' ? addresses : "no address");
}

static SmdValidation *
validate (const SmdEnv *env, const SmdCall *call, SmdCertificate *certificate, GPtrArray *borne, const char *sender,
          GError **error)
{
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();
  g_autoptr (SmdValidation) validation = NULL;

  smd_certificates_add (chain, certificate);
  for (guint i = 0; i < borne->len; i++)
    smd_certificates_add (chain, borne->pdata[i]);
  request.chain = chain;
  request.usage = SMD_USAGE_ENCRYPT;
  request.address = sender;
  validation = smd_validate (env, call, &request, error);
  if (validation != NULL && validation->chain != SMD_CHAIN_VALID)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID,
                   "The sender's encryption certificate is not valid (%s); nothing was stored. Ask the sender for a message with a valid one",
                   smimed_problem_code_to_word (((SmdProblem *) validation->problems->pdata[0])->code));
      return NULL;
    }

  return g_steal_pointer (&validation);
}

/* An authority may send what a key waits for in a signed message. */
static void
take_awaited (const SmdEnv *env, GPtrArray *borne, GPtrArray *records, GPtrArray *stored)
{
  for (guint i = 0; env->requests != NULL && i < borne->len; i++)
    if (smd_request_store_waits (env->requests, smd_certificate_get_key_fingerprint (borne->pdata[i]))
        && smd_certificates_add (stored, borne->pdata[i]))
      g_ptr_array_add (records, smd_cert_record_new (borne->pdata[i], SMD_ROLE_INTERMEDIATE, SMD_ORIGIN_MESSAGE, SMD_TRUST_DEFAULT));
}

/* The certificate, and the issuers that it was valid through.
 * @awaited: (nullable): what may hold certificates for keys that wait for them */
static GPtrArray *
store (const SmdEnv *env, SmdCertificate *certificate, const SmdValidation *validation, GPtrArray *awaited, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  g_autoptr (GPtrArray) stored = smd_certificates_new ();

  smd_certificates_add (stored, certificate);
  g_ptr_array_add (records, smd_cert_record_new (certificate, SMD_ROLE_CORRESPONDENT, SMD_ORIGIN_MESSAGE, SMD_TRUST_DEFAULT));
  for (guint i = 1; i < validation->chain_path->len; i++)
    g_ptr_array_add (records, smd_cert_record_new (validation->chain_path->pdata[i], SMD_ROLE_INTERMEDIATE, SMD_ORIGIN_MESSAGE,
                                                   SMD_TRUST_DEFAULT));
  if (awaited != NULL)
    take_awaited (env, awaited, records, stored);

  return smd_cert_store_add (env->certs, records, error) ? g_steal_pointer (&stored) : NULL;
}

static GPtrArray *
import_signer (const SmdEnv *env, const SmdCall *call, const SmdReport *report, GError **error)
{
  const SmdSignerReport *signer = find_authenticated (report);
  SmdCertificate *certificate = signer != NULL ? choose (signer, report->sender) : NULL;
  g_autoptr (SmdValidation) validation = NULL;

  if (signer == NULL)
    {
      fail_unproven (report, error);
      return NULL;
    }
  if (certificate == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_CERTIFICATE,
                   "The message brings no certificate that mail to %s could be encrypted with", report->sender);
      return NULL;
    }

  validation = validate (env, call, certificate, signer->borne, report->sender, error);
  return validation != NULL ? store (env, certificate, validation, signer->borne, error) : NULL;
}

GPtrArray *
smd_import_from_message (const SmdEnv *env, const SmdCall *call, SmdBlob *message, GError **error)
{
  SmdOpenRequest request = { .message = message, .received_at = G_MININT64 };
  g_autoptr (SmdReport) report = NULL;
  g_autoptr (SmdBlob) content = NULL;

  if (call->policy.harvest == SMD_HARVEST_NEVER)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS,
                           "The policy (harvest-certificates) forbids taking certificates from messages");
      return NULL;
    }

  content = smd_open (env, call, &request, &report, error);
  return content != NULL ? import_signer (env, call, report, error) : NULL;
}

static gboolean
is_known (const SmdEnv *env, SmdCertificate *certificate)
{
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (env->certs, smd_certificate_get_fingerprint (certificate), NULL);

  return record != NULL && (record->role == SMD_ROLE_OWN || record->role == SMD_ROLE_CORRESPONDENT);
}

void
smd_harvest (const SmdEnv *env, const SmdCall *call, const SmdReport *report)
{
  const SmdSignerReport *signer = call->policy.harvest == SMD_HARVEST_AUTOMATIC ? find_authenticated (report) : NULL;
  SmdCertificate *certificate = signer != NULL ? choose (signer, report->sender) : NULL;
  g_autoptr (SmdValidation) validation = NULL;
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  if (certificate == NULL || is_known (env, certificate))
    return;

  validation = validate (env, call, certificate, signer->borne, report->sender, &error);
  if (validation != NULL)
    stored = store (env, certificate, validation, NULL, &error);
  if (stored == NULL)
    g_debug ("The sender's certificate is not kept: %s", error->message);
}
