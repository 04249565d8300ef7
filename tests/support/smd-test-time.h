/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* How long tests wait, and what they measure. A sanitizer's slowness is none of ours. The same for Python: smimed_client.py. */

#define SECOND ((gint64) G_USEC_PER_SEC)

/* SMD_TEST_PATIENCE: times what would be enough. SMD_TEST_GRACE: microseconds that a call may take beyond its deadline. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SMD_TEST_PATIENCE 5
#define SMD_TEST_GRACE (4 * SECOND)
#else
#define SMD_TEST_PATIENCE 1
#define SMD_TEST_GRACE (SECOND / 4)
#endif
