/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-import.h"

#include "smd-crl-signers.h"
#include "smd-issuers.h"
#include "smimed-error.h"

typedef struct
{
  GPtrArray *named;  /* (unowned) (element-type SmdCertificate): who may sign for all that is known: their anchor may be missing yet */
  GPtrArray *proven; /* (unowned) (element-type SmdCertificate): those of them who lead to an anchor */
} Issuers;

static SmdPath *
find_path (const SmdEnv *env, SmdCertificate *certificate, GError **error)
{
  g_autoptr (SmdGathered) gathered = smd_gather (env, certificate, NULL, NULL, error);

  return gathered != NULL ? smd_crl_signers_find_path (env, gathered, certificate, error) : NULL;
}

static gboolean
take (const SmdEnv *env, Issuers *issuers, SmdCertificate *certificate, GError **error)
{
  g_autoptr (SmdPath) path = find_path (env, certificate, error);

  if (path == NULL)
    return FALSE;

  /* A signer without an authority's certificate says so expressly. */
  if (!smd_certificate_is_ca (certificate)
      && (!smd_certificate_has_key_usage (certificate) || !path->anchored || path->problems->len > 0))
    return TRUE;
  if (path->anchored && smd_crl_signers_is_forged (path))
    return TRUE;

  smd_certificates_add (issuers->named, certificate);
  if (path->anchored)
    smd_certificates_add (issuers->proven, certificate);
  return TRUE;
}

static gboolean
may_sign (const SmdCertRecord *record)
{
  return record->trust != SMD_TRUST_DISTRUSTED
         && (smd_certificate_get_key_usage (record->certificate) & SMD_KEY_USAGE_CRL_SIGN) != 0;
}

/* Who only bears the name of an authority that leads to an anchor doesn't speak for it. */
static GPtrArray *
choose (const SmdEnv *env, GPtrArray *records, GError **error)
{
  g_autoptr (GPtrArray) named = smd_certificates_new ();
  g_autoptr (GPtrArray) proven = smd_certificates_new ();
  Issuers issuers = { named, proven };

  for (guint i = 0; i < records->len; i++)
    {
      const SmdCertRecord *record = records->pdata[i];

      if (may_sign (record) && !take (env, &issuers, record->certificate, error))
        return NULL;
    }

  /* Who nobody knows is told by the import itself. */
  if (proven->len > 0)
    return g_steal_pointer (&proven);
  if (named->len > 0 || records->len == 0)
    return g_steal_pointer (&named);

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID,
               "The CRL's issuer, %s, may not sign CRLs or is distrusted, or its certificate isn't from whom it names; the CRL was not used",
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
