/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Stands for the sender where a message is from no account */
#define SMIMECTL_MUTT_NOBODY "nobody@invalid"

/**
 * smimectl_mutt_name_new:
 * @address: of a recipient or an account
 * @own: whether it is the sender's own
 *
 * The name under which mutt knows a certificate. mutt puts it into a shell's command line without quotes, so that it consists of letters,
 * digits and `@._+-`, and `=XX` for any other octet. The sender's own ends with `:me`: as the last of all it also shows that mutt has
 * passed them all on (it cuts long lists without a word).
 */
char *smimectl_mutt_name_new (const char *address, gboolean own);

/**
 * smimectl_mutt_name_read:
 * @path: what mutt hands over: a folder and a name
 * @own: (out): whether it is the sender's own
 *
 * Returns: (nullable): the address; NULL if it is no such name
 */
char *smimectl_mutt_name_read (const char *path, gboolean *own);
