/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-notice-explain.h"

#include "smd-bus-name.h"
#include "smd-language.h"
#include "smd-notice-page.h"
#include "smd-page-viewer.h"

#define VIEWER "org.smimed.Smime1.Viewer"

typedef struct
{
  SmdNotice *notice; /* (owned) */
  char *token;       /* (owned) */
} Page;

/* Only where no mail program says that it shows certificates: two windows for one click are too many. */
static void
on_viewer_known (GObject *source, GAsyncResult *result, gpointer data)
{
  Page *page = data;

  if (!smd_bus_name_is_owned_finish (G_DBUS_CONNECTION (source), result))
    {
      g_auto (SmdLanguage) language = smd_language_speak ();
      g_autofree char *html = smd_notice_make_page (page->notice);

      smd_page_view (html, page->token);
    }

  smd_notice_free (page->notice);
  g_free (page->token);
  g_free (page);
}

void
smd_notice_explain (GDBusConnection *connection, const SmdNotice *notice, const char *token)
{
  Page *page = g_new0 (Page, 1);

  page->notice = smd_notice_copy (notice);
  page->token = g_strdup (token);
  smd_bus_name_is_owned (connection, VIEWER, on_viewer_known, page);
}
