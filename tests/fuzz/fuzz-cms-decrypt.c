/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-keys.h"
#include "smd-cms.h"
#include "smimed-error.h"

#define LIMIT ((gsize) 1024 * 1024)
#define MOST_RECIPIENTS 4

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
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdBlob) plain = smd_cms_enveloped_decrypt (cms, i / G_N_ELEMENTS (fuzz_keys),
                                                             world->keys[i % G_N_ELEMENTS (fuzz_keys)], FALSE,
                                                             LIMIT, NULL, &error);

      if (plain == NULL)
        check_error (error);
    }
  return 0;
}
