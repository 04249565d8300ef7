/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-options.h"
#include "smimed-error.h"

typedef struct
{
  gboolean flag;
  char *text;  /* (owned) */
  char **list; /* (owned) */
  guint count;
  gint64 time;
  int fd;
  int format;
} Request;

static const char *const formats[] = { "clear", "opaque", NULL };

static const SmdOption table[] = {
  { "flag", "b", G_STRUCT_OFFSET (Request, flag) },
  { "text", "s", G_STRUCT_OFFSET (Request, text) },
  { "list", "as", G_STRUCT_OFFSET (Request, list) },
  { "count", "u", G_STRUCT_OFFSET (Request, count) },
  { "time", "x", G_STRUCT_OFFSET (Request, time) },
  { "fd", "h", G_STRUCT_OFFSET (Request, fd) },
  { "format", "s", G_STRUCT_OFFSET (Request, format), formats },
  { NULL }
};

static gboolean
parse (const char *text, Request *request, SmdCommonOptions *common, GError **error)
{
  g_autoptr (GVariant) options = g_variant_ref_sink (g_variant_new_parsed (text));

  smd_common_options_init (common);
  return smd_options_parse (options, table, request, common, error);
}

static void
clear (Request *request, SmdCommonOptions *common)
{
  g_free (request->text);
  g_strfreev (request->list);
  smd_common_options_clear (common);
}

static void
test_known_options_arrive (void)
{
  Request request = { .fd = -1 };
  SmdCommonOptions common;
  g_autoptr (GError) error = NULL;

  g_assert_true (parse ("{'flag': <true>, 'text': <'a'>, 'list': <['x', 'y']>, 'count': <uint32 7>, 'time': <int64 -5>, 'fd': <handle 3>, "
                        "'format': <'opaque'>, 'job': <'token_1'>, 'deadline': <uint32 9>, 'interactive': <false>, "
                        "'network': <'cache-only'>}",
                        &request, &common, &error));
  g_assert_no_error (error);
  g_assert_true (request.flag);
  g_assert_cmpstr (request.text, ==, "a");
  g_assert_cmpstr (request.list[1], ==, "y");
  g_assert_cmpuint (request.count, ==, 7);
  g_assert_cmpint (request.time, ==, -5);
  g_assert_cmpint (request.fd, ==, 3);
  g_assert_cmpint (request.format, ==, 1);
  g_assert_cmpstr (common.job, ==, "token_1");
  g_assert_true (common.has_deadline);
  g_assert_false (common.interactive);
  g_assert_true (common.cache_only);
  clear (&request, &common);
}

static void
test_defaults_stay (void)
{
  Request request = { .fd = -1 };
  SmdCommonOptions common;

  g_assert_true (parse ("@a{sv} {}", &request, &common, NULL));
  g_assert_cmpint (request.fd, ==, -1);
  g_assert_true (common.interactive);
  g_assert_false (common.cache_only);
  g_assert_false (common.has_deadline);
}

static void
test_strays_are_refused_by_name (void)
{
  static const char *const bad[][2] = {
    { "{'nonsense': <true>}", "nonsense" }, { "{'flag': <'yes'>}", "flag" },     { "{'count': <7>}", "count" },
    { "{'format': <'purple'>}", "format" }, { "{'network': <'never'>}", "network" }, { "{'deadline': <int64 5>}", "deadline" },
    { "{'job': <''>}", "job" },             { "{'job': <'a/b'>}", "job" },
    { "{'time': <int64 253402300800>}", "time" }, { "{'time': <int64 -9223372036854775808>}", "time" },
    { "{'flag': <true>, 'flag': <false>}", "flag" }, { "{'text': <'a'>, 'count': <uint32 1>, 'text': <'a'>}", "text" },
    { "{'format': <'clear'>, 'format': <'opaque'>}", "format" }, { "{'job': <'a'>, 'job': <'a'>}", "job" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      Request request = { .fd = -1 };
      SmdCommonOptions common;
      g_autoptr (GError) error = NULL;

      g_assert_false (parse (bad[i][0], &request, &common, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, bad[i][1]));
      clear (&request, &common);
    }
}

/* What isn't UTF-8 can't be sent. */
static void
test_a_long_word_is_told_in_whole_characters (void)
{
  g_autofree char *word = g_strdup_printf ("x%0*d", 2 * 140, 0);
  g_autofree char *text = NULL;
  Request request = { .fd = -1 };
  SmdCommonOptions common;
  g_autoptr (GError) error = NULL;

  for (guint i = 1; word[i] != '\0'; i += 2)
    memcpy (word + i, "ü", 2);
  text = g_strdup_printf ("{'job': <'%s'>}", word);
  g_assert_false (parse (text, &request, &common, &error));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (strlen (error->message) < strlen (word) + 100);
  clear (&request, &common);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/known-ones-arrive", test_known_options_arrive);
  g_test_add_func ("/options/defaults-stay", test_defaults_stay);
  g_test_add_func ("/options/strays-are-refused-by-name", test_strays_are_refused_by_name);
  g_test_add_func ("/options/a-long-word-is-told-in-whole-characters", test_a_long_word_is_told_in_whole_characters);
  return g_test_run ();
}
