/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-address.h"

#include <gio/gio.h>
#include <string.h>

#define LONGEST 1024     /* bytes: four times what RFC 5321 section 4.5.3.1 lets the longest one have. Punycode's cost grows with the square. */
#define LONGEST_LABEL 63 /* bytes: RFC 1035 section 2.3.4 */

#define CAPITAL_I_WITH_DOT 0x130 /* Its one small letter is i, which is that of another capital. */

char *
smd_address_strip (const char *address)
{
  g_autofree char *copy = g_strstrip (g_strdup (address));
  gsize length = strlen (copy);

  if (length >= 2 && copy[0] == '<' && copy[length - 1] == '>')
    return g_strndup (copy + 1, length - 2);
  return g_steal_pointer (&copy);
}

/* Characters that can't stand in a dot-string (RFC 5321 section 4.1.2) */
static gboolean
needs_quotes (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || *p == 0x7f || strchr ("()<>[]:;@\\,\"", *p) != NULL)
      return TRUE;

  return *text == '\0';
}

/* The content of a quoted-string, %NULL if it isn't one */
static char *
unquote (const char *local)
{
  GString *text = g_string_new (NULL);
  const char *p = local + 1;

  for (; *p != '\0' && *p != '"' && (guchar) *p >= ' ' && *p != 0x7f; p++)
    {
      if (*p == '\\' && p[1] != '\0')
        p++;
      g_string_append_c (text, *p);
    }

  if (p[0] == '"' && p[1] == '\0')
    return g_string_free (text, FALSE);
  g_string_free (text, TRUE);
  return NULL;
}

/* Quotes that are not needed don't count: RFC 5321 section 4.1.2. */
static char *
strip_quotes (const char *local)
{
  g_autofree char *content = NULL;

  if (*local != '"')
    return needs_quotes (local) ? NULL : g_strdup (local);

  content = unquote (local);
  if (content == NULL)
    return NULL;
  return needs_quotes (content) ? g_strdup (local) : g_steal_pointer (&content);
}

/* Each letter by itself and the same in every locale: Turkish would make another one of I. @text: valid UTF-8 */
static char *
fold_letters (const char *text)
{
  GString *folded = g_string_sized_new (strlen (text));

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar letter = g_utf8_get_char (p);

      g_string_append_unichar (folded, letter == CAPITAL_I_WITH_DOT ? letter : g_unichar_tolower (letter));
    }
  return g_string_free (folded, FALSE);
}

/* NFC first, as it may bring signs that need quotes (the Greek question mark is a semicolon), and last, as letters may join when
 * a quote's backslash between them has gone. */
static char *
fold_local_part (const char *local, gsize length)
{
  g_autofree char *normal = g_utf8_normalize (local, (gssize) length, G_NORMALIZE_NFC);
  g_autofree char *lower = normal != NULL ? fold_letters (normal) : NULL;
  g_autofree char *bare = lower != NULL ? strip_quotes (lower) : NULL;

  return bare != NULL ? g_utf8_normalize (bare, -1, G_NORMALIZE_NFC) : NULL;
}

/* RFC 5321 section 4.1.3: digits, letters, points and colons between brackets */
static gboolean
is_literal (const char *domain)
{
  gsize inside = strspn (domain + 1, "0123456789abcdefghijklmnopqrstuvwxyz.:-");

  return inside > 0 && g_str_equal (domain + 1 + inside, "]");
}

/* A domain in A-labels, or an address literal; without the dot of the root */
static char *
fold_domain (const char *domain)
{
  g_autofree char *ascii = g_hostname_to_ascii (domain);
  g_autofree char *lower = ascii != NULL ? g_ascii_strdown (ascii, -1) : NULL;
  gsize length = lower != NULL ? strlen (lower) : 0;

  if (length == 0 || lower[0] == '.' || strstr (lower, "..") != NULL)
    return NULL;
  if (lower[length - 1] == '.')
    lower[length - 1] = '\0';
  if (lower[0] == '[' ? !is_literal (lower) : needs_quotes (lower))
    return NULL;
  return g_steal_pointer (&lower);
}

/* A domain's dots don't stand beside each other or the at sign. */
static gboolean
is_plain_sign (const char *p, const char *at)
{
  if (*p == '.')
    return at == NULL || (p[-1] != '.' && p[-1] != '@');
  return g_ascii_isalnum (*p) || *p == '-' || (at == NULL && (*p == '_' || *p == '+'));
}

/* Letters, digits and signs that need no quotes, one at sign, labels without escapes: nearly all addresses there are.
 * @folded: LONGEST + 1 bytes, for the address in lower case. Returns: its length, 0 if it isn't such a one */
static gsize
fold_plain (const char *address, char *folded)
{
  const char *at = NULL;
  const char *p;

  for (p = address; *p != '\0'; p++)
    {
      if (*p == '@' && at == NULL && p != address)
        at = p;
      else if (!is_plain_sign (p, at) || p - address >= LONGEST)
        return 0;
      folded[p - address] = g_ascii_isupper (*p) ? *p | 0x20 : *p;
    }
  folded[p - address] = '\0';
  return at != NULL && at + 1 < p && p[-1] != '.' && p - at <= LONGEST_LABEL ? (gsize) (p - address) : 0;
}

/* @text: without white space around it. A-labels and NFC may be longer than what they stand for: what comes out has the same limit
 * as what goes in. */
static char *
fold_parts (const char *text)
{
  const char *at = strrchr (text, '@');
  g_autofree char *local = NULL;
  g_autofree char *domain = NULL;

  if (at == NULL || at == text || at[1] == '\0' || !g_utf8_validate (text, -1, NULL))
    return NULL;

  local = fold_local_part (text, (gsize) (at - text));
  domain = fold_domain (at + 1);
  if (local == NULL || domain == NULL || strlen (local) + 1 + strlen (domain) > LONGEST)
    return NULL;
  return g_strconcat (local, "@", domain, NULL);
}

char *
smd_address_normalize (const char *address)
{
  char folded[LONGEST + 1];
  gsize length = fold_plain (address, folded);
  g_autofree char *text = NULL;

  if (length > 0)
    return g_memdup2 (folded, length + 1);
  if (strnlen (address, LONGEST + 1) > LONGEST)
    return NULL;

  text = smd_address_strip (address);
  length = fold_plain (text, folded);
  return length > 0 ? g_memdup2 (folded, length + 1) : fold_parts (text);
}

gboolean
smd_address_equal (const char *a, const char *b)
{
  g_autofree char *x = smd_address_normalize (a);
  g_autofree char *y = smd_address_normalize (b);

  return x != NULL && y != NULL && g_str_equal (x, y);
}
