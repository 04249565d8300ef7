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

static gpointer
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
      if (!smd_database_list (self, accounts, read_account,
                              "SELECT id, address, signing, encryption, sign_by_default, encrypt_by_default FROM accounts"
                              " ORDER BY address COLLATE NOCASE, id",
                              NULL, error))
        return NULL;
      smd_memo_put (smd_database_get_memo (self), question, generation, accounts);
    }
  return g_ptr_array_copy (accounts, (GCopyFunc) copy_account, NULL);
}

typedef struct
{
  const SmdAccount *account; /* (unowned) */
  SmdAccountParts parts;
} SaveWork;

static gboolean
put_aliases (SmdDatabase *self, const SmdAccount *account, GError **error)
{
  if (!smd_database_run (self, NULL, error, "DELETE FROM aliases WHERE account = ?", "s", account->id))
    return FALSE;

  for (guint i = 0; account->aliases[i] != NULL; i++)
    if (!smd_database_run (self, NULL, error, "INSERT INTO aliases (account, position, address) VALUES (?, ?, ?)", "sis", account->id,
                           (gint64) i, account->aliases[i]))
      return FALSE;
  return TRUE;
}

static gboolean
add_account (SmdDatabase *self, const SmdAccount *account, GError **error)
{
  int changes = 0;

  return smd_database_run (self, &changes, error,
                           "INSERT OR IGNORE INTO accounts (id, address, signing, encryption, sign_by_default, encrypt_by_default)"
                           " VALUES (?, ?, ?, ?, ?, ?)",
                           "ssssii", account->id, account->address, account->signing, account->encryption,
                           (gint64) !!account->sign_by_default, (gint64) !!account->encrypt_by_default)
         && (changes == 0 || put_aliases (self, account, error));
}

/* One statement for whatever changes: what isn't asked for is set to what it is. */
static gboolean
change_account (SmdDatabase *self, const SmdAccount *account, SmdAccountParts parts, GError **error)
{
  int changes = 0;

  if (!smd_database_run (self, &changes, error,
                         "UPDATE accounts SET signing = iif (?2 & ?6, ?3, signing), encryption = iif (?2 & ?6, ?4, encryption),"
                         " sign_by_default = iif (?2 & ?7, ?5, sign_by_default),"
                         " encrypt_by_default = iif (?2 & ?8, ?9, encrypt_by_default) WHERE id = ?1",
                         "sissiiiii", account->id, (gint64) parts, account->signing, account->encryption,
                         (gint64) !!account->sign_by_default, (gint64) SMD_ACCOUNT_CERTIFICATES, (gint64) SMD_ACCOUNT_SIGN_BY_DEFAULT,
                         (gint64) SMD_ACCOUNT_ENCRYPT_BY_DEFAULT, (gint64) !!account->encrypt_by_default))
    return FALSE;
  if (changes == 0)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NO_SUCH_ACCOUNT, "The account is no longer registered");
      return FALSE;
    }
  return !(parts & SMD_ACCOUNT_ALIASES) || put_aliases (self, account, error);
}

static gboolean
save_work (SmdDatabase *self, gpointer data, GError **error)
{
  const SaveWork *work = data;

  return work->parts == 0 ? add_account (self, work->account, error) : change_account (self, work->account, work->parts, error);
}

static gboolean
save_account (SmdAccountStore *store, const SmdAccount *account, SmdAccountParts parts, GError **error)
{
  SaveWork work = { account, parts };

  return smd_database_write (SMD_DATABASE (store), SMD_COMMIT_DURABLE, save_work, &work, error);
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
