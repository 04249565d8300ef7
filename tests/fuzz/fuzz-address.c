/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-address.h"
#include "smd-directory-filter.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Nothing of an address may end its value or begin another (RFC 4515). */
static void
check_filter (const char *address)
{
  g_autofree char *filter = smd_directory_filter_new (address, NULL);
  g_autofree char *escaped = smd_directory_filter_escape (address);
  guint open = 0, close = 0;

  g_assert_null (strpbrk (escaped, "()*&|!=<>~"));
  for (const char *at = filter; *at != '\0'; at++)
    {
      open += *at == '(';
      close += *at == ')';
    }
  g_assert_cmpuint (open, ==, close);
  g_assert_true (open == 4 || open == 7);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *normal = smd_address_normalize (text);
  g_autofree char *again = normal != NULL ? smd_address_normalize (normal) : NULL;

  if (normal == NULL)
    return 0;

  g_assert_true (g_utf8_validate (normal, -1, NULL));
  g_assert_cmpstr (again, ==, normal);
  g_assert_true (smd_address_equal (text, normal));
  check_filter (normal);
  return 0;
}
