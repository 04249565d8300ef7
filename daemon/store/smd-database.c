/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database.h"

#include <errno.h>

#include "smd-database-file.h"
#include "smd-database-private.h"
#include "smd-database-schema.h"
#include "smd-reading.h"
#include "smd-side-reader.h"
#include "smimed-error.h"

#define BUSY_TIMEOUT 5000 /* milliseconds to wait for another process that writes */
#define MOST_ANSWERS 512
#define REST 1            /* seconds between two looks at whether anybody still reads */

struct _SmdDatabase
{
  GObject parent_instance;
  SmdCrypto *crypto;      /* (owned) */
  char *path;             /* (owned) */
  SmdMemo *memo;          /* (owned) */
  SmdSideReader *side;    /* (owned) (nullable) whoever only reads needn't wait for the disk with who writes; %NULL in a side reader's own */
  GMutex mutex;           /* guards all below */
  sqlite3 *connection;    /* (owned) (nullable) closed while it can't be opened */
  GHashTable *statements; /* (owned) SQL -> sqlite3_stmt */
  SmdReading reading;
  GSource *rest;          /* (owned) (nullable) while there may be something to give up */
  gboolean has_log;       /* write-ahead; there are file systems that it can't be had on */
  gint damaged;           /* (atomic) found while running: moved aside before the next use */
};

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdDatabase, smd_database, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_CERT_STORE, smd_database_certs_init_interface)
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_ACCOUNT_STORE, smd_database_accounts_init_interface)
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_VERDICT_STORE, smd_database_verdicts_init_interface)
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_REQUEST_STORE, smd_database_requests_init_interface)
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_DELIVERY_STORE, smd_database_deliveries_init_interface)
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_EXPIRY_STORE, smd_database_expiries_init_interface))

static void
close_connection (SmdDatabase *self)
{
  if (self->side != NULL)
    smd_side_reader_stop (self->side);
  smd_memo_clear (self->memo);
  smd_reading_clear (&self->reading);
  g_hash_table_remove_all (self->statements);
  /* Fails only with statements open, and there are none. */
  (void) sqlite3_close (self->connection);
  self->connection = NULL;
}

static void
stop_resting (SmdDatabase *self)
{
  if (self->rest != NULL)
    g_source_destroy (self->rest);
  g_clear_pointer (&self->rest, g_source_unref);
}

static void
smd_database_finalize (GObject *object)
{
  SmdDatabase *self = SMD_DATABASE (object);

  stop_resting (self);
  close_connection (self);
  g_clear_pointer (&self->side, smd_side_reader_free);
  smd_memo_free (self->memo);
  g_hash_table_unref (self->statements);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  smd_crypto_unref (self->crypto);
  G_OBJECT_CLASS (smd_database_parent_class)->finalize (object);
}

static void
smd_database_class_init (SmdDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_database_finalize;
}

static void
finalize_statement (gpointer statement)
{
  (void) sqlite3_finalize (statement);
}

static void
smd_database_init (SmdDatabase *self)
{
  g_mutex_init (&self->mutex);
  self->memo = smd_memo_new (MOST_ANSWERS);
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
}

SmdMemo *
smd_database_get_memo (SmdDatabase *self)
{
  return self->memo;
}

SmdCrypto *
smd_database_get_crypto (SmdDatabase *self)
{
  return self->crypto;
}

SmdReading *
smd_database_get_reading (SmdDatabase *self)
{
  return &self->reading;
}

sqlite3 *
smd_database_get_connection (SmdDatabase *self)
{
  return self->connection;
}

GHashTable *
smd_database_get_statements (SmdDatabase *self)
{
  return self->statements;
}

/* ---- errors ---- */

static gboolean
is_damage (int rc)
{
  return (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB;
}

static gboolean
is_disk_full (SmdDatabase *self, int rc)
{
  int system = self->connection ? sqlite3_system_errno (self->connection) : 0;

  return (rc & 0xff) == SQLITE_FULL || ((rc & 0xff) == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT));
}

GError *
smd_database_error_new (SmdDatabase *self, int rc)
{
  const char *text = self->connection ? sqlite3_errmsg (self->connection) : sqlite3_errstr (rc);

  if (is_damage (rc))
    {
      g_atomic_int_set (&self->damaged, TRUE);
      return g_error_new (SMIMED_ERROR, SMIMED_ERROR_FAILED,
                          "The certificate database %s is damaged (%s); it is set aside and made anew by the next call: try again",
                          self->path, text);
    }
  if (is_disk_full (self, rc))
    return g_error_new (SMIMED_ERROR, SMIMED_ERROR_FAILED,
                        "No room is left for the certificate database %s; nothing was stored: free some disk space and try again",
                        self->path);
  if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
    return g_error_new (SMIMED_ERROR, SMIMED_ERROR_FAILED,
                        "Another program holds the certificate database %s; nothing was stored: close it and try again", self->path);
  if (rc == SQLITE_MISMATCH)
    return g_error_new (SMIMED_ERROR, SMIMED_ERROR_FAILED,
                        "The certificate database %s was written by a newer smimed and is left alone: install that version, or move the"
                        " file away", self->path);
  return g_error_new (SMIMED_ERROR, SMIMED_ERROR_FAILED, "The certificate database %s can't be used: %s: check the file and its folder",
                      self->path, text);
}

/* ---- opening ---- */

static int
open_file (SmdDatabase *self)
{
  int rc = sqlite3_open_v2 (self->path, &self->connection,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);

  if (rc != SQLITE_OK)
    return rc;

  (void) sqlite3_busy_timeout (self->connection, BUSY_TIMEOUT);
  (void) sqlite3_db_config (self->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  (void) sqlite3_db_config (self->connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  return sqlite3_exec (self->connection, "PRAGMA cell_size_check=ON", NULL, NULL, NULL);
}

static int
note_journal (void *data, int columns, char **values, char **names)
{
  SmdDatabase *self = data;

  self->has_log = columns == 1 && g_strcmp0 (values[0], "wal") == 0;
  return 0;
}

/* With a log, whoever wants it on the disk brings it there after the commit. */
static int
set_journal (SmdDatabase *self)
{
  int rc = sqlite3_exec (self->connection, "PRAGMA journal_mode=WAL", note_journal, self, NULL);

  if (rc != SQLITE_OK)
    return rc;
  return sqlite3_exec (self->connection, self->has_log ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL", NULL, NULL, NULL);
}

static int
prepare_connection (SmdDatabase *self)
{
  guint count;
  const char *const *steps = smd_database_schema_get_steps (&count);
  int rc = open_file (self);

  if (rc == SQLITE_OK)
    rc = set_journal (self);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec (self->connection, "PRAGMA foreign_keys=ON; PRAGMA journal_size_limit=4194304", NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = smd_database_schema_upgrade (self->connection, steps, count);
  /* Reads the schema: finds damage there now rather than in the middle of a call. */
  if (rc == SQLITE_OK)
    rc = sqlite3_exec (self->connection, "SELECT value FROM meta LIMIT 1", NULL, NULL, NULL);
  return rc;
}

static int
open_once (SmdDatabase *self, GError **error)
{
  int rc;

  if (!smd_database_file_make (self->path, error))
    return SQLITE_CANTOPEN;

  rc = prepare_connection (self);
  if (rc == SQLITE_OK || is_damage (rc))
    return rc;

  g_propagate_error (error, smd_database_error_new (self, rc));
  close_connection (self);
  return rc;
}

static gboolean
open_connection (SmdDatabase *self, GError **error)
{
  int rc = open_once (self, error);

  if (is_damage (rc))
    {
      close_connection (self);
      smd_database_file_set_aside (self->path);
      rc = open_once (self, error);
      if (is_damage (rc))
        {
          g_propagate_error (error, smd_database_error_new (self, rc));
          close_connection (self);
        }
    }

  if (rc == SQLITE_OK && self->has_log)
    smd_side_reader_start (self->side);
  return rc == SQLITE_OK;
}

SmdDatabase *
smd_database_new (SmdCrypto *crypto, const char *path, GError **error)
{
  g_autoptr (SmdDatabase) self = g_object_new (SMD_TYPE_DATABASE, NULL);

  self->crypto = smd_crypto_ref (crypto);
  self->path = g_strdup (path);
  self->side = smd_side_reader_new (self);
  return open_connection (self, error) ? g_steal_pointer (&self) : NULL;
}

/* ---- use ---- */

/* Called with the mutex held. */
static gboolean
make_ready (SmdDatabase *self, GError **error)
{
  if (g_atomic_int_compare_and_exchange (&self->damaged, TRUE, FALSE))
    {
      close_connection (self);
      smd_database_file_set_aside (self->path);
    }
  return self->connection != NULL || open_connection (self, error);
}

/* With the mutex held, which is released. */
static gboolean
read_locked (SmdDatabase *self, SmdDatabaseWork work, gpointer data, GError **error)
{
  gboolean done = make_ready (self, error);

  if (done)
    {
      smd_reading_refresh (&self->reading, self);
      done = work (self, data, error);
    }
  g_mutex_unlock (&self->mutex);
  return done;
}

gboolean
smd_database_read (SmdDatabase *self, SmdDatabaseWork work, gpointer data, GError **error)
{
  gboolean done;

  if (g_mutex_trylock (&self->mutex))
    return read_locked (self, work, data, error);
  if (smd_side_reader_read (self->side, work, data, &done, error))
    return done;

  g_mutex_lock (&self->mutex);
  return read_locked (self, work, data, error);
}

SmdDatabase *
smd_database_new_beside (SmdDatabase *whole)
{
  SmdDatabase *self = g_object_new (SMD_TYPE_DATABASE, NULL);

  self->crypto = smd_crypto_ref (whole->crypto);
  self->path = g_strdup (whole->path);
  return self;
}

gboolean
smd_database_open_beside (SmdDatabase *self)
{
  int rc = self->connection == NULL ? open_file (self) : SQLITE_OK;

  if (rc == SQLITE_OK)
    return TRUE;

  close_connection (self);
  return FALSE;
}

void
smd_database_close_beside (SmdDatabase *self)
{
  close_connection (self);
}

void
smd_database_tell_damage (SmdDatabase *self, SmdDatabase *whole)
{
  if (!g_atomic_int_compare_and_exchange (&self->damaged, TRUE, FALSE))
    return;

  close_connection (self);
  g_atomic_int_set (&whole->damaged, TRUE);
}

/* Main thread, which never waits: who holds the lock will have to do with the reading, too. */
static gboolean
on_rest (gpointer weak)
{
  g_autoptr (SmdDatabase) self = g_weak_ref_get (weak);
  gboolean stays;

  if (self == NULL || !g_mutex_trylock (&self->mutex))
    return self != NULL;

  stays = self->connection != NULL && smd_reading_rest (&self->reading, self);
  if (!stays)
    stop_resting (self);
  g_mutex_unlock (&self->mutex);
  return stays;
}

static void
weak_free (gpointer weak)
{
  g_weak_ref_clear (weak);
  g_free (weak);
}

/* One timer for however many look-ups */
static void
rest_later (SmdDatabase *self)
{
  GWeakRef *weak;

  if (self->rest != NULL)
    return;

  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  self->rest = g_timeout_source_new_seconds (REST);
  g_source_set_callback (self->rest, on_rest, weak, weak_free);
  g_source_attach (self->rest, NULL);
}

static gboolean
read_on (SmdDatabase *self, SmdDatabaseWork work, gpointer data, GError **error)
{
  smd_reading_begin (&self->reading, self);
  rest_later (self);
  return work (self, data, error);
}

gboolean
smd_database_read_at_once (SmdDatabase *self, SmdDatabaseWork work, gpointer data, gboolean *busy, GError **error)
{
  gboolean done;

  *busy = !g_mutex_trylock (&self->mutex);
  if (*busy)
    return FALSE;

  /* Opening may take its time. */
  *busy = g_atomic_int_get (&self->damaged) || self->connection == NULL;
  done = !*busy && read_on (self, work, data, error);
  g_mutex_unlock (&self->mutex);
  return done;
}

static gboolean
execute (SmdDatabase *self, const char *sql, GError **error)
{
  return smd_database_run (self, NULL, error, sql, "");
}

static gboolean
begin (SmdDatabase *self, GError **error)
{
  smd_reading_end (&self->reading, self);
  return execute (self, "BEGIN IMMEDIATE", error);
}

static gboolean
write_locked (SmdDatabase *self, SmdCommit commit, SmdDatabaseWork work, gpointer data, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (!make_ready (self, error) || !begin (self, error))
    return FALSE;

  if (work (self, data, error) && execute (self, "COMMIT", error))
    {
      /* What is learned in passing is never remembered here. */
      if (commit == SMD_COMMIT_DURABLE)
        smd_memo_clear (self->memo);
      return TRUE;
    }

  /* A full disk may have ended the transaction already. */
  if (!sqlite3_get_autocommit (self->connection) && !execute (self, "ROLLBACK", NULL) && is_damage (sqlite3_errcode (self->connection)))
    g_atomic_int_set (&self->damaged, TRUE);
  return FALSE;
}

gboolean
smd_database_write (SmdDatabase *self, SmdCommit commit, SmdDatabaseWork work, gpointer data, GError **error)
{
  return write_locked (self, commit, work, data, error) && (commit == SMD_COMMIT_RELAXED || smd_database_file_sync_log (self->path, error));
}
