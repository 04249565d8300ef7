/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-import.h"

#include "smd-address.h"
#include "smd-certificate-request.h"
#include "smimed-error.h"

static gboolean
store_key (const SmdEnv *env, const SmdCall *call, SmdPrivateKey *key, const char *address, GError **error)
{
  g_autoptr (GPtrArray) identities = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_identity_free);
  g_autoptr (SmdRequest) request
      = smd_request_new (smd_private_key_get_fingerprint (key), address, smd_clock_now (env->clock));

  g_ptr_array_add (identities, smd_identity_new (key, NULL, NULL));
  smd_progress_enter (call->progress, "storing", 0);
  return smd_request_store_note (env->requests, request, error)
         && smd_key_store_add (env->keys, identities, NULL, SMD_ORIGIN_USER, call->interactive, call->cancellable, error);
}

SmdBlob *
smd_create_request (const SmdEnv *env, const SmdCall *call, const char *address, const char *key_type, char **token, GError **error)
{
  g_autofree char *normal = smd_address_normalize (address);
  g_autoptr (SmdPrivateKey) key = NULL;
  g_autoptr (SmdBlob) csr = NULL;

  if (normal == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "“%s” is not an e-mail address", address);
      return NULL;
    }

  smd_progress_enter (call->progress, "generating", 0);
  key = smd_private_key_generate (env->crypto, key_type, error);
  csr = key != NULL ? smd_certificate_request_write (env->crypto, key, address, error) : NULL;

  /* Making a key takes seconds: whoever has left by now gets none. */
  if (csr == NULL || g_cancellable_set_error_if_cancelled (call->cancellable, error) || !store_key (env, call, key, address, error))
    return NULL;

  *token = g_strdup (smd_private_key_get_fingerprint (key));
  return g_steal_pointer (&csr);
}

/* An own certificate has the key already: then its request is known, and done. */
static gboolean
is_done (const SmdEnv *env, const char *token, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) own = NULL;

  query.key_fingerprint = token;
  query.own = TRUE;
  query.limit = 1;
  own = smd_cert_store_find (env->certs, &query, error);
  if (own != NULL && own->len == 0)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND,
                 "There is no request “%s”: ListRequests names those that wait for a certificate", token);
  return own != NULL && own->len > 0;
}

/* Parts what came into the key's own certificates and the others. */
static GPtrArray *
take_own (SmdPrivateKey *key, GPtrArray *certificates, GPtrArray *others)
{
  GPtrArray *own = smd_certificates_new ();

  for (guint i = 0; i < certificates->len; i++)
    smd_certificates_add (smd_private_key_matches (key, certificates->pdata[i]) ? own : others, certificates->pdata[i]);
  return own;
}

static void
fail_strange (GPtrArray *certificates, GError **error)
{
  g_autoptr (GString) subjects = g_string_new (NULL);

  for (guint i = 0; i < certificates->len && i < 3; i++)
    g_string_append_printf (subjects, "%s“%s”", i > 0 ? ", " : "", smd_certificate_get_subject (certificates->pdata[i]));
  if (certificates->len > 3)
    g_string_append (subjects, ", ...");
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_CERTIFICATE,
               "None of the certificates was made for this request's key (%s): pass the authority's answer to this very request",
               subjects->str);
}

static gboolean
join (const SmdEnv *env, const SmdCall *call, SmdPrivateKey *key, GPtrArray *own, GPtrArray *others, GError **error)
{
  g_autoptr (GPtrArray) identities = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_identity_free);

  for (guint i = 0; i < own->len; i++)
    g_ptr_array_add (identities, smd_identity_new (key, own->pdata[i], others));

  smd_progress_enter (call->progress, "storing", 0);
  return smd_key_store_add (env->keys, identities, others, SMD_ORIGIN_USER, call->interactive, call->cancellable, error);
}

GPtrArray *
smd_complete_request (const SmdEnv *env, const SmdCall *call, const char *token, SmdBlob *file, GError **error)
{
  g_autoptr (GPtrArray) certificates = NULL;
  g_autoptr (GPtrArray) others = smd_certificates_new ();
  g_autoptr (GPtrArray) own = NULL;
  g_autoptr (SmdPrivateKey) key = NULL;

  if (!smd_request_store_waits (env->requests, token) && !is_done (env, token, error))
    return NULL;

  certificates = smd_certificates_read_file (env->crypto, smd_blob_get_span (file), NULL, error);
  key = certificates != NULL ? smd_key_store_lookup (env->keys, token, call->interactive, call->cancellable, error) : NULL;
  if (key == NULL)
    return NULL;

  own = take_own (key, certificates, others);
  if (own->len == 0)
    {
      fail_strange (certificates, error);
      return NULL;
    }
  if (!join (env, call, key, own, others, error))
    return NULL;

  for (guint i = 0; i < others->len; i++)
    smd_certificates_add (own, others->pdata[i]);
  return g_steal_pointer (&own);
}
