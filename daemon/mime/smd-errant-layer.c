/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-message-parts.h"
#include "smd-multipart.h"

#define DEEPEST 16
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

/* Cheap: does any Content-Type field, wherever it stands, name such a type? Most messages are done with after this. */
static gboolean
may_have_layer (SmdSpan text)
{
  static const char name[] = "content-type";
  const guint8 *lf;

  while (text.size > strlen (name))
    {
      if ((text.data[0] | 0x20) == 'c' && g_ascii_strncasecmp ((const char *) text.data, name, strlen (name)) == 0
          && names_pkcs7 (smd_span_head (text, 1024)))
        return TRUE;

      lf = memchr (text.data, '\n', text.size);
      text = lf != NULL ? smd_span_skip (text, (gsize) (lf - text.data) + 1) : SMD_SPAN_EMPTY;
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
