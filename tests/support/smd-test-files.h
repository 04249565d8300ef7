/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"

G_BEGIN_DECLS

/* A folder of its own, removed with all that is in it by smd_test_folder_remove(). */
char *smd_test_folder_new (void);
void smd_test_folder_remove (char *folder);

/* Returns: (transfer full): a file, which must be there */
SmdBlob *smd_test_read_file (const char *path);
/* Returns: (transfer full): the same as text */
char *smd_test_read_text (const char *path);

/* Returns: (transfer full): the path of a new file in @folder */
char *smd_test_write_file (const char *folder, const char *name, SmdSpan content);

/* Returns: (transfer full) (nullable): a file or folder of the conformance data; %NULL, and the test skipped, if it isn't there */
char *smd_test_corpus (const char *name);

G_END_DECLS
