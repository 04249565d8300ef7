/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed.h"

/* The part of gpgsm's command line that git speaks (gpg.x509.program), and of GnuPG's status lines that it reads. */

/* `[GNUPG:] TEXT` to the descriptor that --status-fd named; to nobody if @status_fd is negative */
void smimed_git_status (int status_fd, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* GnuPG's numbers of algorithms; 0 for one that it has no number for */
int smimed_git_digest_number (const char *micalg) G_GNUC_PURE;
int smimed_git_key_number (const char *algorithm) G_GNUC_PURE;

/**
 * smimed_git_sign:
 * @key: what user.signingkey says: an address, `Name <address>`, or a fingerprint (or its beginning) of an account's signing certificate
 *
 * Signs what comes on standard input; the armoured signature goes to standard output, and only when it is whole.
 */
gboolean smimed_git_sign (SmimedClient *client, const char *key, int status_fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_git_verify:
 * @path: the file with the signature; what is signed comes on standard input
 * @proven: (out): whether the committer, tagger or pusher is the signer, and proven to be
 */
gboolean smimed_git_verify (SmimedClient *client, const char *path, int status_fd, gboolean *proven,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_git_identity:
 * @payload: a commit, a tag or a push certificate without its signature
 *
 * Whose work it says that it is: the address of its committer, tagger or pusher, as git itself reads it.
 *
 * Returns: (nullable): %NULL if it names nobody, several, or in a way that readers could take for somebody else
 */
char *smimed_git_identity (GBytes *payload);
