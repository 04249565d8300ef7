/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-account.h"

#include "smd-address.h"
#include "smimed-error.h"

G_DEFINE_INTERFACE (SmdAccountStore, smd_account_store, G_TYPE_OBJECT)

static void
smd_account_store_default_init (SmdAccountStoreInterface *iface)
{
}

static char **
strip_all (const char *const *addresses)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
    {
      g_autofree char *bare = smd_address_strip (addresses[i]);

      g_strv_builder_add (builder, bare);
    }
  return g_strv_builder_end (builder);
}

SmdAccount *
smd_account_new (const char *address, const char *const *aliases)
{
  SmdAccount *self = g_new0 (SmdAccount, 1);
  g_autofree char *normal = smd_address_normalize (address);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, normal ? normal : address, -1);

  self->id = g_strndup (digest, 16);
  self->address = smd_address_strip (address);
  self->aliases = strip_all (aliases);
  return self;
}

SmdAccount *
smd_account_copy (const SmdAccount *self)
{
  SmdAccount *copy = g_memdup2 (self, sizeof *self);

  copy->id = g_strdup (self->id);
  copy->address = g_strdup (self->address);
  copy->aliases = g_strdupv (self->aliases);
  copy->signing = g_strdup (self->signing);
  copy->encryption = g_strdup (self->encryption);
  return copy;
}

void
smd_account_free (SmdAccount *self)
{
  g_free (self->id);
  g_free (self->address);
  g_strfreev (self->aliases);
  g_free (self->signing);
  g_free (self->encryption);
  g_free (self);
}

GPtrArray *
smd_account_store_list (SmdAccountStore *self, GError **error)
{
  return SMD_ACCOUNT_STORE_GET_IFACE (self)->list (self, error);
}

static gboolean
has_alias (const SmdAccount *self, const char *address)
{
  for (guint i = 0; self->aliases[i] != NULL; i++)
    if (smd_address_equal (self->aliases[i], address))
      return TRUE;

  return FALSE;
}

SmdAccount *
smd_account_store_lookup (SmdAccountStore *self, const char *address, GError **error)
{
  g_autoptr (GPtrArray) accounts = smd_account_store_list (self, error);

  if (accounts == NULL)
    return NULL;

  /* An account's own address before another's alias */
  for (guint i = 0; i < accounts->len; i++)
    if (smd_address_equal (((SmdAccount *) accounts->pdata[i])->address, address))
      return smd_account_copy (accounts->pdata[i]);
  for (guint i = 0; i < accounts->len; i++)
    if (has_alias (accounts->pdata[i], address))
      return smd_account_copy (accounts->pdata[i]);

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_SUCH_ACCOUNT,
               "No account is registered for %s; register it with Manager.RegisterAccount", address);
  return NULL;
}

gboolean
smd_account_store_save (SmdAccountStore *self, const SmdAccount *account, SmdAccountParts parts, GError **error)
{
  return SMD_ACCOUNT_STORE_GET_IFACE (self)->save (self, account, parts, error);
}

gboolean
smd_account_store_remove (SmdAccountStore *self, const char *id, GError **error)
{
  return SMD_ACCOUNT_STORE_GET_IFACE (self)->remove (self, id, error);
}
