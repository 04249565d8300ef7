/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-der.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check_octets (SmdSpan span)
{
  g_autofree guint8 *joined = NULL;
  SmdDerReader reader;
  SmdDerOctets octets;
  gsize position = 0, sum = 0;
  SmdSpan piece;

  smd_der_reader_init (&reader, span);
  if (!smd_der_read_octets (&reader, SMD_DER_OCTET_STRING, &octets, NULL))
    return;

  while (smd_der_octets_next (&octets, &position, &piece))
    sum += piece.size;
  g_assert_cmpuint (sum, ==, octets.size);
  joined = g_malloc (octets.size);
  smd_der_octets_copy (&octets, joined);
}

static void
check_walk (SmdSpan span)
{
  SmdDerReader reader;
  SmdSpan content;

  smd_der_reader_init (&reader, span);
  for (;;)
    {
      guint tag = smd_der_peek (&reader);
      SmdDerReader copy = reader;

      if (tag == SMD_DER_NONE)
        {
          if (reader.depth == 0 || !smd_der_leave (&reader, NULL))
            return;
          continue;
        }
      if (smd_der_skip (&copy, &content, NULL))
        check_octets (content);
      if (smd_der_enter (&copy, SMD_DER_NONE, NULL))
        g_assert_not_reached ();

      copy = reader;
      if (smd_der_enter (&copy, tag, NULL))
        reader = copy;
      else if (!smd_der_read (&reader, tag, &content, NULL))
        return;
    }
}

static void
check_normalise (SmdSpan span)
{
  g_autoptr (GByteArray) der = smd_der_normalise (span, NULL);
  g_autoptr (GByteArray) again = NULL;

  if (der == NULL)
    return;

  again = smd_der_normalise (smd_span (der->data, der->len), NULL);
  g_assert_nonnull (again);
  g_assert_cmpmem (again->data, again->len, der->data, der->len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  SmdSpan span = smd_span (data, size);

  /* Each skip is linear, and the walk skips at each place. */
  if (size <= 4096)
    check_walk (span);
  check_octets (span);
  check_normalise (span);
  return 0;
}
