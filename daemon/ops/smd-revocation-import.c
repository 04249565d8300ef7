/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-import.h"

#include "smd-gather.h"
#include "smd-issuers.h"
#include "smd-path-check.h"
#include "smimed-error.h"

static gboolean
is_valid (const SmdEnv *env, SmdCertificate *certificate, gboolean *valid, GError **error)
{
  g_autoptr (SmdGathered) gathered = smd_gather (env, certificate, NULL, NULL, error);
  g_autoptr (SmdPath) path = NULL;
  SmdPathQuery query = { .leaf = certificate, .at = smd_clock_now (env->clock) };

  if (gathered == NULL)
    return FALSE;

  query.candidates = gathered->candidates;
  query.anchors = gathered->anchors;
  path = smd_path_check (env->crypto, &query, error);
  *valid = path != NULL && path->anchored && path->problems->len == 0;
  return path != NULL;
}

static gboolean
may_sign (const SmdEnv *env, const SmdCertRecord *record, gboolean *may, GError **error)
{
  *may = record->trust != SMD_TRUST_DISTRUSTED
         && (smd_certificate_get_key_usage (record->certificate) & SMD_KEY_USAGE_CRL_SIGN) != 0;
  if (!*may || smd_certificate_is_ca (record->certificate))
    return TRUE;

  /* A signer without an authority's certificate says so expressly. */
  *may = FALSE;
  return !smd_certificate_has_key_usage (record->certificate) || is_valid (env, record->certificate, may, error);
}

static GPtrArray *
choose (const SmdEnv *env, GPtrArray *records, GError **error)
{
  g_autoptr (GPtrArray) issuers = smd_certificates_new ();

  for (guint i = 0; i < records->len; i++)
    {
      const SmdCertRecord *record = records->pdata[i];
      gboolean may = FALSE;

      if (!may_sign (env, record, &may, error))
        return NULL;
      if (may)
        smd_certificates_add (issuers, record->certificate);
    }

  /* Who nobody knows is told by the import itself. */
  if (issuers->len > 0 || records->len == 0)
    return g_steal_pointer (&issuers);

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID,
               "The CRL's issuer, %s, may not sign CRLs or is distrusted; the CRL was not used",
               smd_certificate_get_subject (((const SmdCertRecord *) records->pdata[0])->certificate));
  return NULL;
}

static GPtrArray *
find_issuers (const SmdEnv *env, SmdBlob *der, GError **error)
{
  g_autoptr (GPtrArray) records = NULL;
  SmdSpan issuer;

  if (!smd_crl_read_issuer (der, &issuer, error))
    return NULL;

  records = smd_issuers_find (env, issuer, error);
  return records != NULL ? choose (env, records, error) : NULL;
}

SmdRevocationEntry *
smd_revocation_import (const SmdEnv *env, const SmdCall *call, SmdBlob *file, const SmdFetchResult *fetched, GError **error)
{
  g_autoptr (SmdBlob) der = smd_crl_file_to_der (file, error);
  g_autoptr (GPtrArray) issuers = der != NULL ? find_issuers (env, der, error) : NULL;

  if (issuers == NULL)
    return NULL;

  return smd_revocation_store_import_crl (env->revocation, fetched != NULL ? fetched->url : "", der, issuers,
                                          fetched != NULL ? fetched->etag : NULL, fetched != NULL ? fetched->modified : 0,
                                          smd_clock_now (env->clock), call->cancellable, error);
}
