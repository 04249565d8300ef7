/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-options.h"

G_BEGIN_DECLS

gboolean smimed_options_has_progress (SmimedOptions *self);
void smimed_options_tell_progress (SmimedOptions *self, double fraction, guint64 bytes_done, const char *stage);

/* @self: (nullable); @job: (nullable): a token; @handle: that the password will have; @password: (out): a descriptor that the caller
 * closes, -1 if there is none. Returns: (transfer full): the `a{sv}`; NULL on error */
GVariant *smimed_options_build (SmimedOptions *self, const char *job, int handle, int *password, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
