/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-keys.h"
#include "smd-cms.h"
#include "smimed-error.h"

#define LIMIT ((gsize) 1024 * 1024)
#define MOST_RECIPIENTS 4
#define MOST_CHANCES 16

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);
/* Of LeakSanitizer, where there is one */
void __lsan_disable (void) __attribute__ ((weak));
void __lsan_enable (void) __attribute__ ((weak));

typedef struct
{
  SmdCrypto *crypto;                             /* (owned) */
  SmdPrivateKey *keys[G_N_ELEMENTS (fuzz_keys)]; /* (owned) */
} World;

static World *
make_world (void)
{
  World *world = g_new0 (World, 1);
  guint8 random;

  world->crypto = smd_crypto_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fuzz_keys); i++)
    {
      gsize size = 0;
      g_autofree guint8 *der = g_base64_decode (fuzz_keys[i], &size);

      world->keys[i] = smd_private_key_new (world->crypto, smd_span (der, size), NULL);
      g_assert_nonnull (world->keys[i]);
    }
  smd_crypto_random (world->crypto, &random, 1);
  return world;
}

/* Made once: to read a key takes longer than to use it. It is never freed, and what only OpenSSL's secure heap refers to (the
 * random generator's state) would be taken for a leak. */
static World *
get_world (void)
{
  static gsize place = 0;

  if (g_once_init_enter (&place))
    {
      if (__lsan_disable != NULL)
        __lsan_disable ();
      g_once_init_leave (&place, (gsize) make_world ());
      if (__lsan_enable != NULL)
        __lsan_enable ();
    }
  return (World *) place;
}

static void
check_error (const GError *error)
{
  g_assert_true (error->domain == SMIMED_ERROR);
  switch (error->code)
    {
    case SMIMED_ERROR_INTEGRITY_FAILURE:
    case SMIMED_ERROR_LEGACY_ALGORITHM:
    case SMIMED_ERROR_NOT_SUPPORTED:
    case SMIMED_ERROR_TOO_LARGE:
    case SMIMED_ERROR_MALFORMED:
    case SMIMED_ERROR_LIMIT_EXCEEDED:
      return;
    default:
      g_error ("An error that nobody was promised: %s", error->message);
    }
}

typedef struct
{
  World *world;    /* (unowned) */
  SmdSpan message;
  guint recipient;
  guint key;
} Try;

static SmdBlob *
decrypt (const Try *one, SmdCms *cms, gboolean in_place, GError **error)
{
  return smd_cms_enveloped_decrypt (cms, one->recipient, one->world->keys[one->key], in_place, LIMIT, NULL, error);
}

/* Of a blob of its own, as it is overwritten */
static SmdBlob *
decrypt_in_place (const Try *one, GError **error)
{
  guint8 *copy = g_memdup2 (one->message.data, one->message.size);
  g_autoptr (SmdBlob) blob = smd_blob_new_writable (copy, one->message.size, g_free, copy);
  g_autoptr (SmdCms) cms = smd_cms_parse (one->world->crypto, blob, NULL);

  g_assert_nonnull (cms);
  return decrypt (one, cms, TRUE, error);
}

static gboolean
is_same (SmdBlob *a, const GError *a_error, SmdBlob *b, const GError *b_error)
{
  if (a == NULL || b == NULL)
    return a == b && g_error_matches (a_error, b_error->domain, b_error->code) && g_str_equal (a_error->message, b_error->message);
  return smd_span_equal (smd_blob_get_span (a), smd_blob_get_span (b));
}

static gboolean
agrees (const Try *one, SmdCms *cms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autoptr (SmdBlob) plain = decrypt (one, cms, FALSE, &error);
  g_autoptr (SmdBlob) other = decrypt_in_place (one, &other_error);

  if (plain == NULL)
    check_error (error);
  return is_same (plain, error, other, other_error);
}

/* Overwriting the ciphertext changes nothing. A content key that RSA PKCS#1 v1.5 doesn't give is a random one, whose plaintext has a good
 * padding once in 256 times: then the two differ by chance, but not again and again. */
static void
check (const Try *one, SmdCms *cms)
{
  for (guint i = 0; i < MOST_CHANCES; i++)
    if (agrees (one, cms))
      return;
  g_error ("Decrypted in place, the message is another one");
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  World *world = get_world ();
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span (data, size));
  g_autoptr (SmdCms) cms = smd_cms_parse (world->crypto, blob, NULL);
  GPtrArray *recipients;

  if (cms == NULL
      || (smd_cms_get_type (cms) != SMD_CMS_ENVELOPED && smd_cms_get_type (cms) != SMD_CMS_AUTH_ENVELOPED))
    return 0;

  recipients = smd_cms_enveloped_get_recipients (cms);
  for (guint i = 0; i < MIN (recipients->len, MOST_RECIPIENTS) * G_N_ELEMENTS (fuzz_keys); i++)
    {
      const Try one = { world, smd_span (data, size), i / G_N_ELEMENTS (fuzz_keys), i % G_N_ELEMENTS (fuzz_keys) };

      check (&one, cms);
    }
  return 0;
}
