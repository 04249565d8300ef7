/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-private.h"

void
smd_statement_release (SmdStatement *self)
{
  (void) sqlite3_reset (self);
  (void) sqlite3_clear_bindings (self);
}

SmdSpan
smd_statement_get_blob (SmdStatement *self, int column)
{
  const void *data = sqlite3_column_blob (self, column);

  return smd_span (data, (gsize) sqlite3_column_bytes (self, column));
}

char *
smd_statement_dup_text (SmdStatement *self, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (self, column));
}

static SmdStatement *
prepare (SmdDatabase *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (smd_database_get_statements (self), sql);
  int rc;

  if (statement != NULL)
    return statement;

  rc = sqlite3_prepare_v3 (smd_database_get_connection (self), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (rc != SQLITE_OK)
    {
      g_propagate_error (error, smd_database_error_new (self, rc));
      return NULL;
    }

  g_hash_table_insert (smd_database_get_statements (self), g_strdup (sql), statement);
  return statement;
}

static int
bind_blob (SmdStatement *statement, int i, SmdSpan span)
{
  return span.size > 0 ? sqlite3_bind_blob64 (statement, i, span.data, span.size, SQLITE_TRANSIENT) : sqlite3_bind_null (statement, i);
}

static SmdStatement *
query_valist (SmdDatabase *self, const char *sql, const char *kinds, va_list arguments, GError **error)
{
  g_autoptr (SmdStatement) statement = prepare (self, sql, error);
  int rc = SQLITE_OK;

  for (int i = 0; statement != NULL && rc == SQLITE_OK && kinds[i] != '\0'; i++)
    {
      if (kinds[i] == 's')
        rc = sqlite3_bind_text (statement, i + 1, va_arg (arguments, const char *), -1, SQLITE_TRANSIENT);
      else if (kinds[i] == 'S')
        rc = sqlite3_bind_text (statement, i + 1, va_arg (arguments, const char *), -1, SQLITE_STATIC);
      else if (kinds[i] == 'i')
        rc = sqlite3_bind_int64 (statement, i + 1, va_arg (arguments, gint64));
      else
        rc = bind_blob (statement, i + 1, va_arg (arguments, SmdSpan));
    }

  if (rc == SQLITE_OK)
    return g_steal_pointer (&statement);

  g_propagate_error (error, smd_database_error_new (self, rc));
  return NULL;
}

SmdStatement *
smd_database_query (SmdDatabase *self, GError **error, const char *sql, const char *kinds, ...)
{
  va_list arguments;
  SmdStatement *statement;

  va_start (arguments, kinds);
  statement = query_valist (self, sql, kinds, arguments, error);
  va_end (arguments);
  return statement;
}

int
smd_database_step (SmdDatabase *self, SmdStatement *statement, GError **error)
{
  int rc = sqlite3_step (statement);

  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    g_propagate_error (error, smd_database_error_new (self, rc));
  return rc;
}

gboolean
smd_database_collect (SmdDatabase *self, SmdStatement *statement, SmdDatabaseRead read, GPtrArray *list, GError **error)
{
  int rc = SQLITE_ERROR;

  while (statement != NULL && (rc = smd_database_step (self, statement, error)) == SQLITE_ROW)
    {
      gpointer one = read (self, statement, error);

      if (one == NULL)
        return FALSE;
      g_ptr_array_add (list, one);
    }
  return rc == SQLITE_DONE;
}

/* Returns: SQLITE_ROW or SQLITE_DONE; anything else with @error. @statement (transfer full) is at the first row. */
static int
first_step (SmdDatabase *self, SmdStatement **statement, const char *sql, const char *kinds, va_list arguments, GError **error)
{
  *statement = query_valist (self, sql, kinds, arguments, error);
  return *statement != NULL ? smd_database_step (self, *statement, error) : SQLITE_ERROR;
}

gboolean
smd_database_run (SmdDatabase *self, int *changes, GError **error, const char *sql, const char *kinds, ...)
{
  g_autoptr (SmdStatement) statement = NULL;
  va_list arguments;
  int rc;

  va_start (arguments, kinds);
  rc = first_step (self, &statement, sql, kinds, arguments, error);
  va_end (arguments);
  if (changes != NULL)
    *changes = sqlite3_changes (smd_database_get_connection (self));
  return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

gboolean
smd_database_get_number (SmdDatabase *self, gint64 *number, GError **error, const char *sql, const char *kinds, ...)
{
  g_autoptr (SmdStatement) statement = NULL;
  va_list arguments;
  int rc;

  va_start (arguments, kinds);
  rc = first_step (self, &statement, sql, kinds, arguments, error);
  va_end (arguments);
  *number = rc == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

typedef struct
{
  const char *sql;      /* (unowned) */
  const char *argument; /* (unowned) (nullable) */
  SmdDatabaseRead read;
  GPtrArray *list;      /* (unowned) */
} ListWork;

static gboolean
list_work (SmdDatabase *self, gpointer data, GError **error)
{
  const ListWork *work = data;
  g_autoptr (SmdStatement) statement = smd_database_query (self, error, work->sql, work->argument != NULL ? "s" : "", work->argument);

  return smd_database_collect (self, statement, work->read, work->list, error);
}

gboolean
smd_database_list (SmdDatabase *self, GPtrArray *list, SmdDatabaseRead read, const char *sql, const char *argument, GError **error)
{
  ListWork work = { sql, argument, read, list };

  return smd_database_read (self, list_work, &work, error);
}

static gboolean
execute_work (SmdDatabase *self, gpointer sql, GError **error)
{
  return smd_database_run (self, NULL, error, sql, "");
}

gboolean
smd_database_execute (SmdDatabase *self, SmdCommit commit, const char *sql, GError **error)
{
  return smd_database_write (self, commit, execute_work, (gpointer) sql, error);
}
