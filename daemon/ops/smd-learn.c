/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-learn.h"

#include "smd-cms.h"
#include "smd-identity-match.h"

static void
add_verdict (const SmdVerdict *verdict, gpointer list)
{
  if (verdict->source == SMD_SOURCE_DIRECTORY && verdict->certificate != NULL)
    g_ptr_array_add (list, (gpointer) verdict);
}

/* Returns: (transfer full) (element-type SmdVerdict): members of groups, too */
static GPtrArray *
list_found (GPtrArray *verdicts)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < verdicts->len; i++)
    smd_verdict_foreach (verdicts->pdata[i], add_verdict, list);
  return list;
}

/* Capabilities */

static SmdValidation *
validate (const SmdEnv *env, const SmdCall *call, const SmdVerdict *verdict, SmdCertificate *certificate, GError **error)
{
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();

  smd_certificates_add (chain, certificate);
  for (guint i = 0; i < verdict->answer->issuers->len; i++)
    smd_certificates_add (chain, verdict->answer->issuers->pdata[i]);
  request.chain = chain;
  request.usage = SMD_USAGE_SIGN;
  request.address = verdict->address;
  return smd_validate (env, call, &request, error);
}

static gboolean
learn_signer (const SmdEnv *env, const SmdCall *call, const SmdVerdict *verdict, const SmdSigner *signer, GError **error)
{
  g_autoptr (SmdValidation) validation = NULL;
  g_autoptr (GError) failure = NULL;
  SmdCapabilities known = 0;

  /* Mostly that is known already. */
  if (!smd_identity_match (signer->certificate, verdict->address) ||
      (smd_cert_store_get_capabilities (env->certs, verdict->address, &known, &failure) && known == signer->capabilities))
    return TRUE;
  validation = validate (env, call, verdict, signer->certificate, error);
  if (validation == NULL)
    return FALSE;
  return validation->chain != SMD_CHAIN_VALID ||
         smd_cert_store_set_capabilities (env->certs, verdict->address, signer->capabilities, signer->signing_time, error);
}

gboolean
smd_learn_capabilities (const SmdEnv *env, const SmdCall *call, GPtrArray *verdicts, GError **error)
{
  g_autoptr (GPtrArray) found = list_found (verdicts);

  for (guint i = 0; i < found->len; i++)
    {
      const SmdVerdict *verdict = found->pdata[i];
      GPtrArray *signers = verdict->answer->signers;

      for (guint j = 0; j < signers->len; j++)
        if (!learn_signer (env, call, verdict, signers->pdata[j], error))
          return FALSE;
    }
  return TRUE;
}

/* Certificates */

static gboolean
is_stored (const SmdEnv *env, SmdCertificate *certificate, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) records = NULL;

  query.fingerprint = smd_certificate_get_fingerprint (certificate);
  records = smd_cert_store_find (env->certs, &query, error);
  for (guint i = 0; records != NULL && i < records->len; i++)
    if (((SmdCertRecord *) records->pdata[i])->role != SMD_ROLE_INTERMEDIATE)
      return TRUE;
  return FALSE;
}

static void
add_record (GPtrArray *records, SmdCertificate *certificate, SmdRole role)
{
  g_ptr_array_add (records, smd_cert_record_new (certificate, role, SMD_ORIGIN_DIRECTORY, SMD_TRUST_DEFAULT));
}

void
smd_learn_certificates (const SmdEnv *env, GPtrArray *verdicts)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  g_autoptr (GPtrArray) found = list_found (verdicts);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < found->len && error == NULL; i++)
    {
      const SmdVerdict *verdict = found->pdata[i];

      if (is_stored (env, verdict->certificate, &error))
        continue;
      add_record (records, verdict->certificate, SMD_ROLE_CORRESPONDENT);
      for (guint j = 1; j < verdict->chain->len; j++)
        add_record (records, verdict->chain->pdata[j], SMD_ROLE_INTERMEDIATE);
    }
  if (error != NULL || (records->len > 0 && !smd_cert_store_add (env->certs, records, &error)))
    g_warning ("Certificates from the directory can't be stored: %s", error->message);
}
