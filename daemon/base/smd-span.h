/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/**
 * SmdSpan:
 * @data: (unowned) (nullable): first byte
 * @size: in bytes
 *
 * Bytes that lie somewhere else: a view without ownership, passed by value. Whoever makes one says how long it stays valid.
 */
typedef struct
{
  const guint8 *data; /* (unowned) */
  gsize size;
} SmdSpan;

#define SMD_SPAN_EMPTY ((SmdSpan){ NULL, 0 })

static inline SmdSpan
smd_span (const void *data, gsize size)
{
  return (SmdSpan){ data, size };
}

static inline SmdSpan
smd_span_string (const char *string)
{
  return smd_span (string, strlen (string));
}

/* Valid as long as @bytes */
static inline SmdSpan
smd_span_bytes (GBytes *bytes)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  return smd_span (data, size);
}

static inline gboolean
smd_span_equal (SmdSpan a, SmdSpan b)
{
  return a.size == b.size && (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

/* The rest of @span behind its first @skip bytes; empty if there are fewer. */
static inline SmdSpan
smd_span_skip (SmdSpan span, gsize skip)
{
  return skip >= span.size ? SMD_SPAN_EMPTY : smd_span (span.data + skip, span.size - skip);
}

/* The first @size bytes of @span, or all of it if there are fewer. */
static inline SmdSpan
smd_span_head (SmdSpan span, gsize size)
{
  return smd_span (span.data, MIN (size, span.size));
}

/**
 * smd_span_to_hex:
 *
 * Returns: (transfer full): lower-case hexadecimal digits
 */
char *smd_span_to_hex (SmdSpan span);

/* Writes all of @span to @fd, at @offset. Returns: FALSE with errno */
gboolean smd_span_write (SmdSpan span, int fd, gsize offset) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
