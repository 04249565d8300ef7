/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-crypto.h"
#include "smd-pkcs12.h"

/* The MAC doesn't count in a fuzzing build, so that what lies behind it is reached. */
static void
read_with (SmdSpan file, const char *password)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPkcs12) pkcs12 = smd_pkcs12_read (crypto (), file, smd_span_string (password), &error);

  g_assert_true ((pkcs12 == NULL) == (error != NULL));
  for (guint i = 0; pkcs12 != NULL && i < pkcs12->identities->len; i++)
    {
      SmdIdentity *identity = pkcs12->identities->pdata[i];
      g_autoptr (SmdSecret) pem = smd_identity_to_pem (identity, NULL);

      g_assert_nonnull (identity->key);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  read_with (smd_span (data, size), "");
  read_with (smd_span (data, size), "1234");
  return 0;
}
