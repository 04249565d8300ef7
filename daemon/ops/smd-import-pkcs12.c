/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-import.h"

#include "smd-pkcs12.h"
#include "smimed-error.h"

static SmdSecret *
ask_password (const SmdEnv *env, const SmdCall *call, SmdPromptComplaint complaint, GError **error)
{
  if (!call->interactive || env->prompter == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                           "The file's password is needed; give it with password-fd, or allow the prompt");
      return NULL;
    }

  return smd_prompter_ask_password (env->prompter, SMD_PROMPT_OPEN_FILE, complaint, call->cancellable, error);
}

static SmdPkcs12 *
read_asking (const SmdEnv *env, const SmdCall *call, SmdBlob *file, GError **error)
{
  SmdPromptComplaint complaint = SMD_PROMPT_FIRST_TRY;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      g_autoptr (SmdSecret) password = ask_password (env, call, complaint, error);
      g_autoptr (SmdPkcs12) contents = NULL;

      if (password == NULL)
        return NULL;

      contents = smd_pkcs12_read (env->crypto, smd_blob_get_span (file), smd_secret_get_span (password), &failure);
      if (contents != NULL)
        return g_steal_pointer (&contents);
      if (!g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_WRONG_PASSWORD))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
      complaint = SMD_PROMPT_WRONG;
    }
}

static SmdPkcs12 *
read_file (const SmdEnv *env, const SmdCall *call, SmdBlob *file, SmdSecret *password, GError **error)
{
  g_autoptr (GError) failure = NULL;
  SmdPkcs12 *contents;

  smd_progress_enter (call->progress, "reading", 0);
  if (password != NULL)
    return smd_pkcs12_read (env->crypto, smd_blob_get_span (file), smd_secret_get_span (password), error);

  /* A file without a password is nothing to ask about. */
  contents = smd_pkcs12_read (env->crypto, smd_blob_get_span (file), SMD_SPAN_EMPTY, &failure);
  if (contents != NULL)
    return contents;
  if (g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_WRONG_PASSWORD))
    return read_asking (env, call, file, error);

  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

static GPtrArray *
list_stored (const SmdPkcs12 *contents)
{
  GPtrArray *stored = smd_certificates_new ();

  for (guint i = 0; i < contents->identities->len; i++)
    {
      SmdIdentity *identity = contents->identities->pdata[i];

      if (identity->certificate != NULL)
        smd_certificates_add (stored, identity->certificate);
    }
  for (guint i = 0; i < contents->identities->len; i++)
    {
      SmdIdentity *identity = contents->identities->pdata[i];

      for (guint j = 0; j < identity->chain->len; j++)
        smd_certificates_add (stored, identity->chain->pdata[j]);
    }
  for (guint i = 0; i < contents->certificates->len; i++)
    smd_certificates_add (stored, contents->certificates->pdata[i]);
  return stored;
}

GPtrArray *
smd_import_pkcs12 (const SmdEnv *env, const SmdCall *call, SmdBlob *file, SmdSecret *password, SmdOrigin origin, GError **error)
{
  g_autoptr (SmdPkcs12) contents = read_file (env, call, file, password, error);

  if (contents == NULL)
    return NULL;

  smd_progress_enter (call->progress, "storing", 0);
  if (!smd_key_store_add (env->keys, contents->identities, contents->certificates, origin, call->interactive,
                          call->cancellable, error))
    return NULL;

  return list_stored (contents);
}
