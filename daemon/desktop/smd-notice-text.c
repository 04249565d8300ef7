/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-notice-text.h"

#include <glib/gi18n-lib.h>

const char *
smd_notice_get_application (void)
{
  return _("Mail security");
}

const char *
smd_notice_get_action (void)
{
  return _("Show certificate");
}

static char *
format_day (gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time);
  /* Translators: a date in a sentence, as for g_date_time_format(): Monday, 7 December 2026 */
  char *text = date != NULL ? g_date_time_format (date, _("%A, %-e %B %Y")) : NULL;

  return text != NULL ? text : g_strdup ("?");
}

static char *
make_own_title (const SmdNotice *notice, const char *address)
{
  if (notice->days < 0)
    return g_strdup_printf (_("Your certificate for %s has expired"), address);
  if (notice->days == 0)
    return g_strdup_printf (_("Your certificate for %s expires today"), address);
  if (notice->days == 1)
    return g_strdup_printf (_("Your certificate for %s expires tomorrow"), address);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Your certificate for %s expires in %d day",
                                       "Your certificate for %s expires in %d days", (gulong) notice->days),
                          address, notice->days);
}

char *
smd_notice_make_title (const SmdNotice *notice)
{
  g_autofree char *address = notice->address[0] != '\0' ? g_utf8_make_valid (notice->address, -1) : g_strdup (_("signing mail"));

  if (notice->kind == SMD_NOTICE_OWN)
    return make_own_title (notice, address);
  if (notice->kind == SMD_NOTICE_CORRESPONDENTS && notice->count == 1)
    return g_strdup_printf (notice->days < 0 ? _("The certificate of %s has expired") : _("The certificate of %s expires soon"), address);
  if (notice->kind == SMD_NOTICE_CORRESPONDENTS)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "The certificate of %u correspondent expires",
                                         "The certificates of %u correspondents expire", notice->count),
                            notice->count);
  return g_strdup (_("A certification authority’s certificate expires"));
}

static char *
make_text (const SmdNotice *notice, const char *day, const char *address)
{
  if (notice->kind == SMD_NOTICE_OWN && notice->days < 0)
    return g_strdup_printf (_("It was valid until %s. You can’t sign mail with it any more, and nobody can encrypt mail for you; what you "
                              "received stays readable. Ask for a new certificate, and install it in your mail program."),
                            day);
  if (notice->kind == SMD_NOTICE_OWN)
    return g_strdup_printf (_("It is valid until %s. After that you can’t sign mail, and nobody can encrypt mail for you. Ask for a new "
                              "certificate, and install it in your mail program."),
                            day);
  if (notice->kind == SMD_NOTICE_CORRESPONDENTS && notice->count == 1)
    return g_strdup_printf (_("After %s you can’t encrypt mail for this address. Ask for a signed message: it brings the new certificate."),
                            day);
  if (notice->kind == SMD_NOTICE_CORRESPONDENTS)
    return g_strdup_printf (_("The first is that of %s, on %s. After that you can’t encrypt mail for these addresses. Ask for signed messages: "
                              "they bring the new certificates."),
                            address, day);
  return g_strdup_printf (_("After %s, signatures of people whom it certified can’t be trusted any more. Ask your administrator for the "
                            "authority’s new certificate."),
                          day);
}

char *
smd_notice_make_body (const SmdNotice *notice)
{
  g_autofree char *address = g_utf8_make_valid (notice->address, -1);
  g_autofree char *day = format_day (notice->not_after);

  return make_text (notice, day, address);
}
