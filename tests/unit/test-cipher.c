/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cipher.h"

#define CAN(cipher) (1u << (cipher))

static void
test_words (void)
{
  for (guint i = SMD_CIPHER_UNKNOWN + 1; i < SMD_N_CIPHERS; i++)
    {
      SmdCipher cipher = SMD_CIPHER_UNKNOWN;

      g_assert_true (smd_cipher_from_word (smd_cipher_to_word ((SmdCipher) i), &cipher));
      g_assert_cmpint ((int) cipher, ==, (int) i);
    }
}

static void
test_unknown_word (void)
{
  SmdCipher cipher = SMD_CIPHER_AES_128_CBC;

  g_assert_false (smd_cipher_from_word ("rot13", &cipher));
  g_assert_false (smd_cipher_from_word ("unknown", &cipher));
  g_assert_cmpint (cipher, ==, SMD_CIPHER_AES_128_CBC);
}

static void
test_kinds (void)
{
  g_assert_true (smd_cipher_is_aead (SMD_CIPHER_CHACHA20_POLY1305));
  g_assert_true (smd_cipher_is_aead (SMD_CIPHER_AES_128_GCM));
  g_assert_false (smd_cipher_is_aead (SMD_CIPHER_AES_256_CBC));
  g_assert_true (smd_cipher_is_writable (SMD_CIPHER_AES_128_CBC));
  g_assert_false (smd_cipher_is_writable (SMD_CIPHER_3DES));
  g_assert_false (smd_cipher_is_writable (SMD_CIPHER_UNKNOWN));
}

static void
test_best_common (void)
{
  const SmdCapabilities all[] = {
    CAN (SMD_CIPHER_AES_256_GCM) | CAN (SMD_CIPHER_AES_256_CBC) | CAN (SMD_CIPHER_AES_128_CBC),
    CAN (SMD_CIPHER_AES_256_CBC) | CAN (SMD_CIPHER_AES_128_CBC) | CAN (SMD_CIPHER_3DES),
  };

  g_assert_cmpint (smd_capabilities_choose (all, 1), ==, SMD_CIPHER_AES_256_GCM);
  g_assert_cmpint (smd_capabilities_choose (all, 2), ==, SMD_CIPHER_AES_256_CBC);
}

static void
test_aead_first (void)
{
  const SmdCapabilities one = CAN (SMD_CIPHER_AES_256_CBC) | CAN (SMD_CIPHER_CHACHA20_POLY1305);
  const SmdCapabilities other = one | CAN (SMD_CIPHER_AES_128_GCM);

  g_assert_cmpint (smd_capabilities_choose (&one, 1), ==, SMD_CIPHER_CHACHA20_POLY1305);
  g_assert_cmpint (smd_capabilities_choose (&other, 1), ==, SMD_CIPHER_AES_128_GCM);
}

static void
test_nothing_in_common (void)
{
  const SmdCapabilities all[] = { CAN (SMD_CIPHER_AES_256_GCM), CAN (SMD_CIPHER_AES_256_CBC) };
  const SmdCapabilities broken = CAN (SMD_CIPHER_3DES) | CAN (SMD_CIPHER_RC2_40) | CAN (SMD_CIPHER_DES);

  g_assert_cmpint (smd_capabilities_choose (all, 2), ==, SMD_CIPHER_UNKNOWN);
  g_assert_cmpint (smd_capabilities_choose (&broken, 1), ==, SMD_CIPHER_UNKNOWN);
  g_assert_cmpint (smd_capabilities_choose (NULL, 0), ==, SMD_CIPHER_UNKNOWN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cipher/each-has-a-word-that-leads-back", test_words);
  g_test_add_func ("/cipher/a-word-nobody-knows-is-refused", test_unknown_word);
  g_test_add_func ("/cipher/kinds", test_kinds);
  g_test_add_func ("/cipher/the-best-that-all-can-read", test_best_common);
  g_test_add_func ("/cipher/integrity-comes-before-key-length", test_aead_first);
  g_test_add_func ("/cipher/broken-ciphers-are-never-chosen", test_nothing_in_common);
  return g_test_run ();
}
