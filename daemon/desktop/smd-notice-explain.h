/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-notifier.h"

G_BEGIN_DECLS

/* Shows what a notification has no room for, unless a mail program says that it does so. As smd_notifier_explain() */
void smd_notice_explain (GDBusConnection *connection, const SmdNotice *notice, const char *token);

G_END_DECLS
