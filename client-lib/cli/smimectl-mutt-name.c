/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-mutt-name.h"

#include <string.h>

#define OWN ":me"
#define SAFE "@._+-"

char *
smimectl_mutt_name_new (const char *address, gboolean own)
{
  GString *name = g_string_new (NULL);

  for (const char *at = address; *at != '\0'; at++)
    if (g_ascii_isalnum (*at) || strchr (SAFE, *at) != NULL)
      g_string_append_c (name, *at);
    else
      g_string_append_printf (name, "=%02X", (guint) (guchar) *at);
  if (own)
    g_string_append (name, OWN);
  return g_string_free (name, FALSE);
}

static gboolean
decode (const char *name, GString *address)
{
  for (const char *at = name; *at != '\0'; at++)
    if (g_ascii_isalnum (*at) || strchr (SAFE, *at) != NULL)
      g_string_append_c (address, *at);
    else if (*at == '=' && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2]))
      {
        g_string_append_c (address, (char) (g_ascii_xdigit_value (at[1]) * 16 + g_ascii_xdigit_value (at[2])));
        at += 2;
      }
    else
      return FALSE;

  return strlen (address->str) == address->len && strchr (address->str, '@') != NULL && g_utf8_validate (address->str, -1, NULL);
}

char *
smimectl_mutt_name_read (const char *path, gboolean *own)
{
  const char *slash = strrchr (path, '/');
  g_autofree char *name = g_strdup (slash != NULL ? slash + 1 : path);
  g_autoptr (GString) address = g_string_new (NULL);

  *own = g_str_has_suffix (name, OWN);
  if (*own)
    name[strlen (name) - strlen (OWN)] = '\0';
  return decode (name, address) ? g_string_free (g_steal_pointer (&address), FALSE) : NULL;
}
