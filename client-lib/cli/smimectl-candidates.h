/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What the shells complete with, one a line, a description behind a tab: @kind is `account`, `recipient`, `certificate`, `own` or `key`. Nothing
 * is said of errors, and it ends after some seconds whatever happens: somebody waits at the keyboard. Returns: TRUE */
gboolean smimectl_candidates_print (const char *kind);
