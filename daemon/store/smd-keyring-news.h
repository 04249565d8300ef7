/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMD_TYPE_KEYRING_NEWS (smd_keyring_news_get_type ())
G_DECLARE_FINAL_TYPE (SmdKeyringNews, smd_keyring_news, SMD, KEYRING_NEWS, GObject)

/**
 * smd_keyring_news_new:
 *
 * Tells by the signal `news`, on the default main context, when an item that wasn't to be read may be now: something was unlocked or stored in the
 * Secret Service, or it came anew. By the signal `opened` only when a collection is unlocked that wasn't, as far as is known: of what its listener does
 * then with items it hears nothing. Belongs to the main thread; connects in the background.
 */
SmdKeyringNews *smd_keyring_news_new (void);

G_END_DECLS
