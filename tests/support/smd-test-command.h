/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Runs a command in @folder, which must succeed; its words end with %NULL. Returns: (transfer full): what it says */
char *smd_test_run (const char *folder, const char *first, ...) G_GNUC_NULL_TERMINATED;

/* Returns: whether @program is installed; if not, the test is skipped */
gboolean smd_test_have (const char *program);

/* The same of all tests of a program, in place of g_test_run() */
gboolean smd_test_all_have (const char *program);

G_END_DECLS
