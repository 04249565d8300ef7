/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cipher.h"

static const char *const words[] = {
  [SMD_CIPHER_UNKNOWN] = "unknown",
  [SMD_CIPHER_RC2_40] = "rc2-40",
  [SMD_CIPHER_DES] = "des-cbc",
  [SMD_CIPHER_3DES] = "3des-cbc",
  [SMD_CIPHER_AES_128_CBC] = "aes-128-cbc",
  [SMD_CIPHER_AES_192_CBC] = "aes-192-cbc",
  [SMD_CIPHER_AES_256_CBC] = "aes-256-cbc",
  [SMD_CIPHER_AES_128_GCM] = "aes-128-gcm",
  [SMD_CIPHER_AES_192_GCM] = "aes-192-gcm",
  [SMD_CIPHER_AES_256_GCM] = "aes-256-gcm",
  [SMD_CIPHER_CHACHA20_POLY1305] = "chacha20-poly1305",
};
G_STATIC_ASSERT (G_N_ELEMENTS (words) == SMD_N_CIPHERS);

const char *
smd_cipher_to_word (SmdCipher cipher)
{
  return cipher < SMD_N_CIPHERS ? words[cipher] : words[SMD_CIPHER_UNKNOWN];
}

gboolean
smd_cipher_from_word (const char *word, SmdCipher *cipher)
{
  for (guint i = SMD_CIPHER_UNKNOWN + 1; i < SMD_N_CIPHERS; i++)
    {
      if (g_str_equal (word, words[i]))
        {
          *cipher = (SmdCipher) i;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
smd_cipher_is_aead (SmdCipher cipher)
{
  return cipher >= SMD_CIPHER_AES_128_GCM && cipher < SMD_N_CIPHERS;
}

gboolean
smd_cipher_is_writable (SmdCipher cipher)
{
  return cipher >= SMD_CIPHER_AES_128_CBC && cipher < SMD_N_CIPHERS;
}

SmdCipher
smd_capabilities_choose (const SmdCapabilities *all, guint count)
{
  static const SmdCipher order[] = {
    SMD_CIPHER_AES_256_GCM, SMD_CIPHER_AES_192_GCM, SMD_CIPHER_AES_128_GCM, SMD_CIPHER_CHACHA20_POLY1305,
    SMD_CIPHER_AES_256_CBC, SMD_CIPHER_AES_192_CBC, SMD_CIPHER_AES_128_CBC,
  };
  SmdCapabilities common = ~0u;

  if (count == 0)
    return SMD_CIPHER_UNKNOWN;
  for (guint i = 0; i < count; i++)
    common &= all[i];

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      if ((common & (1u << order[i])) != 0)
        return order[i];
    }
  return SMD_CIPHER_UNKNOWN;
}
