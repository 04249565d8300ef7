/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-gmime.h"

void
smd_gmime_ensure (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done))
    {
      g_mime_init ();
      g_once_init_leave (&done, 1);
    }
}
