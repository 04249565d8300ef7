/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-account-state.h"

#include "smd-address.h"
#include "smd-identity-match.h"
#include "smimed-error.h"

static gboolean
check_address (const char *address, GError **error)
{
  g_autofree char *normal = smd_address_normalize (address);

  if (normal == NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "“%s” is not an e-mail address", address);
  return normal != NULL;
}

static SmdAccount *
find (const SmdEnv *env, const char *id, GError **error)
{
  g_autoptr (GPtrArray) accounts = smd_account_store_list (env->accounts, error);

  for (guint i = 0; accounts != NULL && i < accounts->len; i++)
    if (g_str_equal (((SmdAccount *) accounts->pdata[i])->id, id))
      return smd_account_copy (accounts->pdata[i]);

  if (accounts != NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "There is no account %s", id);
  return NULL;
}

SmdAccount *
smd_account_register (const SmdEnv *env, const char *address, const char *const *aliases, GError **error)
{
  g_autoptr (SmdAccount) account = NULL;
  g_autoptr (SmdAccount) known = NULL;

  if (!check_address (address, error))
    return NULL;
  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++)
    if (!check_address (aliases[i], error))
      return NULL;

  account = smd_account_new (address, aliases);
  if (!smd_account_store_save (env->accounts, account, 0, error))
    return NULL;

  known = find (env, account->id, error);
  if (known == NULL || aliases == NULL || g_strv_equal ((const char *const *) known->aliases, (const char *const *) account->aliases))
    return g_steal_pointer (&known);
  return smd_account_store_save (env->accounts, account, SMD_ACCOUNT_ALIASES, error) ? g_steal_pointer (&account) : NULL;
}

static gboolean
matches_account (SmdCertificate *certificate, const SmdAccount *account)
{
  if (smd_identity_match (certificate, account->address))
    return TRUE;

  for (guint i = 0; account->aliases[i] != NULL; i++)
    if (smd_identity_match (certificate, account->aliases[i]))
      return TRUE;

  return FALSE;
}

static gboolean
fail_address (SmdCertificate *certificate, const SmdAccount *account, GError **error)
{
  g_autofree char *addresses = g_strjoinv (", ", (char **) smd_certificate_get_addresses (certificate));

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_ADDRESS_MISMATCH, "The certificate is made out to %s, not to %s: choose another one, or register that address as an alias of the account",
               *addresses != '\0' ? addresses : "no address", account->address);
  return FALSE;
}

static gboolean
check_choice (const SmdEnv *env, const SmdAccount *account, const char *fingerprint, SmdUsage usage, GError **error)
{
  g_autoptr (SmdCertRecord) record = fingerprint != NULL ? smd_cert_store_lookup (env->certs, fingerprint, error) : NULL;

  if (record == NULL)
    return fingerprint == NULL;

  if (record->role != SMD_ROLE_OWN)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NO_PRIVATE_KEY,
                           "There is no private key for this certificate; import its PKCS#12 file");
      return FALSE;
    }
  if (!matches_account (record->certificate, account))
    return fail_address (record->certificate, account, error);
  if (!smd_certificate_permits (record->certificate, usage))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "The certificate may not be used to %s: choose another one",
                   usage == SMD_USAGE_SIGN ? "sign" : "encrypt");
      return FALSE;
    }

  return TRUE;
}

gboolean
smd_account_set_certificates (const SmdEnv *env, const char *id, const char *signing, const char *encryption, GError **error)
{
  g_autoptr (SmdAccount) account = find (env, id, error);

  if (account == NULL || !check_choice (env, account, signing, SMD_USAGE_SIGN, error)
      || !check_choice (env, account, encryption, SMD_USAGE_ENCRYPT, error))
    return FALSE;

  g_free (account->signing);
  g_free (account->encryption);
  account->signing = g_strdup (signing);
  account->encryption = g_strdup (encryption);
  return smd_account_store_save (env->accounts, account, SMD_ACCOUNT_CERTIFICATES, error);
}
