/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-options.h"

/* The options of a call, as they lie in a D-Bus message: GLib brings any octets into normal form before we see them. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef struct
{
  gboolean flag;
  char *text;   /* (owned) */
  char **texts; /* (owned) */
  guint number;
  gint64 time;
  int handle;
  int word;
} Options;

static const char *const words[] = { "one", "two", NULL };

static const SmdOption table[] = {
  { "flag", "b", G_STRUCT_OFFSET (Options, flag), NULL },
  { "text", "s", G_STRUCT_OFFSET (Options, text), NULL },
  { "texts", "as", G_STRUCT_OFFSET (Options, texts), NULL },
  { "number", "u", G_STRUCT_OFFSET (Options, number), NULL },
  { "time", "x", G_STRUCT_OFFSET (Options, time), NULL },
  { "handle", "h", G_STRUCT_OFFSET (Options, handle), NULL },
  { "word", "s", G_STRUCT_OFFSET (Options, word), words },
  { NULL },
};

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) raw = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  g_autoptr (GVariant) variant = g_variant_get_normal_form (raw);
  g_autoptr (GError) error = NULL;
  Options options = { 0 };
  SmdCommonOptions common;
  gboolean good;

  smd_common_options_init (&common);
  good = smd_options_parse (variant, table, &options, &common, &error);
  g_assert_true (good == (error == NULL));
  /* It goes over the bus, as a string. */
  g_assert_true (good || g_utf8_validate (error->message, -1, NULL));
  if (good)
    g_assert_true (options.word == 0 || options.word == 1);
  smd_common_options_clear (&common);
  g_free (options.text);
  g_strfreev (options.texts);
  return 0;
}
