/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-private.h"

/* Signatures whose first verdict is kept: some 10 MB */
#define MOST_VERDICTS 100000

typedef struct
{
  const char *identity; /* (unowned) */
  gint64 at;
  gboolean valid;
  gboolean found;
} VerdictWork;

static gboolean
find_work (SmdDatabase *self, gpointer data, GError **error)
{
  VerdictWork *work = data;
  g_autoptr (SmdStatement) row = smd_database_query (self, error, "SELECT valid FROM verdicts WHERE identity = ?", "s", work->identity);
  int rc = row != NULL ? smd_database_step (self, row, error) : SQLITE_ERROR;

  work->found = rc == SQLITE_ROW;
  work->valid = work->found && sqlite3_column_int (row, 0) != 0;
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

static GBytes *
make_question (const char *identity)
{
  g_autofree char *text = g_strconcat ("verdict ", identity, NULL);
  gsize size = strlen (text);

  return g_bytes_new_take (g_steal_pointer (&text), size);
}

/* A verdict never changes once it is kept. */
static void
remember (SmdMemo *memo, GBytes *question, guint generation, gboolean valid)
{
  g_autoptr (GPtrArray) answer = g_ptr_array_sized_new (1);

  g_ptr_array_add (answer, GINT_TO_POINTER (valid));
  smd_memo_put (memo, question, generation, answer);
}

static gboolean
find (SmdVerdictStore *store, const char *identity, gboolean *valid, GError **error)
{
  SmdMemo *memo = smd_database_get_memo (SMD_DATABASE (store));
  g_autoptr (GBytes) question = make_question (identity);
  VerdictWork work = { .identity = identity };
  guint generation;
  g_autoptr (GPtrArray) known = smd_memo_get (memo, question, &generation);

  if (known != NULL)
    {
      *valid = GPOINTER_TO_INT (known->pdata[0]);
      return TRUE;
    }
  if (!smd_database_read (SMD_DATABASE (store), find_work, &work, error))
    return FALSE;

  if (work.found)
    remember (memo, question, generation, work.valid);
  *valid = work.valid;
  return work.found;
}

/* Numbers grow by one with each verdict: those of the oldest are known without counting. */
static gboolean
keep_work (SmdDatabase *self, gpointer data, GError **error)
{
  const VerdictWork *work = data;

  return smd_database_run (self, NULL, error, "INSERT INTO verdicts (identity, valid, seen_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                           "sii", work->identity, (gint64) work->valid, work->at)
         && smd_database_run (self, NULL, error, "DELETE FROM verdicts WHERE id <= (SELECT max (id) FROM verdicts) - ?", "i",
                              (gint64) MOST_VERDICTS);
}

static gboolean
keep (SmdVerdictStore *store, const char *identity, gboolean valid, gint64 at, GError **error)
{
  VerdictWork work = { .identity = identity, .valid = valid, .at = at };

  return smd_database_write (SMD_DATABASE (store), SMD_COMMIT_RELAXED, keep_work, &work, error);
}

void
smd_database_verdicts_init_interface (SmdVerdictStoreInterface *iface)
{
  iface->find = find;
  iface->keep = keep;
}
