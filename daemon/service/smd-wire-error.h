/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * smd_wire_error:
 * @error: (transfer full)
 *
 * The one place where errors of other domains become words of the bus.
 *
 * Returns: (transfer full): an error of #SMIMED_ERROR, with a text that D-Bus lets pass
 */
GError *smd_wire_error (GError *error);

G_END_DECLS
