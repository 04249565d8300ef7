/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-reading.h"

#define MOST_FOUND 4096   /* the senders of a large folder, 250 bytes each */
#define LONGEST_FOUND 64  /* Longer lists are rare, and would keep much memory. */
#define INDEX_BLOCK 32768 /* "WAL-mode File Format", section 2: its first header, of 48 octets, changes with each commit */

static gboolean
is_open (SmdDatabase *database)
{
  return !sqlite3_get_autocommit (smd_database_get_connection (database));
}

/* There is none without a log: then an open transaction would keep others from writing. */
static gboolean
has_log (SmdDatabase *database)
{
  g_autoptr (SmdStatement) statement = smd_database_query (database, NULL, "PRAGMA journal_mode", "");

  return statement != NULL && smd_database_step (database, statement, NULL) == SQLITE_ROW
         && g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "wal") == 0;
}

static const void *
find_index (SmdDatabase *database)
{
  sqlite3_file *file = NULL;
  void volatile *index = NULL;

  if (!has_log (database)
      || sqlite3_file_control (smd_database_get_connection (database), "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK
      || file->pMethods == NULL || file->pMethods->iVersion < 2
      || file->pMethods->xShmMap (file, 0, INDEX_BLOCK, FALSE, &index) != SQLITE_OK)
    return NULL;

  return (const void *) index;
}

void
smd_reading_end (SmdReading *self, SmdDatabase *database)
{
  g_clear_pointer (&self->found, g_hash_table_unref);
  /* Nothing was written, so that nothing can go wrong. */
  if (is_open (database) && !smd_database_run (database, NULL, NULL, "ROLLBACK", ""))
    g_debug ("A read transaction can't be ended");
}

void
smd_reading_clear (SmdReading *self)
{
  g_clear_pointer (&self->found, g_hash_table_unref);
  *self = (SmdReading){ 0 };
}

void
smd_reading_refresh (SmdReading *self, SmdDatabase *database)
{
  if (!is_open (database) || memcmp (self->seen, self->index, sizeof self->seen) == 0)
    return;

  self->is_crowded = TRUE;
  smd_reading_end (self, database);
}

void
smd_reading_begin (SmdReading *self, SmdDatabase *database)
{
  self->is_used = TRUE;
  smd_reading_refresh (self, database);
  if (is_open (database) || self->is_crowded)
    return;

  if (self->index == NULL)
    self->index = find_index (database);
  if (self->index == NULL)
    return;

  /* Seen first: a commit that comes between is taken for a newer one. */
  memcpy (self->seen, self->index, sizeof self->seen);
  if (!smd_database_run (database, NULL, NULL, "BEGIN", ""))
    g_debug ("No read transaction can be begun");
}

gboolean
smd_reading_rest (SmdReading *self, SmdDatabase *database)
{
  gboolean was_used = self->is_used;

  self->is_used = self->is_crowded = FALSE;
  if (!was_used)
    smd_reading_end (self, database);
  return was_used;
}

GPtrArray *
smd_reading_recall (SmdReading *self, const char *question)
{
  GPtrArray *answer = self->found != NULL ? g_hash_table_lookup (self->found, question) : NULL;

  return answer != NULL ? g_ptr_array_ref (answer) : NULL;
}

void
smd_reading_keep (SmdReading *self, SmdDatabase *database, const char *question, GPtrArray *answer)
{
  if (!is_open (database) || answer->len > LONGEST_FOUND)
    return;

  if (self->found == NULL)
    self->found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  if (g_hash_table_size (self->found) >= MOST_FOUND)
    g_hash_table_remove_all (self->found);
  g_hash_table_insert (self->found, g_strdup (question), g_ptr_array_ref (answer));
}
