/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/*
 * What mutt and neomutt need in the place of openssl and smime_keys (their "classic" S/MIME): commands that work on temporary files,
 * whose output and first line of standard error decide, not their exit code. data/mutt/smimed.rc calls them, docs/mutt.md explains.
 *
 * mutt looks up keys in files .index, by address, and hands their names on. Our names are the addresses themselves (see
 * smimectl_mutt_name_new()), so that it is the service which chooses certificates.
 */

SmimectlExit smimectl_mutt (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

SmimectlExit smimectl_mutt_accounts (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_mutt_index (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_mutt_find (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_mutt_sign (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_mutt_encrypt (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_mutt_decrypt (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_mutt_open (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_mutt_verify (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_mutt_signer (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_mutt_import (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The argument at @index behind the action's name, or NULL with @error */
const char *smimectl_mutt_argument (const SmimectlContext *context, guint index, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the bytes of the file that the argument at @index names */
GBytes *smimectl_mutt_load (const SmimectlContext *context, guint index, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;
