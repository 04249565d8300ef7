/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-schema.h"

/*
 * Steps are never edited once released: a change is a new step at the end.
 *
 * `trust` stands apart from `certificates`, so that a certificate can be distrusted before it has been seen, and stays distrusted
 * when it is deleted and comes again with the next message. `texts` stands apart, so that a search reads little. Names are found by the first
 * half of their SHA-256. `items` are what the Secret Service holds (certificate NULL: a key that waits for one); `pending` are items
 * that a killed call may have left there and that go away with the next sync.
 *
 * `revocations` holds a row for each source of revocation information and scope of what it gave ('' before it gave anything); `file` is
 * the CRL's index in the folder beside the database. A file without a row is nobody's, and goes away at the next start.
 *
 * `verdicts` says of signatures whether their signer's chain was valid when they were first seen; the oldest go.
 */
static const char *const steps[] = {
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
  "INSERT INTO meta VALUES ('sync-due', 1);"
  "CREATE TABLE certificates ("
  "  id INTEGER PRIMARY KEY,"
  "  fingerprint TEXT NOT NULL UNIQUE,"
  "  subject BLOB NOT NULL,"
  "  issuer BLOB NOT NULL,"
  "  serial BLOB NOT NULL,"
  "  key_id BLOB,"
  "  computed_key_id BLOB NOT NULL,"
  "  key_fingerprint TEXT NOT NULL,"
  "  not_before INTEGER NOT NULL,"
  "  not_after INTEGER NOT NULL,"
  "  usages INTEGER NOT NULL,"
  "  role INTEGER NOT NULL,"
  "  origin INTEGER NOT NULL,"
  "  der BLOB NOT NULL) STRICT;"
  "CREATE INDEX certificates_subject ON certificates (subject);"
  "CREATE INDEX certificates_issuer ON certificates (issuer, serial);"
  "CREATE INDEX certificates_key_id ON certificates (key_id) WHERE key_id IS NOT NULL;"
  "CREATE INDEX certificates_computed_key_id ON certificates (computed_key_id);"
  "CREATE INDEX certificates_key_fingerprint ON certificates (key_fingerprint);"
  "CREATE INDEX certificates_role ON certificates (role, not_after);"
  "CREATE TABLE addresses ("
  "  address TEXT NOT NULL,"
  "  certificate INTEGER NOT NULL REFERENCES certificates ON DELETE CASCADE,"
  "  PRIMARY KEY (address, certificate)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX addresses_certificate ON addresses (certificate);"
  "CREATE TABLE texts ("
  "  certificate INTEGER PRIMARY KEY REFERENCES certificates ON DELETE CASCADE,"
  "  text TEXT NOT NULL) STRICT;"
  "CREATE TABLE trust (fingerprint TEXT PRIMARY KEY, trust INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE capabilities ("
  "  address TEXT PRIMARY KEY,"
  "  bits INTEGER NOT NULL,"
  "  signing_time INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE accounts ("
  "  id TEXT PRIMARY KEY,"
  "  address TEXT NOT NULL,"
  "  signing TEXT,"
  "  encryption TEXT,"
  "  sign_by_default INTEGER NOT NULL,"
  "  encrypt_by_default INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE aliases ("
  "  account TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,"
  "  position INTEGER NOT NULL,"
  "  address TEXT NOT NULL,"
  "  PRIMARY KEY (account, position)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE items ("
  "  id TEXT PRIMARY KEY,"
  "  key_fingerprint TEXT NOT NULL,"
  "  certificate TEXT) STRICT, WITHOUT ROWID;"
  "CREATE INDEX items_key_fingerprint ON items (key_fingerprint);"
  "CREATE INDEX items_certificate ON items (certificate);"
  "CREATE TABLE pending (item TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;",
  /* whom a key that waits for its certificate is for */
  "CREATE TABLE requests (key_fingerprint TEXT PRIMARY KEY, address TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;",

  "CREATE TABLE revocations ("
  "  id INTEGER PRIMARY KEY,"
  "  url TEXT NOT NULL,"
  "  scope TEXT NOT NULL,"
  "  kind INTEGER NOT NULL,"
  "  issuer TEXT NOT NULL DEFAULT '',"
  "  issuer_der BLOB,"
  "  issuer_hash INTEGER NOT NULL DEFAULT 0,"
  "  this_update INTEGER NOT NULL DEFAULT 0,"
  "  next_update INTEGER NOT NULL DEFAULT 0,"
  "  number TEXT NOT NULL DEFAULT '',"
  "  entries INTEGER NOT NULL DEFAULT 0,"
  "  fetched_at INTEGER NOT NULL DEFAULT 0,"
  "  tried_at INTEGER NOT NULL DEFAULT 0,"
  "  used_at INTEGER NOT NULL DEFAULT 0,"
  "  etag TEXT,"
  "  modified INTEGER NOT NULL DEFAULT 0,"
  "  detail TEXT NOT NULL DEFAULT '',"
  "  file TEXT,"
  "  UNIQUE (url, scope)) STRICT;"
  "CREATE INDEX revocations_issuer_hash ON revocations (issuer_hash) WHERE file IS NOT NULL;"
  "CREATE TABLE ocsp_answers ("
  "  certificate TEXT PRIMARY KEY,"
  "  url TEXT NOT NULL,"
  "  status INTEGER NOT NULL,"
  "  this_update INTEGER NOT NULL,"
  "  next_update INTEGER NOT NULL,"
  "  revoked_at INTEGER NOT NULL,"
  "  reason INTEGER NOT NULL,"
  "  fetched_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;",

  /* the smallest thresholds, in days, of which the user has heard; outlives the certificate */
  "CREATE TABLE expiries (fingerprint TEXT PRIMARY KEY, told INTEGER NOT NULL, shown INTEGER NOT NULL) STRICT, WITHOUT ROWID;",

  "CREATE TABLE verdicts ("
  "  id INTEGER PRIMARY KEY,"
  "  identity TEXT NOT NULL UNIQUE,"
  "  valid INTEGER NOT NULL,"
  "  seen_at INTEGER NOT NULL) STRICT;",

  /* what an administrator delivered and was imported, by its content */
  "CREATE TABLE deliveries (hash TEXT PRIMARY KEY, taken_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;",

  /* OCSP answers are fetched ahead of need, too: whom a judgement has asked about, and how the last try went */
  "ALTER TABLE ocsp_answers ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE ocsp_answers ADD COLUMN tried_at INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE ocsp_answers ADD COLUMN detail TEXT NOT NULL DEFAULT '';"
  "ALTER TABLE ocsp_answers ADD COLUMN der BLOB;"
  "DELETE FROM revocations WHERE kind = 2;",

  /* an address's certificates side by side, in the order in which they are found, with what never changes of them: they are listed without
   * being visited, each in a page of its own */
  "CREATE TABLE listed ("
  "  address TEXT NOT NULL,"
  "  not_before INTEGER NOT NULL,"
  "  certificate INTEGER NOT NULL REFERENCES certificates ON DELETE CASCADE,"
  "  fingerprint TEXT NOT NULL,"
  "  PRIMARY KEY (address, not_before DESC, certificate DESC)) STRICT, WITHOUT ROWID;"
  "INSERT INTO listed (address, not_before, certificate, fingerprint)"
  " SELECT a.address, c.not_before, c.id, c.fingerprint FROM addresses a JOIN certificates c ON c.id = a.certificate ORDER BY a.address;"
  "DROP TABLE addresses;"
  "ALTER TABLE listed RENAME TO addresses;"
  "CREATE INDEX addresses_certificate ON addresses (certificate);",

  /* a delta CRL has told that there is a newer complete one; the scope of delta CRLs has another form from here on */
  "ALTER TABLE revocations ADD COLUMN outdated INTEGER NOT NULL DEFAULT 0;"
  "DELETE FROM revocations WHERE kind = 1;",
};

const char *const *
smd_database_schema_get_steps (guint *count)
{
  *count = G_N_ELEMENTS (steps);
  return steps;
}

static int
read_version (sqlite3 *connection, guint *version)
{
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2 (connection, "PRAGMA user_version", -1, &statement, NULL);

  if (rc == SQLITE_OK)
    rc = sqlite3_step (statement);
  if (rc == SQLITE_ROW)
    *version = (guint) sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int
run_steps (sqlite3 *connection, const char *const *all, guint from, guint count)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %u", count);
  int rc = SQLITE_OK;

  for (guint i = from; i < count && rc == SQLITE_OK; i++)
    rc = sqlite3_exec (connection, all[i], NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec (connection, mark, NULL, NULL, NULL);
  return rc;
}

int
smd_database_schema_upgrade (sqlite3 *connection, const char *const *all, guint count)
{
  guint version = 0;
  int rc = read_version (connection, &version);

  if (rc != SQLITE_OK || version == count)
    return rc;
  if (version > count)
    return SQLITE_MISMATCH;

  rc = sqlite3_exec (connection, "BEGIN EXCLUSIVE", NULL, NULL, NULL);
  if (rc != SQLITE_OK)
    return rc;

  /* Once more inside: another process may have done it while this one waited. */
  rc = read_version (connection, &version);
  if (rc == SQLITE_OK && version < count)
    rc = run_steps (connection, all, version, count);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec (connection, "COMMIT", NULL, NULL, NULL);
  if (!sqlite3_get_autocommit (connection))
    (void) sqlite3_exec (connection, "ROLLBACK", NULL, NULL, NULL);
  return rc;
}
