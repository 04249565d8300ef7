/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-features.h"

#include "smd-cipher.h"

static const char *const abilities[] = {
  "sha-256", "sha-384", "sha-512",
  "rsa", "rsa-pss", "ecdsa", "ed25519",
  "rsa-oaep", "ecdh", "x25519",
  "pkcs12", "pkcs12-legacy", "certificate-requests", "crl", "crl-directory-names", "ocsp", "expiry-notifications", "ldap", "managed-folder",
  "access",
};

char **
smd_features_dup (void)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (int cipher = 0; cipher < SMD_N_CIPHERS; cipher++)
    if (smd_cipher_is_writable (cipher))
      g_strv_builder_add (words, smd_cipher_to_word (cipher));
  for (guint i = 0; i < G_N_ELEMENTS (abilities); i++)
    g_strv_builder_add (words, abilities[i]);

  return g_strv_builder_end (words);
}
