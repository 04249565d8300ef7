/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An option of the daemon's program, before the page's path and the token: it is smd_page_open() then, and nothing else */
#define SMD_PAGE_OPTION "--open-page"

/**
 * smd_page_view:
 * @html: a whole page
 * @token: for raising a window (XDG_ACTIVATION_TOKEN), or ""
 *
 * Shows a page with what the user's desktop shows pages with. Main thread; doesn't wait. What goes wrong stands in the log.
 */
void smd_page_view (const char *html, const char *token);

/**
 * smd_page_open:
 * @path: of the page
 * @token: as above
 *
 * Lets the desktop's portal show a page, and waits for it.
 *
 * Returns: the process's exit code: 0 if the portal took it
 */
int smd_page_open (const char *path, const char *token);

G_END_DECLS
