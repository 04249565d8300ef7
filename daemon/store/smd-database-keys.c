/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-keys.h"

#include "smd-database-private.h"
#include "smimed-error.h"

#define UNJOINED \
  "FROM certificates c WHERE c.role = 3 AND NOT EXISTS (SELECT 1 FROM items i WHERE i.certificate = c.fingerprint)" \
  " AND EXISTS (SELECT 1 FROM items i WHERE i.key_fingerprint = c.key_fingerprint)"
G_STATIC_ASSERT (SMD_ROLE_OWN == 3);

SmdKeyEntry *
smd_key_entry_new (const char *item, SmdIdentity *identity)
{
  SmdKeyEntry *self = g_new0 (SmdKeyEntry, 1);

  self->item = g_strdup (item);
  self->identity = smd_identity_copy (identity);
  return self;
}

void
smd_key_entry_free (SmdKeyEntry *self)
{
  g_free (self->item);
  smd_identity_free (self->identity);
  g_free (self);
}

static const char *
get_certificate (SmdIdentity *identity)
{
  return identity->certificate ? smd_certificate_get_fingerprint (identity->certificate) : NULL;
}

/* ---- what is known ---- */

static gboolean
due_work (SmdDatabase *self, gpointer due, GError **error)
{
  return smd_database_get_number (self, due, error,
                                  "SELECT coalesce ((SELECT value FROM meta WHERE key = 'sync-due'), 0)"
                                  " + 2 * EXISTS (SELECT 1 FROM pending) + 4 * EXISTS (SELECT 1 " UNJOINED ")",
                                  "");
}

gboolean
smd_database_keys_get_due (SmdDatabase *self, SmdKeysDue *due, GError **error)
{
  gint64 number = 0;

  if (!smd_database_read (self, due_work, &number, error))
    return FALSE;
  *due = (SmdKeysDue) number;
  return TRUE;
}

gboolean
smd_database_keys_set_due (SmdDatabase *self, GError **error)
{
  return smd_database_execute (self, SMD_COMMIT_DURABLE, "INSERT OR REPLACE INTO meta (key, value) VALUES ('sync-due', 1)", error);
}

/* A SELECT of one text column */
typedef struct
{
  const char *sql;      /* (unowned) */
  const char *argument; /* (unowned) (nullable) */
  GPtrArray *texts;     /* (unowned) */
} ListWork;

static gpointer
read_text (SmdDatabase *self, SmdStatement *row, GError **error)
{
  return smd_statement_dup_text (row, 0);
}

static gboolean
list_work (SmdDatabase *self, gpointer data, GError **error)
{
  ListWork *work = data;
  g_autoptr (SmdStatement) statement
      = smd_database_query (self, error, work->sql, work->argument ? "s" : "", work->argument);

  return smd_database_collect (self, statement, read_text, work->texts, error);
}

static GPtrArray *
list_texts (SmdDatabase *self, const char *sql, const char *argument, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  ListWork work = { sql, argument, texts };

  return smd_database_read (self, list_work, &work, error) ? g_steal_pointer (&texts) : NULL;
}

GPtrArray *
smd_database_keys_find (SmdDatabase *self, const char *key_fingerprint, GError **error)
{
  return list_texts (self, "SELECT id FROM items WHERE key_fingerprint = ?", key_fingerprint, error);
}

GPtrArray *
smd_database_keys_list_unjoined (SmdDatabase *self, GError **error)
{
  return list_texts (self, "SELECT c.fingerprint " UNJOINED, NULL, error);
}

GPtrArray *
smd_database_keys_get_journal (SmdDatabase *self, GError **error)
{
  return list_texts (self, "SELECT item FROM pending", NULL, error);
}

typedef struct
{
  SmdIdentity *identity; /* (unowned) */
  gint64 known;
} KnowWork;

static gboolean
know_work (SmdDatabase *self, gpointer data, GError **error)
{
  KnowWork *work = data;

  return smd_database_get_number (self, &work->known, error,
                                  "SELECT EXISTS (SELECT 1 FROM items WHERE key_fingerprint = ?1 AND (?2 IS NULL OR certificate = ?2))",
                                  "ss", smd_private_key_get_fingerprint (work->identity->key), get_certificate (work->identity));
}

gboolean
smd_database_keys_know (SmdDatabase *self, SmdIdentity *identity, gboolean *known, GError **error)
{
  KnowWork work = { identity, 0 };

  if (!smd_database_read (self, know_work, &work, error))
    return FALSE;
  *known = work.known != 0;
  return TRUE;
}

/* ---- the journal ---- */

typedef struct
{
  const char *sql;  /* (unowned) */
  GPtrArray *items; /* (unowned) */
} JournalWork;

static gboolean
journal_work (SmdDatabase *self, gpointer data, GError **error)
{
  const JournalWork *work = data;

  for (guint i = 0; i < work->items->len; i++)
    if (!smd_database_run (self, NULL, error, work->sql, "s", (const char *) work->items->pdata[i]))
      return FALSE;
  return TRUE;
}

gboolean
smd_database_keys_open_journal (SmdDatabase *self, GPtrArray *items, GError **error)
{
  JournalWork work = { "INSERT OR IGNORE INTO pending (item) VALUES (?)", items };

  return smd_database_write (self, SMD_COMMIT_DURABLE, journal_work, &work, error);
}

gboolean
smd_database_keys_close_journal (SmdDatabase *self, GPtrArray *items, GError **error)
{
  JournalWork work = { "DELETE FROM pending WHERE item = ?", items };

  return smd_database_write (self, SMD_COMMIT_DURABLE, journal_work, &work, error);
}

/* ---- changes ---- */

typedef struct
{
  GPtrArray *entries;      /* (unowned) */
  GPtrArray *certificates; /* (unowned) (nullable) */
  SmdOrigin origin;
  gboolean changed;
} EntriesWork;

static gboolean
put_all (SmdDatabase *self, GPtrArray *certificates, EntriesWork *work, GError **error)
{
  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    if (!smd_database_certs_put (self, certificates->pdata[i], SMD_ROLE_INTERMEDIATE, work->origin, SMD_TRUST_DEFAULT, &work->changed,
                                 error))
      return FALSE;
  return TRUE;
}

/* A key that waited lies in the new item too: the old one can go. */
static gboolean
retire_waiting (SmdDatabase *self, const char *key_fingerprint, GError **error)
{
  return smd_database_run (self, NULL, error,
                           "INSERT OR IGNORE INTO pending (item) SELECT id FROM items WHERE key_fingerprint = ? AND certificate IS NULL",
                           "s", key_fingerprint) &&
         smd_database_run (self, NULL, error, "DELETE FROM items WHERE key_fingerprint = ? AND certificate IS NULL", "s",
                           key_fingerprint);
}

static gboolean
put_entry (SmdDatabase *self, const SmdKeyEntry *entry, EntriesWork *work, GError **error)
{
  const char *key = smd_private_key_get_fingerprint (entry->identity->key);
  SmdCertificate *certificate = entry->identity->certificate;
  int changes = 0;

  if ((certificate != NULL && !retire_waiting (self, key, error)) ||
      !smd_database_run (self, NULL, error, "INSERT OR REPLACE INTO items (id, key_fingerprint, certificate) VALUES (?, ?, ?)", "sss",
                         entry->item, key, get_certificate (entry->identity)) ||
      /* Before the others of the key: where a certificate that was known comes from is told by what brings its key. */
      (certificate != NULL
       && !smd_database_certs_put (self, certificate, SMD_ROLE_OWN, work->origin, SMD_TRUST_DEFAULT, &work->changed, error)) ||
      !smd_database_run (self, &changes, error, "UPDATE certificates SET role = ?1 WHERE key_fingerprint = ?2 AND role <> ?1", "is",
                         (gint64) SMD_ROLE_OWN, key))
    return FALSE;

  work->changed = work->changed || changes > 0;
  return put_all (self, entry->identity->chain, work, error);
}

static gboolean
commit_work (SmdDatabase *self, gpointer data, GError **error)
{
  EntriesWork *work = data;

  for (guint i = 0; i < work->entries->len; i++)
    {
      const SmdKeyEntry *entry = work->entries->pdata[i];

      if (!put_entry (self, entry, work, error) ||
          !smd_database_run (self, NULL, error, "DELETE FROM pending WHERE item = ?", "s", entry->item))
        return FALSE;
    }
  return put_all (self, work->certificates, work, error);
}

gboolean
smd_database_keys_commit (SmdDatabase *self, GPtrArray *entries, GPtrArray *certificates, SmdOrigin origin, GError **error)
{
  EntriesWork work = { entries, certificates, origin, FALSE };

  return smd_database_write (self, SMD_COMMIT_DURABLE, commit_work, &work, error);
}

static gboolean
drop_keyless (SmdDatabase *self, EntriesWork *work, GError **error)
{
  int changes = 0;

  if (!smd_database_run (self, NULL, error,
                         "DELETE FROM trust WHERE trust <> ?1 AND fingerprint IN (SELECT fingerprint FROM certificates WHERE role = ?2"
                         " AND key_fingerprint NOT IN (SELECT key_fingerprint FROM items))",
                         "ii", (gint64) SMD_TRUST_DISTRUSTED, (gint64) SMD_ROLE_OWN) ||
      !smd_database_run (self, &changes, error,
                         "DELETE FROM certificates WHERE role = ? AND key_fingerprint NOT IN (SELECT key_fingerprint FROM items)", "i",
                         (gint64) SMD_ROLE_OWN))
    return FALSE;

  work->changed = work->changed || changes > 0;
  return TRUE;
}

static gboolean
replace_work (SmdDatabase *self, gpointer data, GError **error)
{
  EntriesWork *work = data;

  return smd_database_run (self, NULL, error, "DELETE FROM items", "") && commit_work (self, work, error) &&
         drop_keyless (self, work, error) && smd_database_run (self, NULL, error, "DELETE FROM meta WHERE key = 'sync-due'", "");
}

gboolean
smd_database_keys_replace (SmdDatabase *self, GPtrArray *entries, gboolean *changed, GError **error)
{
  EntriesWork work = { entries, NULL, SMD_ORIGIN_USER, FALSE };

  if (!smd_database_write (self, SMD_COMMIT_DURABLE, replace_work, &work, error))
    return FALSE;
  *changed = *changed || work.changed;
  return TRUE;
}

/* ---- going ---- */

static gboolean
own_work (SmdDatabase *self, gpointer data, GError **error)
{
  ListWork *work = data;
  gint64 own = 0;

  if (!smd_database_certs_is_own (self, work->argument, &own, error))
    return FALSE;
  if (own)
    return list_work (self, work, error);

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "No own certificate has the fingerprint %s", work->argument);
  return FALSE;
}

GPtrArray *
smd_database_keys_list_of (SmdDatabase *self, const char *fingerprint, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  ListWork work = { "SELECT i.id FROM items i, certificates c WHERE c.fingerprint = ?1"
                    " AND (i.certificate = ?1 OR (i.certificate IS NULL AND i.key_fingerprint = c.key_fingerprint AND NOT EXISTS"
                    " (SELECT 1 FROM certificates o WHERE o.key_fingerprint = c.key_fingerprint AND o.fingerprint <> ?1)))"
                    " ORDER BY i.certificate IS NOT NULL",
                    fingerprint, items };

  return smd_database_read (self, own_work, &work, error) ? g_steal_pointer (&items) : NULL;
}

/* Only while nothing needs the key. */
GPtrArray *
smd_database_keys_list_waiting (SmdDatabase *self, const char *key_fingerprint, GError **error)
{
  g_autoptr (GPtrArray) items = list_texts (self,
                                            "SELECT id FROM items WHERE key_fingerprint = ?1 AND certificate IS NULL"
                                            " AND NOT EXISTS (SELECT 1 FROM certificates WHERE key_fingerprint = ?1)",
                                            key_fingerprint, error);

  if (items == NULL || items->len > 0)
    return g_steal_pointer (&items);

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "No key waits for a certificate under the request %s", key_fingerprint);
  return NULL;
}

typedef struct
{
  const char *fingerprint; /* (unowned) */
  GPtrArray *items;        /* (unowned) */
} GoneWork;

/* A certificate whose key has gone with them, as it came just now, keeps the sync due. */
static gboolean
drop_items (SmdDatabase *self, GPtrArray *items, GError **error)
{
  JournalWork work = { "DELETE FROM items WHERE id = ?", items };

  return journal_work (self, &work, error) &&
         smd_database_run (self, NULL, error,
                           "DELETE FROM meta WHERE key = 'sync-due' AND NOT EXISTS (SELECT 1 FROM certificates WHERE role = ?"
                           " AND key_fingerprint NOT IN (SELECT key_fingerprint FROM items))",
                           "i", (gint64) SMD_ROLE_OWN);
}

static gboolean
forget_work (SmdDatabase *self, gpointer data, GError **error)
{
  const GoneWork *work = data;
  int changes = 0;

  return smd_database_certs_drop (self, work->fingerprint, &changes, error) && drop_items (self, work->items, error);
}

gboolean
smd_database_keys_forget (SmdDatabase *self, const char *fingerprint, GPtrArray *items, GError **error)
{
  GoneWork work = { fingerprint, items };

  return smd_database_write (self, SMD_COMMIT_DURABLE, forget_work, &work, error);
}

static gboolean
discard_work (SmdDatabase *self, gpointer data, GError **error)
{
  const GoneWork *work = data;

  return smd_database_run (self, NULL, error, "DELETE FROM requests WHERE key_fingerprint = ?", "s", work->fingerprint) &&
         drop_items (self, work->items, error);
}

gboolean
smd_database_keys_discard (SmdDatabase *self, const char *key_fingerprint, GPtrArray *items, GError **error)
{
  GoneWork work = { key_fingerprint, items };

  return smd_database_write (self, SMD_COMMIT_DURABLE, discard_work, &work, error);
}
