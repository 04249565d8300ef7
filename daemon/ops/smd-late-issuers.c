/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-late-issuers.h"

#include "smd-gather.h"
#include "smd-limits.h"
#include "smd-path-check.h"

static gboolean
leads_to_anchor (const SmdEnv *env, SmdCertificate *certificate, GPtrArray *others)
{
  g_autoptr (SmdGathered) gathered = smd_gather (env, certificate, NULL, others, NULL);
  g_autoptr (SmdPath) path = NULL;
  SmdPathQuery query = { .leaf = certificate, .at = smd_clock_now (env->clock) };

  if (gathered == NULL)
    return FALSE;

  query.candidates = gathered->candidates;
  query.anchors = gathered->anchors;
  path = smd_path_check (env->crypto, &query, NULL);
  return path != NULL && path->anchored && path->problems->len == 0;
}

static void
keep (const SmdEnv *env, GPtrArray *certificates)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < certificates->len && i < SMD_LIMIT_FETCHED; i++)
    if (smd_certificate_is_ca (certificates->pdata[i]) && leads_to_anchor (env, certificates->pdata[i], certificates))
      g_ptr_array_add (records, smd_cert_record_new (certificates->pdata[i], SMD_ROLE_INTERMEDIATE, SMD_ORIGIN_DIRECTORY,
                                                     SMD_TRUST_DEFAULT));
  if (records->len > 0 && !smd_cert_store_add (env->certs, records, &error))
    g_warning ("Can't keep an issuer's certificate that came late: %s", error->message);
}

void
smd_late_issuers_take (const SmdEnv *env, const SmdFetchResult *late)
{
  SmdSpan file = late->body != NULL ? smd_blob_get_span (late->body) : SMD_SPAN_EMPTY;
  g_autoptr (GPtrArray) certificates = NULL;

  if (file.size == 0 || file.size > SMD_LIMIT_CERTIFICATE)
    return;

  certificates = smd_certificates_read_file (env->crypto, file, NULL, NULL);
  if (certificates != NULL)
    keep (env, certificates);
}
