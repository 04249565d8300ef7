/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): the words of Manager.Features: what this build can do */
char **smd_features_dup (void);

G_END_DECLS
