/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gunixfdlist.h>

#include "smimed-validation.h"

G_BEGIN_DECLS

/* What a call of Validate gives. Returns: (transfer full) */
gpointer smimed_validation_read (GVariant *reply, GUnixFDList *fds, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
