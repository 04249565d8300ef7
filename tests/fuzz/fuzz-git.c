/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smimed-git.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) payload = g_bytes_new (data, size);
  g_autofree char *identity = smimed_git_identity (payload);

  g_assert_true (identity == NULL || (*identity != '\0' && strpbrk (identity, "<>\n") == NULL));
  g_assert_true (identity == NULL || g_utf8_validate (identity, -1, NULL));
  return 0;
}
