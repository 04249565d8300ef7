/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-crypto.h"
#include "smd-directory-range.h"
#include "smd-directory-values.h"

/* An attribute's name, as the directory tells it: what is asked for next comes after what came. */
static void
check_range (const guint8 *data, gsize size)
{
  g_autofree char *name = g_strndup ((const char *) data, size);
  g_autofree char *rest = NULL;
  SmdDirectoryRange range;
  SmdDirectoryRange next;

  if (!smd_directory_range_read (name, &range) || !range.is_part || range.is_last)
    return;
  rest = smd_directory_range_make (name, range.next);
  g_assert_true (range.next > range.first && smd_directory_range_read (rest, &next));
  g_assert_true (next.is_part && next.is_last && next.first == range.next);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SmdDirectoryAnswer) answer = smd_directory_answer_new ("ldap://host/");

  check_range (data, size);
  smd_directory_take_certificate (answer, crypto (), smd_span (data, size));
  smd_directory_take_profile (answer, crypto (), smd_span (data, size));
  g_assert_cmpuint (answer->certificates->len, <=, SMD_DIRECTORY_MOST_CERTIFICATES);
  g_assert_cmpuint (answer->bytes, <=, SMD_DIRECTORY_MOST_BYTES);
  for (guint i = 0; i < answer->certificates->len; i++)
    g_assert_false (smd_certificate_is_ca (answer->certificates->pdata[i]));
  return 0;
}
