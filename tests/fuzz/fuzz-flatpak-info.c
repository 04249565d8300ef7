/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-flatpak-info.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *application = smd_flatpak_info_parse (smd_span (data, size), &error);

  g_assert_true ((application == NULL) == (error != NULL));
  for (const char *at = application; at != NULL && *at != '\0'; at++)
    g_assert_true (g_ascii_isgraph (*at));
  return 0;
}
