/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-import.h"

#include "smimed-error.h"

static void
refuse (GPtrArray *refused, SmimedProblemCode code, SmdCertificate *certificate, const char *detail)
{
  g_ptr_array_add (refused, smd_problem_new_for (code, smd_certificate_get_fingerprint (certificate), 0, detail));
}

/* A key that waits for its certificate takes it, whatever it was given out for. */
static gboolean
is_awaited (const SmdEnv *env, SmdCertificate *certificate)
{
  return env->requests != NULL
         && smd_request_store_waits (env->requests, smd_certificate_get_key_fingerprint (certificate));
}

/* Who signs CRLs in an authority's place is known like one. */
static gboolean
signs_crls (SmdCertificate *certificate)
{
  return smd_certificate_has_key_usage (certificate)
         && (smd_certificate_get_key_usage (certificate) & SMD_KEY_USAGE_CRL_SIGN) != 0;
}

/* Whether @certificate can serve @role at all; FALSE adds the reason to @refused. */
static gboolean
can_serve (const SmdEnv *env, SmdCertificate *certificate, SmdRole role, GPtrArray *refused)
{
  gboolean ca = smd_certificate_is_ca (certificate);

  if (is_awaited (env, certificate))
    return TRUE;
  if (role == SMD_ROLE_ANCHOR && !ca && !smd_certificate_is_self_signed (certificate))
    refuse (refused, SMIMED_PROBLEM_NOT_A_CA, certificate, "Only CA certificates and self-signed ones can be anchors");
  else if (role == SMD_ROLE_INTERMEDIATE && !ca && !signs_crls (certificate))
    refuse (refused, SMIMED_PROBLEM_NOT_A_CA, certificate, "The certificate belongs neither to a CA nor to a signer of CRLs");
  else if (role == SMD_ROLE_CORRESPONDENT && !ca && smd_certificate_get_addresses (certificate)[0] == NULL)
    refuse (refused, SMIMED_PROBLEM_ADDRESS_MISMATCH, certificate, "The certificate is made out to no e-mail address");
  else
    return TRUE;

  return FALSE;
}

/* The issuers that come along with a correspondent's certificate are not correspondents. */
static SmdRole
role_of (SmdCertificate *certificate, SmdRole wanted)
{
  return wanted == SMD_ROLE_CORRESPONDENT && smd_certificate_is_ca (certificate) ? SMD_ROLE_INTERMEDIATE : wanted;
}

static GPtrArray *
store_all (const SmdEnv *env, GPtrArray *certificates, SmdRole role, GPtrArray *refused, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  g_autoptr (GPtrArray) stored = smd_certificates_new ();

  for (guint i = 0; i < certificates->len; i++)
    if (can_serve (env, certificates->pdata[i], role, refused)
        && smd_certificates_add (stored, certificates->pdata[i]))
      g_ptr_array_add (records, smd_cert_record_new (certificates->pdata[i], role_of (certificates->pdata[i], role),
                                                     SMD_ORIGIN_USER, SMD_TRUST_DEFAULT));

  return smd_cert_store_add (env->certs, records, error) ? g_steal_pointer (&stored) : NULL;
}

/* Lays what has found its key beside it in the keyring. That can wait: the key serves already. */
static void
join_keys (const SmdEnv *env, const SmdCall *call)
{
  g_autoptr (GError) error = NULL;

  if (!smd_key_store_sync (env->keys, FALSE, NULL, call->cancellable, &error))
    g_debug ("The certificate is laid beside its key later: %s", error->message);
}

GPtrArray *
smd_import_certificates (const SmdEnv *env, const SmdCall *call, SmdBlob *file, SmdRole role, GPtrArray **refused, GError **error)
{
  g_autoptr (GPtrArray) reasons = smd_problems_new ();
  g_autoptr (GPtrArray) certificates = smd_certificates_read_file (env->crypto, smd_blob_get_span (file), reasons, error);
  g_autoptr (GPtrArray) stored = NULL;

  if (certificates == NULL)
    return NULL;

  smd_progress_enter (call->progress, "storing", 0);
  stored = store_all (env, certificates, role, reasons, error);
  if (stored == NULL)
    return NULL;

  join_keys (env, call);
  *refused = g_steal_pointer (&reasons);
  return g_steal_pointer (&stored);
}

gboolean
smd_delete_certificate (const SmdEnv *env, const SmdCall *call, const char *fingerprint, gboolean delete_key, GError **error)
{
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (env->certs, fingerprint, error);

  if (record == NULL)
    return FALSE;
  if (record->role != SMD_ROLE_OWN)
    return smd_cert_store_remove (env->certs, fingerprint, error);
  if (delete_key)
    return smd_key_store_remove (env->keys, fingerprint, call->interactive, call->cancellable, error);

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                       "This is an own certificate: without its key, old mail becomes unreadable. "
                       "Set delete-key to delete both");
  return FALSE;
}
