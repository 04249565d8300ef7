/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMD_TYPE_KEYRING_WATCH (smd_keyring_watch_get_type ())
G_DECLARE_FINAL_TYPE (SmdKeyringWatch, smd_keyring_watch, SMD, KEYRING_WATCH, GObject)

/**
 * SmdKeyringWatch:
 *
 * Tells when items can't be read any more, by the signal `locked`; asynchronous, on the default main context.
 */
SmdKeyringWatch *smd_keyring_watch_new (void);

/* `locked` is emitted when the item, its collection or the service goes, and if it has gone already. Any thread. */
void smd_keyring_watch_add (SmdKeyringWatch *self, const char *id);

G_END_DECLS
