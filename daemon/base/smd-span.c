/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-span.h"

#include <errno.h>
#include <unistd.h>

char *
smd_span_to_hex (SmdSpan span)
{
  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (span.size * 2 + 1);

  for (gsize i = 0; i < span.size; i++)
    {
      hex[2 * i] = digits[span.data[i] >> 4];
      hex[2 * i + 1] = digits[span.data[i] & 15];
    }
  hex[span.size * 2] = '\0';
  return hex;
}

gboolean
smd_span_write (SmdSpan span, int fd, gsize offset)
{
  while (span.size > 0)
    {
      gssize written = pwrite (fd, span.data, span.size, (off_t) offset);

      if (written < 0 && errno != EINTR)
        return FALSE;
      offset += (gsize) MAX (written, 0);
      span = smd_span_skip (span, (gsize) MAX (written, 0));
    }
  return TRUE;
}
