/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMD_TYPE_SECRET_WATCH (smd_secret_watch_get_type ())
G_DECLARE_FINAL_TYPE (SmdSecretWatch, smd_secret_watch, SMD, SECRET_WATCH, GObject)

/**
 * SmdSecretWatch:
 *
 * Tells when items can't be read any more, by the signal `locked`; asynchronous, on the default main context.
 */
SmdSecretWatch *smd_secret_watch_new (void);

/* `locked` is emitted when the item, its collection or the service goes, and if it has gone already. Any thread. */
void smd_secret_watch_add (SmdSecretWatch *self, const char *id);

G_END_DECLS
