/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-notice-page.h"

#include <glib/gi18n-lib.h>

#include "smd-notice-text.h"

#define STYLE \
  "body{font:1.1em/1.5 sans-serif;max-width:42em;margin:3em auto;padding:0 1em}dt{font-weight:bold}dd{margin:0 0 .5em;word-wrap:break-word}" \
  "pre{background:#8882;padding:.7em;overflow:auto}"

static void
add_fact (GString *page, const char *name, const char *value)
{
  g_autofree char *safe = g_utf8_make_valid (value, -1);
  g_autofree char *markup = g_markup_printf_escaped ("<dt>%s</dt><dd>%s</dd>\n", name, safe);

  if (*value != '\0')
    g_string_append (page, markup);
}

static char *
format_end (gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time);
  char *text = date != NULL ? g_date_time_format (date, "%c") : NULL;

  return text != NULL ? text : g_strdup ("?");
}

static void
add_facts (GString *page, const SmdNotice *notice)
{
  g_autofree char *end = format_end (notice->not_after);

  g_string_append (page, "<dl>\n");
  add_fact (page, _("Address"), notice->address);
  add_fact (page, _("Valid until"), end);
  add_fact (page, _("Fingerprint (SHA-256)"), notice->fingerprint);
  g_string_append (page, "</dl>\n");
}

static void
add_command (GString *page, const char *what, const char *command)
{
  g_autofree char *markup = g_markup_printf_escaped ("<p>%s</p>\n<pre>%s</pre>\n", what, command);

  g_string_append (page, markup);
}

/* Of an address only letters that no shell knows stand in a command: people copy it. */
static char *
quote (const char *address)
{
  g_autofree char *safe = g_utf8_make_valid (address, -1);

  return g_shell_quote (safe);
}

static void
add_steps (GString *page, const SmdNotice *notice)
{
  g_autofree char *address = quote (notice->address);
  g_autofree char *request = g_strdup_printf ("smimectl request create %s --output request.p10", address);
  g_autofree char *show = g_strdup_printf ("smimectl certificates --details %s", notice->fingerprint);

  g_string_append (page, "<hr>\n");
  if (notice->kind == SMD_NOTICE_OWN && *notice->address != '\0')
    add_command (page, _("In a terminal, this makes a new key and a request to send to your certification authority:"), request);
  if (notice->kind == SMD_NOTICE_OWN)
    add_command (page, _("If you are sent a file with the ending .p12, open it, or write:"), "smimectl import FILE.p12");
  add_command (page, _("This shows the certificate:"), show);
  add_command (page, _("This lists everything that needs your attention:"), "smimectl status");
}

char *
smd_notice_make_page (const SmdNotice *notice)
{
  g_autofree char *title = smd_notice_make_title (notice);
  g_autofree char *body = smd_notice_make_body (notice);
  g_autofree char *paragraph = g_markup_printf_escaped ("<p>%s</p>\n", body);
  g_autofree char *head = g_markup_printf_escaped ("<title>%s</title>\n<style>" STYLE "</style>\n<h1>%s</h1>\n", title, title);
  g_autoptr (GString) page = g_string_new ("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n");

  g_string_append (page, head);
  g_string_append (page, paragraph);
  add_facts (page, notice);
  add_steps (page, notice);
  return g_string_free (g_steal_pointer (&page), FALSE);
}
