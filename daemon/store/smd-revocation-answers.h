/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database.h"
#include "smd-revocation-store.h"

G_BEGIN_DECLS

/* The table of OCSP answers, one for each certificate (fingerprint). One transaction each; errors: `Failed`. */

/* @url: (out) (transfer full). Returns: FALSE without @error if none is kept */
gboolean smd_revocation_answers_get (SmdDatabase *database, const char *certificate, SmdOcspAnswer *answer, char **url,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* An answer doesn't replace a newer one. What was said of a failure is forgotten. */
gboolean smd_revocation_answers_put (SmdDatabase *database, const char *certificate, const char *url, const SmdOcspAnswer *answer,
                                     gint64 now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The last try was in vain; an answer that is there stays. */
gboolean smd_revocation_answers_note_mute (SmdDatabase *database, const char *certificate, const char *url, const char *detail,
                                           gint64 now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @certificates: (element-type SmdCertificate) */
gboolean smd_revocation_answers_touch (SmdDatabase *database, GPtrArray *certificates, gint64 now,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): %NULL without @error if nothing is known */
SmdRevocationEntry *smd_revocation_answers_lookup (SmdDatabase *database, const char *certificate,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds an entry for each (element-type SmdRevocationEntry). */
gboolean smd_revocation_answers_list (SmdDatabase *database, GPtrArray *entries, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_answers_clear (SmdDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Forgets those that were fetched and used before, in seconds since 1970 UTC, and say nothing about a later time. */
gboolean smd_revocation_answers_prune (SmdDatabase *database, gint64 before, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
