/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-rows.h"

#include "smd-database-private.h"

#define COLUMNS \
  "url, issuer, issuer_der, kind, this_update, next_update, number, entries, fetched_at, tried_at, used_at, etag, modified, detail, outdated"
/* Of two CRLs of the same second the one with the higher number (hexadecimal) comes first: the first one counts. */
#define NEWEST_FIRST "this_update DESC, length (ltrim (number, '0')) DESC, ltrim (number, '0') DESC"
#define OLDER "An older CRL than the one at hand was offered; the newer one stays in use"

/* ---- reading ---- */

static gpointer
read_entry (SmdDatabase *database, SmdStatement *row, GError **error)
{
  SmdRevocationEntry *entry = g_new0 (SmdRevocationEntry, 1);
  SmdSpan name = smd_statement_get_blob (row, 2);

  entry->url = smd_statement_dup_text (row, 0);
  if (g_str_equal (entry->url, SMD_REVOCATION_BORNE))
    entry->url[0] = '\0';
  entry->issuer = smd_statement_dup_text (row, 1);
  if (name.size > 0)
    {
      entry->issuer_bytes = g_bytes_new (name.data, name.size);
      entry->issuer_der = smd_span_bytes (entry->issuer_bytes);
    }
  entry->kind = (SmdRevocationKind) sqlite3_column_int (row, 3);
  entry->this_update = sqlite3_column_int64 (row, 4);
  entry->next_update = sqlite3_column_int64 (row, 5);
  entry->number = smd_statement_dup_text (row, 6);
  entry->entries = (guint64) sqlite3_column_int64 (row, 7);
  entry->fetched_at = sqlite3_column_int64 (row, 8);
  entry->tried_at = sqlite3_column_int64 (row, 9);
  entry->used_at = sqlite3_column_int64 (row, 10);
  entry->etag = smd_statement_dup_text (row, 11);
  entry->modified = sqlite3_column_int64 (row, 12);
  entry->detail = smd_statement_dup_text (row, 13);
  entry->outdated = sqlite3_column_int (row, 14) != 0;
  return entry;
}

/* Takes the first row. *@entry stays as it is if there is none. */
static gboolean
take_entry (SmdDatabase *database, SmdStatement *statement, SmdRevocationEntry **entry, GError **error)
{
  int rc = statement != NULL ? smd_database_step (database, statement, error) : SQLITE_ERROR;

  if (rc == SQLITE_ROW)
    *entry = read_entry (database, statement, error);
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

typedef struct
{
  const char *url;           /* (unowned) */
  SmdRevocationEntry *entry; /* (owned) (nullable) */
} Lookup;

static gboolean
lookup_work (SmdDatabase *database, gpointer data, GError **error)
{
  Lookup *work = data;
  g_autoptr (SmdStatement) statement
      = smd_database_query (database, error,
                            "SELECT " COLUMNS " FROM revocations WHERE url = ? ORDER BY fetched_at DESC, this_update DESC LIMIT 1", "s",
                            work->url);

  return take_entry (database, statement, &work->entry, error);
}

SmdRevocationEntry *
smd_revocation_rows_lookup (SmdDatabase *database, const char *url, GError **error)
{
  Lookup work = { url, NULL };

  return smd_database_read (database, lookup_work, &work, error) ? work.entry : NULL;
}

gboolean
smd_revocation_rows_list (SmdDatabase *database, GPtrArray *entries, GError **error)
{
  return smd_database_list (database, entries, read_entry,
                            "SELECT " COLUMNS " FROM revocations WHERE url <> '" SMD_REVOCATION_EARLIER "' ORDER BY url, issuer, id", NULL, error);
}

/* ---- files ---- */

static gboolean
collect_files (SmdDatabase *database, SmdStatement *statement, GPtrArray *files, GError **error)
{
  int rc;

  if (statement == NULL)
    return FALSE;

  while ((rc = smd_database_step (database, statement, error)) == SQLITE_ROW)
    {
      const char *file = (const char *) sqlite3_column_text (statement, 0);

      if (!g_ptr_array_find_with_equal_func (files, file, g_str_equal, NULL))
        g_ptr_array_add (files, g_strdup (file));
    }
  return rc == SQLITE_DONE;
}

typedef struct
{
  guint32 issuer_hash;
  const char *const *urls; /* (unowned) (nullable) */
  gboolean borne;
  GPtrArray *files;        /* (unowned) */
} FindFiles;

static gboolean
find_of_url (SmdDatabase *database, const char *url, GPtrArray *files, GError **error)
{
  g_autoptr (SmdStatement) statement = smd_database_query (
      database, error, "SELECT file FROM revocations WHERE url = ? AND file IS NOT NULL ORDER BY " NEWEST_FIRST, "s", url);

  return collect_files (database, statement, files, error);
}

static gboolean
find_files_work (SmdDatabase *database, gpointer data, GError **error)
{
  const FindFiles *work = data;
  g_autoptr (SmdStatement) statement = smd_database_query (
      database, error,
      "SELECT file FROM revocations WHERE issuer_hash = ? AND file IS NOT NULL AND (url <> '" SMD_REVOCATION_BORNE "' OR ?)"
      " ORDER BY " NEWEST_FIRST, "ii", (gint64) work->issuer_hash, (gint64) work->borne);

  if (!collect_files (database, statement, work->files, error))
    return FALSE;
  for (guint i = 0; work->urls != NULL && work->urls[i] != NULL; i++)
    if (!find_of_url (database, work->urls[i], work->files, error))
      return FALSE;
  return TRUE;
}

gboolean
smd_revocation_rows_find_files (SmdDatabase *database, guint32 issuer_hash, const char *const *urls, gboolean borne, GPtrArray *files,
                                GError **error)
{
  FindFiles work = { issuer_hash, urls, borne, files };

  return smd_database_read (database, find_files_work, &work, error);
}

static gboolean
list_files_work (SmdDatabase *database, gpointer files, GError **error)
{
  g_autoptr (SmdStatement) statement
      = smd_database_query (database, error, "SELECT file FROM revocations WHERE file IS NOT NULL", "");

  return collect_files (database, statement, files, error);
}

gboolean
smd_revocation_rows_list_files (SmdDatabase *database, GPtrArray *files, GError **error)
{
  return smd_database_read (database, list_files_work, files, error);
}

static gboolean
drop_file_work (SmdDatabase *database, gpointer file, GError **error)
{
  return smd_database_run (database, NULL, error,
                           "UPDATE revocations SET file = NULL, etag = NULL, modified = 0, this_update = 0, next_update = 0, number = '',"
                           " entries = 0, fetched_at = 0, tried_at = 0 WHERE file = ?",
                           "s", (const char *) file);
}

gboolean
smd_revocation_rows_drop_file (SmdDatabase *database, const char *file, GError **error)
{
  return smd_database_write (database, SMD_COMMIT_RELAXED, drop_file_work, (gpointer) file, error);
}

gboolean
smd_revocation_rows_clear (SmdDatabase *database, GError **error)
{
  return smd_database_execute (database, SMD_COMMIT_DURABLE, "DELETE FROM revocations", error);
}

static gboolean
prune_work (SmdDatabase *database, gpointer before, GError **error)
{
  return smd_database_run (database, NULL, error, "DELETE FROM revocations WHERE max (next_update, fetched_at, tried_at, used_at) < ?",
                           "i", *(const gint64 *) before);
}

gboolean
smd_revocation_rows_prune (SmdDatabase *database, gint64 before, GError **error)
{
  return smd_database_write (database, SMD_COMMIT_RELAXED, prune_work, &before, error);
}

/* ---- what was fetched ---- */

typedef struct
{
  const SmdRevocationEntry *entry; /* (unowned) */
  const char *scope;               /* (unowned) */
  const char *base;                /* (unowned) (nullable) */
  guint32 issuer_hash;
  const char *file;                /* (unowned) */
  gint64 id;                       /* of the row that is there already, 0 = none */
  SmdRevocationEntry *known;       /* (owned) (nullable) */
  char *known_file;                /* (owned) (nullable) */
  gboolean older;
} Put;

static void
put_clear (Put *self)
{
  g_clear_pointer (&self->known, smd_revocation_entry_free);
  g_free (self->known_file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Put, put_clear)

/* A source that had given nothing yet has a row without a scope, which the first CRL fills. */
static gboolean
find_row (SmdDatabase *database, Put *work, GError **error)
{
  g_autoptr (SmdStatement) statement
      = smd_database_query (database, error,
                            "SELECT " COLUMNS ", id, file FROM revocations WHERE url = ?1 AND (scope = ?2 OR (scope = '' AND url <> ''))"
                            " ORDER BY scope DESC LIMIT 1",
                            "ss", work->entry->url, work->scope);

  if (!take_entry (database, statement, &work->known, error))
    return FALSE;
  if (work->known == NULL)
    return TRUE;

  work->id = sqlite3_column_int64 (statement, 15);
  work->known_file = smd_statement_dup_text (statement, 16);
  return TRUE;
}

static gboolean
is_older (const SmdRevocationEntry *entry, const SmdRevocationEntry *known)
{
  if (entry->this_update != known->this_update)
    return entry->this_update < known->this_update;
  return smd_crl_number_compare (entry->number, known->number) < 0;
}

static gboolean
insert_row (SmdDatabase *database, const Put *work, GError **error)
{
  return work->id != 0
         || smd_database_run (database, NULL, error, "INSERT INTO revocations (url, scope, kind) VALUES (?, ?, ?)", "ssi",
                              work->entry->url, work->scope, (gint64) work->entry->kind);
}

/* Also the other scopes' rows of this source: it has answered. */
static gboolean
update_row (SmdDatabase *database, const Put *work, GError **error)
{
  const SmdRevocationEntry *entry = work->entry;

  return smd_database_run (database, NULL, error,
                           "UPDATE revocations SET scope = ?2, kind = ?4, issuer = ?5, issuer_der = ?6, issuer_hash = ?7,"
                           " this_update = ?8, next_update = ?9, number = ?10, entries = ?11, fetched_at = ?12, tried_at = ?12,"
                           " used_at = max (used_at, ?13), etag = ?14, modified = ?15, detail = '', outdated = 0, file = ?16"
                           " WHERE url = ?1 AND (scope = ?2 OR id = ?3)",
                           "ssiisbiiisiiisis", entry->url, work->scope, work->id, (gint64) entry->kind, entry->issuer, entry->issuer_der,
                           (gint64) work->issuer_hash, entry->this_update, entry->next_update, entry->number, (gint64) entry->entries,
                           entry->fetched_at, entry->used_at, entry->etag, entry->modified, work->file);
}

/* Whoever has made a delta CRL on a complete one has made that one, too. */
static gboolean
note_outdated (SmdDatabase *database, const Put *work, GError **error)
{
  return work->base == NULL
         || smd_database_run (database, NULL, error,
                              "UPDATE revocations SET outdated = 1 WHERE scope || '" SMD_CRL_DELTA_SCOPE "' = ?1 AND file IS NOT NULL"
                              " AND (length (ltrim (number, '0')), ltrim (number, '0')) < (length (ltrim (?2, '0')), ltrim (?2, '0'))",
                              "ss", work->scope, work->base);
}

static gboolean
note_older (SmdDatabase *database, const Put *work, GError **error)
{
  return smd_database_run (database, NULL, error, "UPDATE revocations SET tried_at = ?, detail = ? WHERE id = ?", "isi",
                           work->entry->tried_at, OLDER, work->id);
}

static gboolean
put_work (SmdDatabase *database, gpointer data, GError **error)
{
  Put *work = data;

  if (!find_row (database, work, error))
    return FALSE;

  work->older = work->known_file != NULL && is_older (work->entry, work->known);
  return work->older ? note_older (database, work, error)
                     : insert_row (database, work, error) && update_row (database, work, error)
                           && note_outdated (database, work, error);
}

static gboolean
read_scope_work (SmdDatabase *database, gpointer data, GError **error)
{
  Put *work = data;
  g_autoptr (SmdStatement) statement = smd_database_query (
      database, error, "SELECT " COLUMNS " FROM revocations WHERE url = ? AND scope = ?", "ss", work->entry->url, work->scope);

  g_clear_pointer (&work->known, smd_revocation_entry_free);
  return take_entry (database, statement, &work->known, error);
}

static gboolean
put_and_read_work (SmdDatabase *database, gpointer data, GError **error)
{
  return put_work (database, data, error) && read_scope_work (database, data, error);
}

SmdRevocationEntry *
smd_revocation_rows_put (SmdDatabase *database, const SmdRevocationEntry *entry, const char *scope, const char *base,
                         guint32 issuer_hash, const char *file, char **useless, GError **error)
{
  g_auto (Put) work = { .entry = entry, .scope = scope, .base = base, .issuer_hash = issuer_hash, .file = file };

  *useless = NULL;
  if (!smd_database_write (database, SMD_COMMIT_DURABLE, put_and_read_work, &work, error))
    return NULL;

  *useless = work.older ? g_strdup (file) : g_steal_pointer (&work.known_file);
  return g_steal_pointer (&work.known);
}

/* ---- what happened ---- */

typedef struct
{
  const char *url;         /* (unowned) */
  SmdRevocationKind kind;
  const char *detail;      /* (unowned) */
  const char *const *urls; /* (unowned) */
  gint64 now;
} Note;

static gboolean
note_failure_work (SmdDatabase *database, gpointer data, GError **error)
{
  const Note *note = data;
  int changes = 0;

  if (!smd_database_run (database, &changes, error, "UPDATE revocations SET tried_at = ?, detail = ? WHERE url = ?", "iss", note->now,
                         note->detail, note->url))
    return FALSE;
  return changes > 0
         || smd_database_run (database, NULL, error,
                              "INSERT INTO revocations (url, scope, kind, tried_at, detail) VALUES (?, '', ?, ?, ?)", "siis", note->url,
                              (gint64) note->kind, note->now, note->detail);
}

gboolean
smd_revocation_rows_note_failure (SmdDatabase *database, const char *url, SmdRevocationKind kind, const char *detail, gint64 now,
                                  GError **error)
{
  Note note = { .url = url, .kind = kind, .detail = detail[0] != '\0' ? detail : "It could not be had", .now = now };

  return smd_database_write (database, SMD_COMMIT_RELAXED, note_failure_work, &note, error);
}

static gboolean
note_success_work (SmdDatabase *database, gpointer data, GError **error)
{
  const Note *note = data;

  return smd_database_run (database, NULL, error,
                           "UPDATE revocations SET fetched_at = ?1, tried_at = ?1, detail = '' WHERE url = ?2 AND file IS NOT NULL", "is",
                           note->now, note->url);
}

gboolean
smd_revocation_rows_note_success (SmdDatabase *database, const char *url, gint64 now, GError **error)
{
  Note note = { .url = url, .now = now };

  return smd_database_write (database, SMD_COMMIT_RELAXED, note_success_work, &note, error);
}

static gboolean
touch_one (SmdDatabase *database, const char *url, gint64 now, GError **error)
{
  int changes = 0;

  return smd_database_run (database, &changes, error, "UPDATE revocations SET used_at = max (used_at, ?) WHERE url = ?", "is", now, url)
         && (changes > 0
             || smd_database_run (database, NULL, error, "INSERT INTO revocations (url, scope, kind, used_at) VALUES (?, '', ?, ?)",
                                  "sii", url, (gint64) SMD_REVOCATION_CRL, now));
}

static gboolean
touch_work (SmdDatabase *database, gpointer data, GError **error)
{
  const Note *note = data;

  for (guint i = 0; note->urls[i] != NULL; i++)
    if (!touch_one (database, note->urls[i], note->now, error))
      return FALSE;
  return TRUE;
}

gboolean
smd_revocation_rows_touch (SmdDatabase *database, const char *const *urls, gint64 now, GError **error)
{
  Note note = { .urls = urls, .now = now };

  return smd_database_write (database, SMD_COMMIT_RELAXED, touch_work, &note, error);
}
