/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-answers.h"

#include "smd-database-private.h"

#define COLUMNS "url, this_update, next_update, fetched_at, max (tried_at, fetched_at), used_at, detail, certificate, der, status"

typedef struct
{
  const char *certificate; /* (unowned) */
  const char *url;         /* (unowned) */
  SmdOcspAnswer answer;
  gint64 now;
  const char *detail;      /* (unowned) */
  GPtrArray *certificates; /* (unowned) */
  char *found_url;         /* (owned) (nullable) */
} Work;

static gboolean
get_work (SmdDatabase *database, gpointer data, GError **error)
{
  Work *work = data;
  g_autoptr (SmdStatement) row = smd_database_query (database, error,
                                                     "SELECT url, status, this_update, next_update, revoked_at, reason"
                                                     " FROM ocsp_answers WHERE certificate = ? AND this_update != 0",
                                                     "s", work->certificate);
  int rc = row != NULL ? smd_database_step (database, row, error) : SQLITE_ERROR;

  if (rc != SQLITE_ROW)
    return rc == SQLITE_DONE;

  work->found_url = smd_statement_dup_text (row, 0);
  work->answer = (SmdOcspAnswer){
    .status = (SmdOcspStatus) sqlite3_column_int (row, 1),
    .this_update = sqlite3_column_int64 (row, 2),
    .next_update = sqlite3_column_int64 (row, 3),
    .revoked_at = sqlite3_column_int64 (row, 4),
    .reason = sqlite3_column_int (row, 5),
  };
  return TRUE;
}

gboolean
smd_revocation_answers_get (SmdDatabase *database, const char *certificate, SmdOcspAnswer *answer, char **url, GError **error)
{
  Work work = { .certificate = certificate };

  if (!smd_database_read (database, get_work, &work, error) || work.found_url == NULL)
    return FALSE;

  *answer = work.answer;
  if (url != NULL)
    *url = g_steal_pointer (&work.found_url);
  g_free (work.found_url);
  return TRUE;
}

static gboolean
put_work (SmdDatabase *database, gpointer data, GError **error)
{
  const Work *work = data;
  const SmdOcspAnswer *answer = &work->answer;

  return smd_database_run (database, NULL, error,
                           "INSERT INTO ocsp_answers (certificate, url, status, this_update, next_update, revoked_at, reason, fetched_at)"
                           " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (certificate) DO UPDATE SET url = excluded.url,"
                           " status = excluded.status, this_update = excluded.this_update, next_update = excluded.next_update,"
                           " revoked_at = excluded.revoked_at, reason = excluded.reason, fetched_at = excluded.fetched_at"
                           " WHERE excluded.this_update >= ocsp_answers.this_update",
                           "ssiiiiii", work->certificate, work->url, (gint64) answer->status, answer->this_update, answer->next_update,
                           answer->revoked_at, (gint64) answer->reason, work->now)
         && smd_database_run (database, NULL, error, "UPDATE ocsp_answers SET tried_at = ?, detail = '' WHERE certificate = ?", "is",
                              work->now, work->certificate);
}

gboolean
smd_revocation_answers_put (SmdDatabase *database, const char *certificate, const char *url, const SmdOcspAnswer *answer, gint64 now,
                            GError **error)
{
  Work work = { .certificate = certificate, .url = url, .answer = *answer, .now = now };
  /* Nothing that was remembered as good before a revocation came counts after it. */
  SmdCommit commit = answer->status == SMD_OCSP_REVOKED ? SMD_COMMIT_DURABLE : SMD_COMMIT_RELAXED;

  return smd_database_write (database, commit, put_work, &work, error);
}

/* ---- what happened ---- */

static gboolean
note_mute_work (SmdDatabase *database, gpointer data, GError **error)
{
  const Work *work = data;

  return smd_database_run (database, NULL, error,
                           "INSERT INTO ocsp_answers (certificate, url, status, this_update, next_update, revoked_at, reason, fetched_at,"
                           " tried_at, detail) VALUES (?, ?, ?, 0, 0, 0, -1, 0, ?, ?) ON CONFLICT (certificate) DO UPDATE SET"
                           " url = excluded.url, tried_at = excluded.tried_at, detail = excluded.detail",
                           "ssiis", work->certificate, work->url, (gint64) SMD_OCSP_UNKNOWN, work->now, work->detail);
}

gboolean
smd_revocation_answers_note_mute (SmdDatabase *database, const char *certificate, const char *url, const char *detail, gint64 now,
                                  GError **error)
{
  Work work = { .certificate = certificate, .url = url, .detail = detail, .now = now };

  return smd_database_write (database, SMD_COMMIT_RELAXED, note_mute_work, &work, error);
}

static gboolean
touch_one (SmdDatabase *database, SmdCertificate *certificate, gint64 now, GError **error)
{
  return smd_database_run (database, NULL, error,
                           "INSERT INTO ocsp_answers (certificate, url, status, this_update, next_update, revoked_at, reason, fetched_at,"
                           " used_at, der) VALUES (?, ?, ?, 0, 0, 0, -1, 0, ?, ?) ON CONFLICT (certificate) DO UPDATE SET"
                           " used_at = max (ocsp_answers.used_at, excluded.used_at), der = excluded.der",
                           "ssiib", smd_certificate_get_fingerprint (certificate), smd_certificate_get_ocsp_urls (certificate)[0],
                           (gint64) SMD_OCSP_UNKNOWN, now, smd_certificate_get_der (certificate));
}

static gboolean
touch_work (SmdDatabase *database, gpointer data, GError **error)
{
  const Work *work = data;

  for (guint i = 0; i < work->certificates->len; i++)
    if (!touch_one (database, work->certificates->pdata[i], work->now, error))
      return FALSE;
  return TRUE;
}

gboolean
smd_revocation_answers_touch (SmdDatabase *database, GPtrArray *certificates, gint64 now, GError **error)
{
  Work work = { .certificates = certificates, .now = now };

  return smd_database_write (database, SMD_COMMIT_RELAXED, touch_work, &work, error);
}

/* ---- entries ---- */

static char *
find_issuer (SmdCrypto *crypto, SmdSpan der)
{
  g_autoptr (SmdCertificate) certificate = der.size > 0 ? smd_certificate_new (crypto, der, NULL) : NULL;

  return g_strdup (certificate != NULL ? smd_certificate_get_issuer (certificate) : "");
}

static gpointer
read_entry (SmdDatabase *database, SmdStatement *row, GError **error)
{
  SmdRevocationEntry *entry = g_new0 (SmdRevocationEntry, 1);
  SmdSpan der = smd_statement_get_blob (row, 8);

  entry->kind = SMD_REVOCATION_OCSP;
  entry->url = smd_statement_dup_text (row, 0);
  entry->issuer = find_issuer (smd_database_get_crypto (database), der);
  entry->number = g_strdup ("");
  entry->this_update = sqlite3_column_int64 (row, 1);
  entry->next_update = sqlite3_column_int64 (row, 2);
  entry->fetched_at = sqlite3_column_int64 (row, 3);
  entry->tried_at = sqlite3_column_int64 (row, 4);
  entry->used_at = sqlite3_column_int64 (row, 5);
  entry->detail = smd_statement_dup_text (row, 6);
  entry->certificate = smd_statement_dup_text (row, 7);
  entry->der = der.size > 0 ? g_bytes_new (der.data, der.size) : NULL;
  entry->entries = sqlite3_column_int (row, 9) == SMD_OCSP_REVOKED;
  return entry;
}

SmdRevocationEntry *
smd_revocation_answers_lookup (SmdDatabase *database, const char *certificate, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_revocation_entry_free);

  if (!smd_database_list (database, entries, read_entry, "SELECT " COLUMNS " FROM ocsp_answers WHERE certificate = ?", certificate, error)
      || entries->len == 0)
    return NULL;
  return g_ptr_array_steal_index (entries, 0);
}

gboolean
smd_revocation_answers_list (SmdDatabase *database, GPtrArray *entries, GError **error)
{
  return smd_database_list (database, entries, read_entry, "SELECT " COLUMNS " FROM ocsp_answers ORDER BY url, certificate", NULL, error);
}

gboolean
smd_revocation_answers_clear (SmdDatabase *database, GError **error)
{
  return smd_database_execute (database, SMD_COMMIT_DURABLE, "DELETE FROM ocsp_answers", error);
}

static gboolean
prune_work (SmdDatabase *database, gpointer before, GError **error)
{
  return smd_database_run (database, NULL, error, "DELETE FROM ocsp_answers WHERE max (next_update, fetched_at, used_at) < ?", "i",
                           *(const gint64 *) before);
}

gboolean
smd_revocation_answers_prune (SmdDatabase *database, gint64 before, GError **error)
{
  return smd_database_write (database, SMD_COMMIT_RELAXED, prune_work, &before, error);
}
