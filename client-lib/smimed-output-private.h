/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gunixfdlist.h>

#include "smimed-output.h"

G_BEGIN_DECLS

/* @addresses: (nullable). Returns: (transfer full): what stands at @handle of @fds; NULL with @error if the service sent nothing there */
SmimedOutput *smimed_output_new (GUnixFDList *fds, int handle, const char *const *addresses, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
