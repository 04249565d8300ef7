/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory-filter.h"

#include <gio/gio.h>
#include <string.h>

char *
smd_directory_filter_escape (const char *value)
{
  GString *text = g_string_new (NULL);

  for (const guchar *at = (const guchar *) value; *at != '\0'; at++)
    if (g_ascii_isalnum (*at) || strchr ("@.-_+", *at) != NULL)
      g_string_append_c (text, (char) *at);
    else
      g_string_append_printf (text, "\\%02x", *at);
  return g_string_free (text, FALSE);
}

static void
append_form (GString *filter, const char *address)
{
  g_autofree char *value = smd_directory_filter_escape (address);

  /* `SMTP:` is the primary one, and some servers compare with case. */
  g_string_append_printf (filter, "(mail=%s)(proxyAddresses=smtp:%s)(proxyAddresses=SMTP:%s)", value, value, value);
}

/* Returns: (transfer full) (nullable): @address with its domain in U-labels, if that is another form */
static char *
make_unicode (const char *address)
{
  const char *at = strrchr (address, '@');
  g_autofree char *domain = at != NULL && g_hostname_is_ascii_encoded (at + 1) ? g_hostname_to_unicode (at + 1) : NULL;

  return domain != NULL ? g_strdup_printf ("%.*s@%s", (int) (at - address), address, domain) : NULL;
}

char *
smd_directory_filter_new (const char *address, const char *more)
{
  g_autofree char *unicode = make_unicode (address);
  GString *filter = g_string_new (more != NULL ? "(&" : NULL);

  g_string_append (filter, "(|");
  append_form (filter, address);
  if (unicode != NULL)
    append_form (filter, unicode);
  g_string_append_c (filter, ')');
  if (more != NULL)
    g_string_append_printf (filter, "%s)", more);
  return g_string_free (filter, FALSE);
}
