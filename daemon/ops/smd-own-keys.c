/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-own-keys.h"

#include "smd-address.h"
#include "smd-judge.h"
#include "smimed-error.h"

void
smd_own_keys_free (SmdOwnKeys *self)
{
  g_clear_pointer (&self->state, smd_account_state_unref);
  g_clear_pointer (&self->key, smd_private_key_unref);
  g_free (self);
}

/* Each address once, however many certificates have it. */
static void
append_addresses (GString *text, GPtrArray *records)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < records->len; i++)
    {
      const char *const *addresses
          = smd_certificate_get_addresses (((SmdCertRecord *) records->pdata[i])->certificate);

      for (guint j = 0; addresses[j] != NULL; j++)
        {
          char *normal = smd_address_normalize (addresses[j]);

          if (g_hash_table_add (seen, normal != NULL ? normal : g_strdup (addresses[j])))
            g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", addresses[j]);
        }
    }
}

/* Says which addresses the own certificates are for: a wrong address is the commonest cause. */
static void
fail_no_certificate (const SmdEnv *env, const char *from, const char *verb, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) own = NULL;
  g_autoptr (GString) addresses = g_string_new (NULL);

  query.own = TRUE;
  own = smd_cert_store_find (env->certs, &query, NULL);
  if (own != NULL)
    append_addresses (addresses, own);
  if (addresses->len > 0)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_CERTIFICATE,
                 "No own certificate for %s can %s; your certificates are for: %s. Import a PKCS#12 file for this address", from, verb,
                 addresses->str);
  else
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_CERTIFICATE,
                 "There is no own certificate yet that can %s for %s: import its PKCS#12 file, or ask for one (Certificates.CreateRequest)", verb,
                 from);
}

/* The account has certificates, but for the other purpose alone. */
static void
fail_not_ready (const char *from, const char *verb, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_READY,
               "The account of %s isn't ready: none of its certificates can %s. Import the PKCS#12 file of one that can", from, verb);
}

/* Each reason once: the certificate and its issuers often have the same. */
static void
append_reason (GString *reasons, const char *word)
{
  g_auto (GStrv) words = g_strsplit (reasons->str, ", ", -1);

  if (!g_strv_contains ((const char *const *) words, word))
    g_string_append_printf (reasons, "%s%s", reasons->len > 0 ? ", " : "", word);
}

static void
fail_invalid (SmdCertificate *certificate, GPtrArray *problems, const SmdCall *call, GError **error)
{
  g_autoptr (GString) reasons = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const SmdProblem *problem = problems->pdata[i];

      if (smd_judge_is_decisive (problem, call->policy.revocation))
        append_reason (reasons, smimed_problem_code_to_word (problem->code));
    }
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID,
               "The certificate of %s may not be used: %s. Import one that may (Certificates.ImportPkcs12), or put that right: the details "
               "are in Account.Problems",
               smd_certificate_get_subject (certificate), reasons->str);
}

static gboolean
check (const SmdEnv *env, const SmdCall *call, const SmdOwnKeys *self, const char *from, SmdUsage usage, GError **error)
{
  SmdCertificate *certificate = usage == SMD_USAGE_SIGN ? self->state->signing : self->state->encryption;
  GPtrArray *problems = usage == SMD_USAGE_SIGN ? self->state->signing_problems : self->state->encryption_problems;
  gboolean usable = usage == SMD_USAGE_SIGN ? self->state->can_sign : self->state->can_encrypt;
  const char *verb = usage == SMD_USAGE_SIGN ? "sign" : "encrypt";

  if (certificate == NULL && (self->state->signing != NULL || self->state->encryption != NULL))
    fail_not_ready (from, verb, error);
  else if (certificate == NULL)
    fail_no_certificate (env, from, verb, error);
  else if (!usable)
    fail_invalid (certificate, problems, call, error);
  return usable;
}

static gboolean
fetch_key (SmdOwnKeys *self, const SmdEnv *env, const SmdCall *call, GError **error)
{
  self->key = smd_key_store_lookup (env->keys, smd_certificate_get_key_fingerprint (self->state->signing), call->interactive,
                                    call->cancellable, error);
  return self->key != NULL;
}

SmdOwnKeys *
smd_own_keys_new (const SmdEnv *env, const SmdCall *call, const char *from, gboolean sign, gboolean encrypt, GError **error)
{
  g_autoptr (SmdOwnKeys) self = g_new0 (SmdOwnKeys, 1);

  self->state = smd_account_state_of (env, call, from, error);
  if (self->state == NULL || (sign && !check (env, call, self, from, SMD_USAGE_SIGN, error))
      || (encrypt && !check (env, call, self, from, SMD_USAGE_ENCRYPT, error)) || (sign && !fetch_key (self, env, call, error)))
    return NULL;

  return g_steal_pointer (&self);
}
