/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-mutt-message.h"

#include <string.h>

#define MIME_FIELDS \
  "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n" \
  "Content-Transfer-Encoding: base64\n\n"

typedef enum
{
  LINE_FIELD,
  LINE_FOLDED,
  LINE_EMPTY,
  LINE_OTHER,
} LineKind;

/* @line: up to its line end, without it */
static LineKind
kind_of (const char *line, gsize length)
{
  gsize name = 0;

  if (length > 0 && line[length - 1] == '\r')
    length--;
  if (length == 0)
    return LINE_EMPTY;
  if (line[0] == ' ' || line[0] == '\t')
    return LINE_FOLDED;

  while (name < length && line[name] > ' ' && line[name] < 0x7f && line[name] != ':')
    name++;
  return name > 0 && name < length && line[name] == ':' ? LINE_FIELD : LINE_OTHER;
}

/* The end of the line at @at, without its LF */
static const char *
line_end (const char *at, const char *end)
{
  const char *stop = memchr (at, '\n', (gsize) (end - at));

  return stop != NULL ? stop : end;
}

/* Where the header ends: at the empty line, or where no field stands any more. @empty: (out): whether there is an empty line */
static gsize
header_size (const char *data, gsize size, gboolean *empty)
{
  const char *end = data + size;

  *empty = FALSE;
  for (const char *at = data, *stop; at < end; at = MIN (stop + 1, end))
    {
      LineKind kind;

      stop = line_end (at, end);
      kind = kind_of (at, (gsize) (stop - at));
      *empty = kind == LINE_EMPTY;
      if (kind == LINE_EMPTY || kind == LINE_OTHER)
        return (gsize) (at - data);
    }

  return size;
}

GBytes *
smimectl_mutt_message_mend (GBytes *copy)
{
  gsize size;
  const char *data = g_bytes_get_data (copy, &size);
  gboolean empty;
  gsize header = header_size (data, size, &empty);
  GByteArray *message;

  if (empty || header == 0 || header == size)
    return g_bytes_ref (copy);

  message = g_byte_array_sized_new ((guint) (size + sizeof MIME_FIELDS));
  g_byte_array_append (message, (const guint8 *) data, (guint) header);
  g_byte_array_append (message, (const guint8 *) MIME_FIELDS, (guint) strlen (MIME_FIELDS));
  g_byte_array_append (message, (const guint8 *) data + header, (guint) (size - header));
  return g_byte_array_free_to_bytes (message);
}

static void
append_line (GString *text, const char *line, gsize length)
{
  if (length > 0 && line[length - 1] == '\r')
    length--;
  g_string_append_len (text, line, (gssize) length);
}

char *
smimectl_mutt_message_get_field (GBytes *message, const char *name)
{
  gsize size;
  const char *data = g_bytes_get_data (message, &size);
  gboolean empty;
  const char *end = data + header_size (data, size, &empty);
  gsize length = strlen (name);
  GString *text = NULL;

  for (const char *at = data, *stop; at < end; at = MIN (stop + 1, end))
    {
      gboolean folded;

      stop = line_end (at, end);
      folded = kind_of (at, (gsize) (stop - at)) == LINE_FOLDED;
      if (text != NULL && !folded)
        break;
      if (text != NULL)
        append_line (text, at, (gsize) (stop - at));
      else if (!folded && (gsize) (stop - at) > length && at[length] == ':' && g_ascii_strncasecmp (at, name, length) == 0)
        append_line (text = g_string_new (NULL), at + length + 1, (gsize) (stop - at) - length - 1);
    }

  return text != NULL ? g_string_free (text, FALSE) : NULL;
}

static gboolean
can_stand_in_field (const char *address)
{
  for (const char *at = address; *at != '\0'; at++)
    if ((guchar) *at <= ' ' || *at == 0x7f || strchr ("<>(),;:\"\\[]", *at) != NULL)
      return FALSE;

  return strchr (address, '@') != NULL;
}

GBytes *
smimectl_mutt_message_add_from (GBytes *entity, const char *address)
{
  g_autofree char *from = smimectl_mutt_message_get_field (entity, "From");
  gsize size;
  const char *data = g_bytes_get_data (entity, &size);
  GString *message;

  if (from != NULL || address == NULL || !can_stand_in_field (address))
    return g_bytes_ref (entity);

  message = g_string_new (NULL);
  g_string_append_printf (message, "From: %s\n", address);
  g_string_append_len (message, data, (gssize) size);
  return g_string_free_to_bytes (message);
}

gboolean
smimectl_mutt_message_has_several_authors (GBytes *message)
{
  g_autofree char *from = smimectl_mutt_message_get_field (message, "From");
  g_autofree char *sender = smimectl_mutt_message_get_field (message, "Sender");
  gboolean quoted = FALSE;

  if (from == NULL || sender == NULL)
    return FALSE;

  for (const char *at = from; *at != '\0'; at++)
    if (*at == '\\' && at[1] != '\0')
      at++;
    else if (*at == '"')
      quoted = !quoted;
    else if (*at == ',' && !quoted)
      return TRUE;

  return FALSE;
}

gboolean
smimectl_mutt_message_is_protected (GBytes *entity)
{
  g_autofree char *type = smimectl_mutt_message_get_field (entity, "Content-Type");
  g_autofree char *lower = type != NULL ? g_ascii_strdown (type, -1) : NULL;

  return lower != NULL && (strstr (lower, "multipart/signed") != NULL || strstr (lower, "pkcs7-mime") != NULL);
}
