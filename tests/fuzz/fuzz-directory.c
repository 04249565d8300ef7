/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-crypto.h"
#include "smd-directory-values.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SmdDirectoryAnswer) answer = smd_directory_answer_new ("ldap://host/");

  smd_directory_take_certificate (answer, crypto (), smd_span (data, size));
  smd_directory_take_profile (answer, crypto (), smd_span (data, size));
  g_assert_cmpuint (answer->certificates->len, <=, SMD_DIRECTORY_MOST_CERTIFICATES);
  g_assert_cmpuint (answer->bytes, <=, SMD_DIRECTORY_MOST_BYTES);
  for (guint i = 0; i < answer->certificates->len; i++)
    g_assert_false (smd_certificate_is_ca (answer->certificates->pdata[i]));
  return 0;
}
