/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-private.h"
#include "smimed-error.h"

static gboolean
read_aliases (SmdDatabase *self, SmdAccount *account, GError **error)
{
  g_autoptr (GStrvBuilder) aliases = g_strv_builder_new ();
  g_autoptr (SmdStatement) statement
      = smd_database_query (self, error, "SELECT address FROM aliases WHERE account = ? ORDER BY position", "s", account->id);
  int rc = SQLITE_DONE;

  if (statement == NULL)
    return FALSE;

  while ((rc = smd_database_step (self, statement, error)) == SQLITE_ROW)
    g_strv_builder_add (aliases, (const char *) sqlite3_column_text (statement, 0));
  account->aliases = g_strv_builder_end (aliases);
  return rc == SQLITE_DONE;
}

static SmdAccount *
read_account (SmdDatabase *self, SmdStatement *statement, GError **error)
{
  g_autoptr (SmdAccount) account = g_new0 (SmdAccount, 1);

  account->id = smd_statement_dup_text (statement, 0);
  account->address = smd_statement_dup_text (statement, 1);
  account->signing = smd_statement_dup_text (statement, 2);
  account->encryption = smd_statement_dup_text (statement, 3);
  account->sign_by_default = sqlite3_column_int (statement, 4) != 0;
  account->encrypt_by_default = sqlite3_column_int (statement, 5) != 0;
  return read_aliases (self, account, error) ? g_steal_pointer (&account) : NULL;
}

static gboolean
list_work (SmdDatabase *self, gpointer accounts, GError **error)
{
  g_autoptr (SmdStatement) statement
      = smd_database_query (self, error,
                            "SELECT id, address, signing, encryption, sign_by_default, encrypt_by_default FROM accounts"
                            " ORDER BY address COLLATE NOCASE, id",
                            "");
  int rc = SQLITE_DONE;

  if (statement == NULL)
    return FALSE;

  while ((rc = smd_database_step (self, statement, error)) == SQLITE_ROW)
    {
      SmdAccount *account = read_account (self, statement, error);

      if (account == NULL)
        return FALSE;
      g_ptr_array_add (accounts, account);
    }
  return rc == SQLITE_DONE;
}

static gpointer
copy_account (gconstpointer account, gpointer data)
{
  return smd_account_copy (account);
}

static GPtrArray *
list_accounts (SmdAccountStore *store, GError **error)
{
  SmdDatabase *self = SMD_DATABASE (store);
  g_autoptr (GBytes) question = g_bytes_new_static ("accounts", 8);
  guint generation;
  g_autoptr (GPtrArray) accounts = smd_memo_get (smd_database_get_memo (self), question, &generation);

  if (accounts == NULL)
    {
      accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_account_free);
      if (!smd_database_read (self, list_work, accounts, error))
        return NULL;
      smd_memo_put (smd_database_get_memo (self), question, generation, accounts);
    }
  return g_ptr_array_copy (accounts, (GCopyFunc) copy_account, NULL);
}

static gboolean
save_work (SmdDatabase *self, gpointer data, GError **error)
{
  const SmdAccount *account = data;

  if (!smd_database_run (self, NULL, error,
                         "INSERT INTO accounts (id, address, signing, encryption, sign_by_default, encrypt_by_default)"
                         " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET address = excluded.address,"
                         " signing = excluded.signing, encryption = excluded.encryption,"
                         " sign_by_default = excluded.sign_by_default, encrypt_by_default = excluded.encrypt_by_default",
                         "ssssii", account->id, account->address, account->signing, account->encryption,
                         (gint64) !!account->sign_by_default, (gint64) !!account->encrypt_by_default) ||
      !smd_database_run (self, NULL, error, "DELETE FROM aliases WHERE account = ?", "s", account->id))
    return FALSE;

  for (guint i = 0; account->aliases[i] != NULL; i++)
    if (!smd_database_run (self, NULL, error, "INSERT INTO aliases (account, position, address) VALUES (?, ?, ?)", "sis", account->id,
                           (gint64) i, account->aliases[i]))
      return FALSE;
  return TRUE;
}

static gboolean
save_account (SmdAccountStore *store, const SmdAccount *account, GError **error)
{
  return smd_database_write (SMD_DATABASE (store), SMD_COMMIT_DURABLE, save_work, (gpointer) account, error);
}

static gboolean
remove_work (SmdDatabase *self, gpointer data, GError **error)
{
  int changes = 0;

  if (!smd_database_run (self, &changes, error, "DELETE FROM accounts WHERE id = ?", "s", (const char *) data))
    return FALSE;
  if (changes == 0)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "No account has the id %s", (const char *) data);
  return changes > 0;
}

static gboolean
remove_account (SmdAccountStore *store, const char *id, GError **error)
{
  return smd_database_write (SMD_DATABASE (store), SMD_COMMIT_DURABLE, remove_work, (gpointer) id, error);
}

void
smd_database_accounts_init_interface (SmdAccountStoreInterface *iface)
{
  iface->list = list_accounts;
  iface->save = save_account;
  iface->remove = remove_account;
}
