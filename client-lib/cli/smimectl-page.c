/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-page.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-advice.h"

struct _SmimectlPage
{
  GString *text; /* (owned) */
  gboolean colour;
  gboolean quiet;
  int fd;
};

static gboolean
wants_colour (int fd)
{
  const char *no = g_getenv ("NO_COLOR");

  return isatty (fd) && (no == NULL || *no == '\0') && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

SmimectlPage *
smimectl_page_new (const SmimectlContext *context, int fd)
{
  SmimectlPage *self = g_new0 (SmimectlPage, 1);

  self->text = g_string_new (NULL);
  self->colour = wants_colour (fd);
  self->quiet = context->quiet;
  self->fd = fd;
  return self;
}

void
smimectl_page_free (SmimectlPage *self)
{
  if (!self->quiet && self->fd == STDOUT_FILENO)
    g_print ("%s", self->text->str);
  else if (!self->quiet)
    g_printerr ("%s", self->text->str);
  g_string_free (self->text, TRUE);
  g_free (self);
}

static const char *
escape_for (SmimectlTone tone)
{
  static const char *const escapes[] = { "", "\033[32m", "\033[31m", "\033[33m", "\033[1m" };

  return escapes[tone];
}

void
smimectl_page_line (SmimectlPage *self, int indent, SmimectlTone tone, const char *format, ...)
{
  gboolean colour = self->colour && tone != SMIMECTL_PLAIN;
  va_list arguments;

  g_string_append_printf (self->text, "%*s%s", indent, "", colour ? escape_for (tone) : "");
  va_start (arguments, format);
  g_string_append_vprintf (self->text, format, arguments);
  va_end (arguments);
  g_string_append (self->text, colour ? "\033[0m\n" : "\n");
}

static gboolean
is_steering (gunichar character)
{
  return g_unichar_iscntrl (character) || (character >= 0x202a && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
}

char *
smimectl_page_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    g_string_append_unichar (clean, is_steering (g_utf8_get_char (p)) ? 0xfffd : g_utf8_get_char (p));

  return g_string_free (clean, FALSE);
}

char *
smimectl_page_lookup (GVariant *dict, const char *key, const char *otherwise)
{
  const char *text = NULL;

  return smimectl_page_clean (g_variant_lookup (dict, key, "&s", &text) ? text : otherwise);
}

char *
smimectl_page_lookup_list (GVariant *dict, const char *key)
{
  g_autofree const char **list = NULL;
  g_autofree char *joined = NULL;

  g_variant_lookup (dict, key, "^a&s", &list);
  joined = list != NULL ? g_strjoinv (", ", (char **) list) : g_strdup ("");
  return smimectl_page_clean (joined);
}

static char *
format_time (gint64 seconds, const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  return time != NULL ? g_date_time_format (time, format) : g_strdup ("?");
}

char *
smimectl_page_date (gint64 seconds)
{
  return format_time (seconds, "%Y-%m-%d");
}

char *
smimectl_page_time (gint64 seconds)
{
  return format_time (seconds, "%Y-%m-%d %H:%M");
}

/* Which certificate is meant is worth telling where it isn't the signer's own, and whose, where the caller says so (`address`). */
static char *
describe (GVariant *problem, const char *code)
{
  g_autofree char *address = smimectl_page_lookup (problem, "address", "");
  GString *text = g_string_new (*address != '\0' ? address : NULL);
  const char *certificate;
  guint depth = 0;
  gint days;

  g_string_append_printf (text, "%s%s", *address != '\0' ? ": " : "", smimed_problem_describe (code));
  if (g_variant_lookup (problem, "days", "i", &days))
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, " (%d day left)", " (%d days left)", (gulong) MAX (days, 0)), days);
  g_variant_lookup (problem, "depth", "u", &depth);
  if (depth > 0 && g_variant_lookup (problem, "certificate", "&s", &certificate))
    g_string_append_printf (text, _ (" (an issuer’s: %.16s)"), certificate);
  return g_string_free (text, FALSE);
}

static SmimectlTone
tone_of (const char *code)
{
  switch (smimed_problem_severity (code))
    {
    case SMIMED_SEVERITY_ERROR:
      return SMIMECTL_BAD;
    case SMIMED_SEVERITY_WARNING:
      return SMIMECTL_DOUBTFUL;
    default:
      return SMIMECTL_PLAIN;
    }
}

/* @follows: the code of the next problem: what helps against both is said once */
static void
add_problem (SmimectlPage *self, GVariant *problem, const char *follows, int indent)
{
  g_autofree char *code = smimectl_page_lookup (problem, "code", "");
  g_autofree char *text = describe (problem, code);
  gboolean temporary = FALSE;
  const char *advice;

  g_variant_lookup (problem, "temporary", "b", &temporary);
  advice = smimectl_advice_for (code, temporary);
  smimectl_page_line (self, indent, tone_of (code), "- %s [%s]", text, code);
  if (advice != NULL && g_strcmp0 (code, follows) != 0)
    smimectl_page_line (self, indent + 2, SMIMECTL_PLAIN, "%s", advice);
}

void
smimectl_page_problems (SmimectlPage *self, GVariant *problems, int indent)
{
  gsize count = problems != NULL ? g_variant_n_children (problems) : 0;

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) problem = g_variant_get_child_value (problems, i);
      g_autoptr (GVariant) next = i + 1 < count ? g_variant_get_child_value (problems, i + 1) : NULL;
      g_autofree char *follows = next != NULL ? smimectl_page_lookup (next, "code", "") : NULL;

      add_problem (self, problem, follows, indent);
    }
}

void
smimectl_page_problems_in (SmimectlPage *self, GVariant *dict, const char *key, int indent)
{
  g_autoptr (GVariant) problems = g_variant_lookup_value (dict, key, G_VARIANT_TYPE ("aa{sv}"));

  smimectl_page_problems (self, problems, indent);
}

void
smimectl_page_certificate (SmimectlPage *self, GVariant *properties)
{
  g_autofree char *fingerprint = smimectl_page_lookup (properties, "Fingerprint", "");
  g_autofree char *role = smimectl_page_lookup (properties, "Role", "");
  g_autofree char *subject = smimectl_page_lookup (properties, "Subject", "");
  g_autofree char *trust = smimectl_page_lookup (properties, "Trust", "default");
  g_autofree char *addresses = smimectl_page_lookup_list (properties, "Addresses");
  g_autofree char *usages = smimectl_page_lookup_list (properties, "Usages");
  g_autofree char *date = NULL;
  gint64 not_after = 0;

  g_variant_lookup (properties, "NotAfter", "x", &not_after);
  date = smimectl_page_date (not_after);
  smimectl_page_line (self, 0, SMIMECTL_PLAIN, "%.16s  %-13s %-13s %s  %s  (%s)%s%s", fingerprint, role, usages, date, addresses, subject,
                      g_str_equal (trust, "default") ? "" : "  ", g_str_equal (trust, "default") ? "" : trust);
}
