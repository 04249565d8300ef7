/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-limits.h"
#include "smd-supply-private.h"
#include "smimed-error.h"

static void
note_error (SmdSupply *self, const SmdWant *want, const char *what, const GError *error)
{
  smd_supply_note (self, want, SMD_PLACE_FAILED, TRUE, g_strdup_printf ("%s%s", what, error->message));
}

/* DER, PEM or PKCS#7 (RFC 5280 section 4.2.2.1). Whether one of them is an issuer is for the path to tell. */
static void
take_issuers (SmdSupply *self, const SmdWant *want, SmdBlob *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) certificates = smd_certificates_read_file (self->env->crypto, smd_blob_get_span (file), NULL, &error);

  if (certificates == NULL)
    {
      note_error (self, want, "What came is no certificate: ", error);
      smd_supply_note_useless (self, want);
      return;
    }

  for (guint i = 0; i < certificates->len && self->fetched->len < SMD_LIMIT_FETCHED; i++)
    smd_certificates_add (self->fetched, certificates->pdata[i]);
  smd_supply_note (self, want, SMD_PLACE_FRESH, FALSE, NULL);
}

static void
note_entry (SmdSupply *self, const SmdWant *want, const SmdRevocationEntry *entry)
{
  if (smd_revocation_entry_get_state (entry, self->now) == SMD_REVOCATION_FRESH)
    {
      smd_supply_note (self, want, SMD_PLACE_FRESH, FALSE, NULL);
      return;
    }

  smd_supply_note (self, want, SMD_PLACE_FAILED, TRUE,
                   g_strdup ("The server has nothing newer than a CRL that is out of date; its issuer has to make a new one"));
  smd_supply_note_useless (self, want);
}

static void
take_unchanged (SmdSupply *self, const SmdWant *want)
{
  SmdRevocationStore *store = self->env->revocation;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdRevocationEntry) entry = NULL;

  if (!smd_revocation_store_note_unchanged (store, want->url, self->now, &error))
    g_debug ("Can't remember that %s hasn't changed: %s", want->url, error->message);
  entry = smd_revocation_store_lookup (store, want->url, NULL);
  if (entry != NULL)
    note_entry (self, want, entry);
  else
    smd_supply_note (self, want, SMD_PLACE_FAILED, TRUE, g_strdup ("The CRL has been forgotten meanwhile; try again"));
}

static void
take_crl (SmdSupply *self, const SmdWant *want, const SmdFetchResult *result)
{
  SmdRevocationStore *store = self->env->revocation;
  SmdRevocationKind kind = want->kind == SMD_WANT_DELTA_CRL ? SMD_REVOCATION_DELTA_CRL : SMD_REVOCATION_CRL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdRevocationEntry) entry
      = smd_revocation_store_import_crl (store, want->url, result->body, self->crl_signers, result->etag, result->modified, self->now,
                                         self->call->cancellable, &error);

  if (entry != NULL)
    {
      note_entry (self, want, entry);
      return;
    }

  note_error (self, want, "", error);
  if (g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED))
    smd_supply_note_useless (self, want);
  if (!g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED))
    (void) !smd_revocation_store_note_failure (store, want->url, kind, error->message, self->now, NULL);
}

void
smd_supply_take (SmdSupply *self, const SmdWant *want, const SmdFetchResult *result)
{
  if (want->kind == SMD_WANT_ISSUER && result->body != NULL)
    take_issuers (self, want, result->body);
  else if (want->kind == SMD_WANT_OCSP && result->body != NULL && result->ocsp != NULL)
    smd_supply_take_answer (self, want, result);
  else if (self->env->revocation == NULL)
    smd_supply_note (self, want, SMD_PLACE_FAILED, TRUE, g_strdup ("There is no store to keep it in"));
  else if (result->unchanged)
    take_unchanged (self, want);
  else if (result->body != NULL)
    take_crl (self, want, result);
  else
    smd_supply_note (self, want, SMD_PLACE_FAILED, TRUE, g_strdup ("The server sent nothing"));
}
