/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-input.h"

G_BEGIN_DECLS

/* Makes a descriptor that can be sent. At most @limit bytes, else SMIMED_ERROR_TOO_LARGE. */
void smimed_input_load (SmimedInput *self, guint64 limit, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data);

/* Returns: (transfer full): a descriptor, -1 on error */
int smimed_input_load_finish (SmimedInput *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
