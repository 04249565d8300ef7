/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-crypto.h"
#include "smd-identity.h"

/* What the keyring gave back, and what is written of it. */
static void
check_identity (SmdIdentity *identity)
{
  g_autoptr (SmdSecret) pem = smd_identity_to_pem (identity, NULL);
  g_autoptr (SmdIdentity) again = pem != NULL ? smd_identity_from_pem (crypto (), smd_secret_get_span (pem), NULL) : NULL;

  if (pem == NULL)
    return;

  g_assert_nonnull (again);
  g_assert_cmpstr (smd_private_key_get_fingerprint (again->key), ==, smd_private_key_get_fingerprint (identity->key));
  g_assert_true ((again->certificate == NULL) == (identity->certificate == NULL));
  g_assert_cmpuint (again->chain->len, ==, identity->chain->len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPrivateKey) key = smd_private_key_new (crypto (), smd_span (data, size), &error);
  g_autoptr (SmdIdentity) stored = smd_identity_from_pem (crypto (), smd_span (data, size), NULL);
  g_autoptr (SmdIdentity) alone = key != NULL ? smd_identity_new (key, NULL, NULL) : NULL;

  g_assert_true ((key == NULL) == (error != NULL));
  if (stored != NULL)
    check_identity (stored);
  if (alone != NULL)
    check_identity (alone);
  return 0;
}
