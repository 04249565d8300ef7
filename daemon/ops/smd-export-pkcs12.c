/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-import.h"

#include "smd-pkcs12.h"
#include "smd-validate.h"
#include "smimed-error.h"

static SmdValidation *
find_chain (const SmdEnv *env, const SmdCall *call, SmdCertificate *certificate, GError **error)
{
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();

  smd_certificates_add (chain, certificate);
  request.chain = chain;
  return smd_validate (env, call, &request, error);
}

static SmdIdentity *
fetch_identity (const SmdEnv *env, const SmdCall *call, const char *fingerprint, GError **error)
{
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (env->certs, fingerprint, error);
  g_autoptr (SmdPrivateKey) key = NULL;
  g_autoptr (SmdValidation) validation = NULL;

  if (record == NULL)
    return NULL;
  if (record->role != SMD_ROLE_OWN)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_PRIVATE_KEY, "There is no private key for %s; nothing to export",
                   smd_certificate_get_subject (record->certificate));
      return NULL;
    }

  key = smd_key_store_lookup (env->keys, smd_certificate_get_key_fingerprint (record->certificate), call->interactive,
                              call->cancellable, error);
  validation = key != NULL ? find_chain (env, call, record->certificate, error) : NULL;
  if (validation == NULL)
    return NULL;

  g_ptr_array_remove (validation->chain_path, record->certificate);
  return smd_identity_new (key, record->certificate, validation->chain_path);
}

/* Returns: (transfer full): of those that are there */
static GStrv
list_addresses (const SmdEnv *env, const char *const *fingerprints)
{
  g_autoptr (GStrvBuilder) addresses = g_strv_builder_new ();

  for (guint i = 0; fingerprints[i] != NULL; i++)
    {
      g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (env->certs, fingerprints[i], NULL);

      if (record != NULL)
        g_strv_builder_addv (addresses, (const char **) smd_certificate_get_addresses (record->certificate));
    }
  return g_strv_builder_end (addresses);
}

/* Asks until the password is strong enough or the user closes the prompt. */
static SmdSecret *
ask_password (const SmdEnv *env, const SmdCall *call, const char *const *known, GError **error)
{
  SmdPromptComplaint complaint = SMD_PROMPT_FIRST_TRY;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      g_autoptr (SmdSecret) password
          = smd_prompter_ask_password (env->prompter, SMD_PROMPT_PROTECT_FILE, complaint, call->cancellable, error);

      if (password == NULL || smd_password_check (smd_secret_get_span (password), known, &failure))
        return g_steal_pointer (&password);
      if (!g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_WEAK_PASSWORD))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
      complaint = SMD_PROMPT_WEAK;
    }
}

static SmdSecret *
need_password (const SmdEnv *env, const SmdCall *call, SmdSecret *password, const char *const *known, GError **error)
{
  if (password != NULL)
    return smd_password_check (smd_secret_get_span (password), known, error) ? smd_secret_ref (password) : NULL;
  if (call->interactive && env->prompter != NULL)
    return ask_password (env, call, known, error);

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                       "A password for the file is needed; give it with password-fd, or allow the prompt");
  return NULL;
}

SmdBlob *
smd_export_pkcs12 (const SmdEnv *env, const SmdCall *call, const char *const *fingerprints, SmdSecret *password, GError **error)
{
  g_autoptr (GPtrArray) identities = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_identity_free);
  g_auto (GStrv) addresses = list_addresses (env, fingerprints);
  g_autoptr (SmdSecret) secret = NULL;

  if (fingerprints[0] == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "Name at least one own certificate to export");
      return NULL;
    }

  secret = need_password (env, call, password, (const char *const *) addresses, error);
  if (secret == NULL)
    return NULL;

  for (guint i = 0; fingerprints[i] != NULL; i++)
    {
      SmdIdentity *identity = fetch_identity (env, call, fingerprints[i], error);

      if (identity == NULL)
        return NULL;
      g_ptr_array_add (identities, identity);
    }

  return smd_pkcs12_write (env->crypto, identities, smd_secret_get_span (secret), error);
}
