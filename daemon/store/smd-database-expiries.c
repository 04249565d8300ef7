/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-private.h"
#include "smd-expiry.h"

/*
 * ?1 role, ?2 after, ?3 until, ?4 limit. The role's index leads to the window; successors are found by address or subject. Both usages are
 * bits of `usages`; the roles and the origin are those of smd-cert-record.h, 2 is distrust.
 */
#define SUCCEEDS " s.role = c.role AND s.not_after > c.not_after AND s.not_before <= c.not_after" \
                 " AND NOT EXISTS (SELECT 1 FROM trust d WHERE d.fingerprint = s.fingerprint AND d.trust = 2)"

static const char list_sql[] =
    "SELECT c.fingerprint, (SELECT min (address) FROM addresses WHERE certificate = c.id), c.not_after, e.told, e.shown"
    " FROM certificates c LEFT JOIN expiries e ON e.fingerprint = c.fingerprint"
    " WHERE c.role = ?1 AND c.not_after > ?2 AND c.not_after <= ?3"
    " AND NOT EXISTS (SELECT 1 FROM trust t WHERE t.fingerprint = c.fingerprint AND t.trust = 2)"
    " AND (c.role <> 1 OR c.origin <> 3)"
    " AND (c.role <> 0 OR EXISTS (SELECT 1 FROM certificates x WHERE x.issuer = c.subject AND x.role IN (1, 3)))"
    " AND CASE WHEN c.role IN (1, 3) AND c.usages <> 0 AND EXISTS (SELECT 1 FROM addresses WHERE certificate = c.id) THEN"
    "  EXISTS (SELECT 1 FROM addresses a, (SELECT 1 AS bit UNION ALL SELECT 2) u WHERE a.certificate = c.id AND c.usages & u.bit"
    "   AND NOT EXISTS (SELECT 1 FROM addresses b CROSS JOIN certificates s ON s.id = b.certificate WHERE b.address = a.address"
    "    AND s.usages & u.bit AND" SUCCEEDS "))"
    " ELSE NOT EXISTS (SELECT 1 FROM certificates s WHERE s.subject = c.subject AND s.usages & c.usages = c.usages AND" SUCCEEDS ")"
    " END ORDER BY c.not_after LIMIT ?4";

G_STATIC_ASSERT (SMD_ROLE_INTERMEDIATE == 0 && SMD_ROLE_CORRESPONDENT == 1 && SMD_ROLE_OWN == 3 && SMD_ORIGIN_DIRECTORY == 3 &&
                 SMD_TRUST_DISTRUSTED == 2 && SMD_USAGE_SIGN == 1 && SMD_USAGE_ENCRYPT == 2);

const char *
smd_database_expiries_get_query (void)
{
  return list_sql;
}

typedef struct
{
  SmdRole role;
  gint64 from;
  gint64 until;
  GPtrArray *rows; /* (unowned) */
} ListWork;

static int
read_days (SmdStatement *statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL ? SMD_EXPIRY_UNTOLD : sqlite3_column_int (statement, column);
}

static gboolean
list_window (SmdDatabase *self, const ListWork *work, gint64 from, gint64 until, gint64 limit, GError **error)
{
  g_autoptr (SmdStatement) statement
      = smd_database_query (self, error, list_sql, "iiii", (gint64) work->role, from, until, limit);
  int rc = SQLITE_DONE;

  if (statement == NULL)
    return FALSE;

  while ((rc = smd_database_step (self, statement, error)) == SQLITE_ROW)
    {
      g_autofree char *fingerprint = smd_statement_dup_text (statement, 0);
      g_autofree char *address = smd_statement_dup_text (statement, 1);
      SmdExpiryRow *row = smd_expiry_row_new (fingerprint, address, work->role, sqlite3_column_int64 (statement, 2));

      row->told = read_days (statement, 3);
      row->shown = read_days (statement, 4);
      g_ptr_array_add (work->rows, row);
    }
  return rc == SQLITE_DONE;
}

static gboolean
list_work (SmdDatabase *self, gpointer data, GError **error)
{
  const ListWork *work = data;

  return list_window (self, work, work->from, work->until, -1, error) && list_window (self, work, work->until, G_MAXINT64, 1, error);
}

static GPtrArray *
list_expiries (SmdExpiryStore *store, SmdRole role, gint64 from, gint64 until, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_expiry_row_free);
  ListWork work = { role, from, until, rows };

  return smd_database_read (SMD_DATABASE (store), list_work, &work, error) ? g_steal_pointer (&rows) : NULL;
}

static gboolean
note_work (SmdDatabase *self, gpointer data, GError **error)
{
  GPtrArray *rows = data;

  for (guint i = 0; i < rows->len; i++)
    {
      const SmdExpiryRow *row = rows->pdata[i];

      if (!smd_database_run (self, NULL, error,
                             "INSERT INTO expiries (fingerprint, told, shown) VALUES (?, ?, ?) ON CONFLICT (fingerprint) DO UPDATE"
                             " SET told = min (told, excluded.told), shown = min (shown, excluded.shown)",
                             "sii", row->fingerprint, (gint64) row->told, (gint64) row->shown))
        return FALSE;
    }
  return TRUE;
}

static gboolean
note_expiries (SmdExpiryStore *store, GPtrArray *rows, GError **error)
{
  return rows->len == 0 || smd_database_write (SMD_DATABASE (store), SMD_COMMIT_DURABLE, note_work, rows, error);
}

void
smd_database_expiries_init_interface (SmdExpiryStoreInterface *iface)
{
  iface->list = list_expiries;
  iface->note = note_expiries;
}
