/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-address.h"

#include <gio/gio.h>
#include <string.h>

/* @text without surrounding white space and angle brackets */
static char *
strip (const char *text)
{
  g_autofree char *copy = g_strstrip (g_strdup (text));
  gsize length = strlen (copy);

  if (length >= 2 && copy[0] == '<' && copy[length - 1] == '>')
    return g_strndup (copy + 1, length - 2);
  return g_steal_pointer (&copy);
}

static gboolean
has_forbidden (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || *p == 0x7f || *p == '<' || *p == '>')
      return TRUE;

  return FALSE;
}

static char *
fold_local_part (const char *local, gsize length)
{
  g_autofree char *part = g_strndup (local, length);
  g_autofree char *normal = g_utf8_normalize (part, -1, G_NORMALIZE_NFC);

  return normal != NULL ? g_utf8_strdown (normal, -1) : NULL;
}

static char *
fold_domain (const char *domain)
{
  g_autofree char *ascii = g_hostname_to_ascii (domain);

  return ascii != NULL ? g_ascii_strdown (ascii, -1) : NULL;
}

char *
smd_address_normalize (const char *address)
{
  g_autofree char *text = strip (address);
  g_autofree char *local = NULL;
  g_autofree char *domain = NULL;
  const char *at = strrchr (text, '@');

  if (at == NULL || at == text || at[1] == '\0' || has_forbidden (text) || !g_utf8_validate (text, -1, NULL))
    return NULL;

  local = fold_local_part (text, (gsize) (at - text));
  domain = fold_domain (at + 1);
  if (local == NULL || domain == NULL)
    return NULL;

  return g_strconcat (local, "@", domain, NULL);
}

gboolean
smd_address_equal (const char *a, const char *b)
{
  g_autofree char *x = smd_address_normalize (a);
  g_autofree char *y = smd_address_normalize (b);

  return x != NULL && y != NULL && g_str_equal (x, y);
}
