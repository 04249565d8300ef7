/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sqlite3.h>

#include "smd-database.h"
#include "smd-delivery-store.h"
#include "smd-verdict-store.h"
#include "smd-memo.h"

G_BEGIN_DECLS

/* A prepared statement that is bound and in use; goes back to the connection's cache. */
typedef sqlite3_stmt SmdStatement;

void smd_statement_release (SmdStatement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdStatement, smd_statement_release)
/* The span lives until the next step. */
SmdSpan smd_statement_get_blob (SmdStatement *self, int column);
/* Returns: (transfer full) (nullable) */
char *smd_statement_dup_text (SmdStatement *self, int column);

SmdCrypto *smd_database_get_crypto (SmdDatabase *self);
/* Returns: (transfer none): answers about certificates and accounts, cleared by every durable write */
SmdMemo *smd_database_get_memo (SmdDatabase *self);

/* What a power cut may take: see #SmdDatabase. */
typedef enum
{
  SMD_COMMIT_RELAXED,
  SMD_COMMIT_DURABLE,
} SmdCommit;

/**
 * SmdDatabaseWork:
 *
 * What is done inside one transaction, with the connection locked; must not call the store's public methods.
 */
typedef gboolean (*SmdDatabaseWork) (SmdDatabase *self, gpointer data, GError **error);

/* What a row is made into, inside of one. Returns: (transfer full): %NULL on error */
typedef gpointer (*SmdDatabaseRead) (SmdDatabase *self, SmdStatement *row, GError **error);

/* Runs @work in one transaction that is rolled back if it fails. Errors: `Failed` and what @work gives */
gboolean smd_database_write (SmdDatabase *self, SmdCommit commit, SmdDatabaseWork work, gpointer data,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Runs @work with a connection locked, the first or another one; its SELECTs each see one state, the newest. */
gboolean smd_database_read (SmdDatabase *self, SmdDatabaseWork work, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Like smd_database_read(), but does nothing rather than wait for another thread, and is quick if there are many. @busy: (out): whether it would have had to */
gboolean smd_database_read_at_once (SmdDatabase *self, SmdDatabaseWork work, gpointer data, gboolean *busy,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_database_list:
 * @list: gets what @read makes of each row
 * @sql: a SELECT
 * @argument: (nullable): its only parameter, a text; %NULL: it has none
 *
 * Returns: FALSE on error: `Failed` and what @read gives
 */
gboolean smd_database_list (SmdDatabase *self, GPtrArray *list, SmdDatabaseRead read, const char *sql, const char *argument,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Runs one statement without parameters in a transaction of its own. */
gboolean smd_database_execute (SmdDatabase *self, SmdCommit commit, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For #SmdSideReader. Returns: (transfer full): the same file, with a connection of its own that isn't open yet */
SmdDatabase *smd_database_new_beside (SmdDatabase *whole) G_GNUC_WARN_UNUSED_RESULT;
/* For #SmdSideReader, with its lock. Returns: FALSE if the file can't be opened */
gboolean smd_database_open_beside (SmdDatabase *self) G_GNUC_WARN_UNUSED_RESULT;
void smd_database_close_beside (SmdDatabase *self);
/* If @self was found to be damaged, it is closed, and the next use of @whole moves it aside. */
void smd_database_tell_damage (SmdDatabase *self, SmdDatabase *whole);

/* The rest only inside of a #SmdDatabaseWork. */

/* For smd-database-query.c. Returns: (transfer none) */
sqlite3 *smd_database_get_connection (SmdDatabase *self);
/* Returns: (transfer none): SQL -> sqlite3_stmt */
GHashTable *smd_database_get_statements (SmdDatabase *self);
/* Remembers damage. Returns: (transfer full): what SQLite's @rc means to the user and what to do */
GError *smd_database_error_new (SmdDatabase *self, int rc);

/**
 * smd_database_query:
 * @kinds: one letter for each parameter: `s` const char * (nullable), `S` the same, which stays as long as the statement is in use, `i` gint64,
 *  `b` #SmdSpan (empty: NULL)
 *
 * Returns: (transfer full): a statement, bound to copies of the parameters but of `S`, not stepped yet; %NULL on error
 */
SmdStatement *smd_database_query (SmdDatabase *self, GError **error, const char *sql, const char *kinds,
                                  ...) G_GNUC_WARN_UNUSED_RESULT;
/* Like smd_database_query() for SQL that gives no rows. @changes: (out) (optional): rows that were changed */
gboolean smd_database_run (SmdDatabase *self, int *changes, GError **error, const char *sql, const char *kinds,
                           ...) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: SQLITE_ROW, SQLITE_DONE, or another code with @error set */
int smd_database_step (SmdDatabase *self, SmdStatement *statement, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds to @list what @read makes of each row. @statement: (nullable): the query has failed, with @error */
gboolean smd_database_collect (SmdDatabase *self, SmdStatement *statement, SmdDatabaseRead read, GPtrArray *list,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The first column of the first row as a number, 0 if there is no row. Returns: FALSE on error */
gboolean smd_database_get_number (SmdDatabase *self, gint64 *number, GError **error, const char *sql, const char *kinds,
                                  ...) G_GNUC_WARN_UNUSED_RESULT;

/* The parts that live in files of their own */
void smd_database_certs_init_interface (SmdCertStoreInterface *iface);
void smd_database_addresses_init_interface (SmdCertStoreInterface *iface);
void smd_database_find_init_interface (SmdCertStoreInterface *iface);
/* The part of it that is about capabilities */
void smd_database_capabilities_init_interface (SmdCertStoreInterface *iface);
void smd_database_accounts_init_interface (SmdAccountStoreInterface *iface);
void smd_database_requests_init_interface (SmdRequestStoreInterface *iface);
void smd_database_verdicts_init_interface (SmdVerdictStoreInterface *iface);
void smd_database_deliveries_init_interface (SmdDeliveryStoreInterface *iface);
void smd_database_expiries_init_interface (SmdExpiryStoreInterface *iface);
/* The SELECT of smd_expiry_store_list(), for EXPLAIN QUERY PLAN in tests. Returns: (transfer none) */
const char *smd_database_expiries_get_query (void);

/* The SELECT of smd_cert_store_find(), for EXPLAIN QUERY PLAN in tests. Returns: (transfer full) */
char *smd_database_certs_build_query (const SmdCertQuery *query);
/**
 * smd_database_certs_put:
 * @changed: (inout) (optional): set to TRUE if a row was made or got another role
 *
 * Stores one certificate inside a transaction: keeps the trust of one that is there and gives it the higher role. A certificate whose key the
 * Secret Service holds is an own one, whatever role it comes with.
 */
gboolean smd_database_certs_put (SmdDatabase *self, SmdCertificate *certificate, SmdRole role, SmdOrigin origin, SmdTrust trust,
                                 gboolean *changed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @own: (out): 1 or 0 */
gboolean smd_database_certs_is_own (SmdDatabase *self, const char *fingerprint, gint64 *own, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Removes the row of @fingerprint, but keeps distrust. @changes: rows removed */
gboolean smd_database_certs_drop (SmdDatabase *self, const char *fingerprint, int *changes,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
