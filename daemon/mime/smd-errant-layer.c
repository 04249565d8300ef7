/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-message-parts.h"
#include "smd-multipart.h"

#define DEEPEST 16
/* Bytes of a Content-Type field that are looked at */
#define FIELD ((gsize) 1024)
/* Parts of one multipart that are looked at; a message of nothing but delimiters would fill the memory with their places. */
#define MOST_PARTS 4096

/* Whether a type of the pkcs7 family is named at the start of @text; GLib has no case-insensitive memmem(). */
static gboolean
names_pkcs7 (SmdSpan text)
{
  for (gsize i = 0; i + 5 <= text.size; i++)
    if ((text.data[i] == 'p' || text.data[i] == 'P') && g_ascii_strncasecmp ((const char *) text.data + i, "pkcs7", 5) == 0)
      return TRUE;

  return FALSE;
}

/* Whether a line of @text starts with Content-Type, whose hyphen is at @hyphen */
static gboolean
is_content_type (SmdSpan text, gsize hyphen)
{
  static const char name[] = "content-type";
  gsize before = strlen ("content");
  const char *start = (const char *) text.data + hyphen - before;

  return hyphen >= before && text.size - hyphen > strlen (name) - before && (hyphen == before || start[-1] == '\n')
         && g_ascii_strncasecmp (start, name, strlen (name)) == 0;
}

/* Cheap: does any Content-Type field, wherever it stands, name such a type? Most messages are done with after this. Base64 has no
 * hyphens, so that attachments are passed at memchr()'s pace. */
static gboolean
may_have_layer (SmdSpan text)
{
  const guint8 *end = text.data + text.size;
  const guint8 *hyphen = text.size > 0 ? memchr (text.data, '-', text.size) : NULL;
  gsize searched = 0;

  while (hyphen != NULL)
    {
      gsize place = (gsize) (hyphen - text.data);

      /* Fields that stand close together share what follows them: it is searched once. */
      if (is_content_type (text, place))
        {
          gsize begin = MAX (place, searched - MIN (searched, strlen ("pkcs")));

          searched = place + FIELD;
          if (names_pkcs7 (smd_span_head (smd_span_skip (text, begin), searched - begin)))
            return TRUE;
        }
      hyphen = memchr (hyphen + 1, '-', (gsize) (end - hyphen) - 1);
    }
  return FALSE;
}

static gboolean has_layer_below (SmdPart *part, guint depth);

static gboolean
is_or_has_layer (SmdSpan text, guint depth)
{
  g_autoptr (SmdPart) part = may_have_layer (text) ? smd_part_parse (text, NULL) : NULL;

  if (part == NULL)
    return FALSE;

  switch (smd_part_get_kind (part))
    {
    case SMD_PART_PKCS7_MIME:
    case SMD_PART_PKCS7_SIGNATURE:
    case SMD_PART_CLEAR_SIGNED:
      return TRUE;
    default:
      return has_layer_below (part, depth + 1);
    }
}

static gboolean
has_layer_among (SmdPart *part, guint depth)
{
  g_autofree char *boundary = smd_part_dup_parameter (part, "boundary");
  g_autoptr (SmdMultipart) multipart = NULL;

  if (boundary == NULL || *boundary == '\0')
    return FALSE;

  multipart = smd_multipart_split (smd_part_get_header (part)->body, boundary, MOST_PARTS);
  for (guint i = 0; i < multipart->parts->len; i++)
    if (is_or_has_layer (smd_multipart_get (multipart, i), depth))
      return TRUE;

  return FALSE;
}

static gboolean
has_layer_below (SmdPart *part, guint depth)
{
  if (depth > DEEPEST)
    return FALSE;

  switch (smd_part_get_kind (part))
    {
    case SMD_PART_MULTIPART:
    case SMD_PART_CLEAR_SIGNED:
      return has_layer_among (part, depth);
    case SMD_PART_MESSAGE:
      return is_or_has_layer (smd_part_get_header (part)->body, depth);
    default:
      return FALSE;
    }
}

gboolean
smd_message_has_errant_layer (SmdMessage *self)
{
  /* A layer that is at the root is the caller's; it asks again about what is inside. */
  if (smd_message_get_root (self) != SMD_ROOT_NONE)
    return FALSE;
  return may_have_layer (smd_part_get_header (smd_message_get_part (self))->body) && has_layer_below (smd_message_get_part (self), 0);
}
