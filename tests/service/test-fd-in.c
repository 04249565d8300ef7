/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-fd-in.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "smd-limits.h"
#include "smd-scratch.h"
#include "smimed-error.h"

#define ALL_SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

static int
new_memfd (const char *text, gsize size, int seals)
{
  int fd = memfd_create ("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  g_assert_cmpint (write (fd, text, size), ==, size);
  g_assert_cmpint (fcntl (fd, F_ADD_SEALS, seals), ==, 0);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  return fd;
}

static SmdBlob *
read_blob (int fd, gsize limit, GError **error)
{
  g_autoptr (SmdFdIn) input = smd_fd_in_new (fd, limit, "message", error);

  if (input == NULL || !smd_fd_in_finish (input, NULL, NULL, error))
    return NULL;

  return smd_blob_ref (smd_fd_in_get_blob (input));
}

static void
assert_reads (int fd, gsize offset, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) blob = NULL;

  lseek (fd, offset, SEEK_SET);
  blob = read_blob (fd, 1 << 20, &error);
  g_assert_no_error (error);
  g_assert_true (smd_span_equal (smd_blob_get_span (blob), smd_span_string (text)));
  g_assert_nonnull (smd_blob_get_span (blob).data);
}

static void
test_from_the_offset_to_the_end (void)
{
  assert_reads (new_memfd ("0123456789", 10, ALL_SEALS), 3, "3456789");
  assert_reads (new_memfd ("0123456789", 10, 0), 4, "456789");
  assert_reads (new_memfd ("0123456789", 10, 0), 10, "");
  assert_reads (new_memfd ("", 0, ALL_SEALS), 0, "");
}

static void
test_client_cannot_change_what_was_read (void)
{
  int fd = new_memfd ("original", 8, 0);
  g_autoptr (SmdBlob) blob = read_blob (dup (fd), 100, NULL);

  g_assert_cmpint (pwrite (fd, "tampered", 8, 0), ==, 8);
  g_assert_cmpint (ftruncate (fd, 2), ==, 0);
  g_assert_true (smd_span_equal (smd_blob_get_span (blob), smd_span_string ("original")));
  close (fd);
}

static void
test_large_files_arrive_whole (void)
{
  gsize size = 3 * 1024 * 1024 + 17;
  g_autofree char *text = g_malloc (size);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) blob = NULL;

  for (gsize i = 0; i < size; i++)
    text[i] = (char) (i * 31 + i / 4096);
  blob = read_blob (new_memfd (text, size, 0), size, &error);
  g_assert_no_error (error);
  g_assert_true (smd_span_equal (smd_blob_get_span (blob), smd_span (text, size)));
}

static void
test_memory_used_again_shows_nothing_old (void)
{
  static const gsize sizes[] = { 3000001, 150001, 5000003, 5000003, 2999999 };
  g_autoptr (SmdScratchPool) pool = smd_scratch_pool_new ();

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = g_malloc (sizes[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdFdIn) input = NULL;

      for (gsize j = 0; j < sizes[i]; j++)
        text[j] = (char) (j * 31 + j / 4096 + i);
      input = smd_fd_in_new (new_memfd (text, sizes[i], 0), 6000000, "message", &error);
      g_assert_no_error (error);
      smd_fd_in_share (input, pool);
      g_assert_true (smd_fd_in_finish (input, NULL, NULL, &error));
      g_assert_true (smd_span_equal (smd_blob_get_span (smd_fd_in_get_blob (input)), smd_span (text, sizes[i])));
    }
}

static void
test_one_byte_too_many (void)
{
  g_autofree char *text = g_malloc0 (200000);

  for (int seals = 0; seals <= ALL_SEALS; seals += ALL_SEALS)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_blob (new_memfd (text, 200000, seals), 199999, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
    }
}

static void
test_too_large_a_file_is_not_read (void)
{
  int fd = new_memfd ("", 0, 0);
  SmdProgress progress = { 0 };
  g_autoptr (SmdFdIn) input = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ftruncate (fd, G_GINT64_CONSTANT (1) << 40), ==, 0);
  input = smd_fd_in_new (fd, 1 << 20, "message", &error);
  g_assert_no_error (error);
  g_assert_false (smd_fd_in_finish (input, &progress, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
  g_assert_cmpuint (progress.done, ==, 0);
}

static void
test_the_last_bytes_of_a_large_file_are_a_small_message (void)
{
  gint64 begin = G_GINT64_CONSTANT (1) << 40;
  int fd = new_memfd ("", 0, 0);
  g_autoptr (SmdBlob) blob = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (pwrite (fd, "message", 7, begin), ==, 7);
  g_assert_cmpint (lseek (fd, begin, SEEK_SET), ==, begin);
  blob = read_blob (fd, 7, &error);
  g_assert_no_error (error);
  g_assert_true (smd_span_equal (smd_blob_get_span (blob), smd_span_string ("message")));
}

static void
test_unreadable_descriptors (void)
{
  const int fds[] = { open ("/tmp", O_RDONLY | O_DIRECTORY), open ("/dev/null", O_WRONLY), open ("/dev/null", O_PATH) };

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (smd_fd_in_new (fds[i], 100, "message", &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, "message"));
    }
}

static void
test_passwords_lose_one_newline (void)
{
  static const char *const texts[][2] = {
    { "secret\n", "secret" }, { "secret", "secret" }, { "two\n\n", "two\n" }, { "\n", "" }, { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdFdIn) input = smd_fd_in_new_password (new_memfd (texts[i][0], strlen (texts[i][0]), 0), "password-fd", &error);

      g_assert_true (smd_fd_in_finish (input, NULL, NULL, &error));
      g_assert_no_error (error);
      g_assert_true (smd_span_equal (smd_secret_get_span (smd_fd_in_get_secret (input)), smd_span_string (texts[i][1])));
    }
}

static void
test_passwords_have_a_limit (void)
{
  g_autofree char *text = g_strnfill (SMD_LIMIT_PASSWORD + 3, '\n');

  for (int more = 0; more < 4; more++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdFdIn) input = smd_fd_in_new_password (new_memfd (text, SMD_LIMIT_PASSWORD + more, 0), "password-fd", &error);

      g_assert_cmpint (smd_fd_in_finish (input, NULL, NULL, &error), ==, more <= 1);
      g_assert_cmpint (g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE), ==, more > 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fd-in/from-the-offset-to-the-end", test_from_the_offset_to_the_end);
  g_test_add_func ("/fd-in/a-client-cannot-change-what-was-read", test_client_cannot_change_what_was_read);
  g_test_add_func ("/fd-in/large-files-arrive-whole", test_large_files_arrive_whole);
  g_test_add_func ("/fd-in/too-large-a-file-is-not-read", test_too_large_a_file_is_not_read);
  g_test_add_func ("/fd-in/the-last-bytes-of-a-large-file-are-a-small-message", test_the_last_bytes_of_a_large_file_are_a_small_message);
  g_test_add_func ("/fd-in/memory-used-again-shows-nothing-old", test_memory_used_again_shows_nothing_old);
  g_test_add_func ("/fd-in/one-byte-too-many-is-too-large", test_one_byte_too_many);
  g_test_add_func ("/fd-in/unreadable-descriptors-are-refused", test_unreadable_descriptors);
  g_test_add_func ("/fd-in/passwords-lose-one-newline", test_passwords_lose_one_newline);
  g_test_add_func ("/fd-in/passwords-have-a-limit", test_passwords_have_a_limit);
  return g_test_run ();
}
