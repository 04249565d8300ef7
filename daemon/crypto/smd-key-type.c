/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-key-type.h"

#include "smd-openssl-error.h"

static const struct
{
  const char *const openssl; /* (unowned) */
  const char *const word;    /* (unowned) (nullable) NULL: depends on the curve */
} types[] = {
  [SMD_KEY_RSA] = { "RSA", "rsa" },       [SMD_KEY_RSA_PSS] = { "RSA-PSS", "rsa-pss" },
  [SMD_KEY_EC] = { "EC", NULL },          [SMD_KEY_ED25519] = { "ED25519", "ed25519" },
  [SMD_KEY_ED448] = { "ED448", "ed448" }, [SMD_KEY_X25519] = { "X25519", "x25519" },
  [SMD_KEY_X448] = { "X448", "x448" },
};

static const struct
{
  const char *const openssl; /* (unowned) */
  const char *const word;    /* (unowned) */
} curves[] = {
  { "prime256v1", "p-256" }, { "P-256", "p-256" },     { "secp384r1", "p-384" },
  { "P-384", "p-384" },      { "secp521r1", "p-521" }, { "P-521", "p-521" },
};

SmdKeyType
smd_key_type_of (const EVP_PKEY *pkey)
{
  for (guint i = 0; pkey != NULL && i < G_N_ELEMENTS (types); i++)
    if (EVP_PKEY_is_a (pkey, types[i].openssl))
      return (SmdKeyType) i;
  return SMD_KEY_OTHER;
}

static char *
curve_to_word (const EVP_PKEY *pkey)
{
  char name[64];

  if (!EVP_PKEY_get_group_name (pkey, name, sizeof name, NULL))
    {
      smd_openssl_forget ();
      return g_strdup ("unknown");
    }
  for (guint i = 0; i < G_N_ELEMENTS (curves); i++)
    if (g_str_equal (curves[i].openssl, name))
      return g_strdup (curves[i].word);
  return g_ascii_strdown (name, -1);
}

char *
smd_key_type_to_algorithm (SmdKeyType type, const EVP_PKEY *pkey)
{
  if (type == SMD_KEY_OTHER)
    return g_strdup ("unknown");
  return type == SMD_KEY_EC ? curve_to_word (pkey) : g_strdup (types[type].word);
}
