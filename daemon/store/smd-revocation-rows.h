/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database.h"
#include "smd-revocation-store.h"

G_BEGIN_DECLS

/* The table of CRLs: what is known of each source, and the name of its index file. One transaction each; errors: `Failed`. */

/**
 * smd_revocation_rows_put:
 * @entry: what was imported; its @used_at counts only if it is later than what is known
 * @scope: of its CRL, see smd_crl_make_scope()
 * @base: (nullable): of a delta CRL, what it builds on: an older complete CRL of the same issuer is outdated
 * @file: the index
 * @useless: (out): (transfer full) (nullable): the file that nothing refers to any more: @file itself if a newer CRL is there already
 *
 * Durable. An older CRL leaves everything as it was, but for what is said of the last try.
 *
 * Returns: (transfer full): the entry that counts from now on
 */
SmdRevocationEntry *smd_revocation_rows_put (SmdDatabase *database, const SmdRevocationEntry *entry, const char *scope,
                                             const char *base, guint32 issuer_hash, const char *file, char **useless,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds the names of the files (element-type utf8) of all CRLs of this issuer and of those that came from one of @urls (nullable), newest
 * first. */
gboolean smd_revocation_rows_find_files (SmdDatabase *database, guint32 issuer_hash, const char *const *urls, gboolean borne, GPtrArray *files,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds the names of all files. */
gboolean smd_revocation_rows_list_files (SmdDatabase *database, GPtrArray *files, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The source remains, without what it gave. */
gboolean smd_revocation_rows_drop_file (SmdDatabase *database, const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_rows_clear (SmdDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Forgets sources that nobody has asked for since @before, and that have nothing that is still valid. */
gboolean smd_revocation_rows_prune (SmdDatabase *database, gint64 before, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean smd_revocation_rows_note_failure (SmdDatabase *database, const char *url, SmdRevocationKind kind, const char *detail,
                                           gint64 now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @url gave what it should. */
gboolean smd_revocation_rows_note_success (SmdDatabase *database, const char *url, gint64 now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_rows_touch (SmdDatabase *database, const char *const *urls, gint64 now,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): what @url gave last; %NULL without @error if it isn't known */
SmdRevocationEntry *smd_revocation_rows_lookup (SmdDatabase *database, const char *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds all (element-type SmdRevocationEntry). */
gboolean smd_revocation_rows_list (SmdDatabase *database, GPtrArray *entries, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
