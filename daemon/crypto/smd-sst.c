/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-sst.h"

#define HEADER 8
#define ELEMENT 12       /* kind, encoding, size; each 32 bits, little-endian */
#define KIND_END 0       /* and eight bytes of zeros */
#define KIND_CERTIFICATE 32

static guint32
read_number (const guint8 *at)
{
  return (guint32) at[0] | (guint32) at[1] << 8 | (guint32) at[2] << 16 | (guint32) at[3] << 24;
}

gboolean
smd_sst_begins (SmdSpan file)
{
  static const guint8 header[HEADER] = { 0, 0, 0, 0, 'C', 'E', 'R', 'T' };

  return file.size >= HEADER && memcmp (file.data, header, HEADER) == 0;
}

SmdSpan
smd_sst_skip_header (SmdSpan file)
{
  return smd_span_skip (file, HEADER);
}

gboolean
smd_sst_next (SmdSpan *rest, SmdSpan *der)
{
  while (rest->size >= ELEMENT)
    {
      guint32 kind = read_number (rest->data);
      guint32 size = read_number (rest->data + 8);

      if (kind == KIND_END)
        {
          *rest = SMD_SPAN_EMPTY;
          return FALSE;
        }
      if (size > rest->size - ELEMENT)
        return FALSE;

      *der = smd_span (rest->data + ELEMENT, size);
      *rest = smd_span_skip (*rest, ELEMENT + size);
      if (kind == KIND_CERTIFICATE)
        return TRUE;
    }

  return FALSE;
}
