/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smd-huge-pages.h"
#include "smd-output.h"
#include "smd-scratch.h"

#define SIZE (3 * SMD_HUGE_PAGE + 5000)

typedef struct
{
  int fd;
  guint8 *mapping; /* (owned) SIZE bytes */
} File;

static void
file_set_up (File *self, gconstpointer data)
{
  self->fd = memfd_create ("test", MFD_CLOEXEC);
  g_assert_cmpint (ftruncate (self->fd, SIZE), ==, 0);
  self->mapping = smd_huge_pages_map (self->fd, SIZE / 4096 * 4096 + 4096);
  g_assert_nonnull (self->mapping);
}

static void
file_tear_down (File *self, gconstpointer data)
{
  munmap (self->mapping, SIZE / 4096 * 4096 + 4096);
  close (self->fd);
}

static gboolean
is_all (const guint8 *data, gsize size, guint8 octet)
{
  return size == 0 || (data[0] == octet && memcmp (data, data + 1, size - 1) == 0);
}

static void
test_map (File *file, gconstpointer data)
{
  g_assert_cmpuint ((gsize) file->mapping % SMD_HUGE_PAGE, ==, 0);

  memset (file->mapping, 'x', SIZE);
  for (gsize place = 0; place < SIZE; place += 4096)
    {
      char octet = 0;

      g_assert_cmpint (pread (file->fd, &octet, 1, (off_t) place), ==, 1);
      g_assert_cmpint (octet, ==, 'x');
    }
}

static void
test_fill (File *file, gconstpointer data)
{
  gsize from = SMD_HUGE_PAGE - 100;
  struct stat status;
  gboolean filled;

  memset (file->mapping, 'x', from);
  filled = smd_huge_pages_fill (file->fd, file->mapping, from, SIZE);
  g_assert_true (is_all (file->mapping, from, 'x'));
  g_assert_true (is_all (file->mapping + from, SIZE - from, 0));
  g_assert_cmpint (fstat (file->fd, &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, SIZE);

  if (!filled)
    return g_test_skip ("this kernel makes no huge pages of memfds");
  g_assert_cmpuint ((gsize) status.st_blocks * 512, >=, 3 * SMD_HUGE_PAGE);
}

static void
test_too_little (File *file, gconstpointer data)
{
  struct stat status;

  g_assert_true (smd_huge_pages_fill (file->fd, file->mapping, 1, 2 * SMD_HUGE_PAGE - 1));
  g_assert_true (smd_huge_pages_fill (file->fd, file->mapping, SMD_HUGE_PAGE, SMD_HUGE_PAGE));
  g_assert_cmpint (fstat (file->fd, &status), ==, 0);
  g_assert_cmpint (status.st_blocks, ==, 0);
}

/* Who can not write there has no memory for it either. */
static void
test_no_memory (File *file, gconstpointer data)
{
  g_assert_false (smd_huge_pages_fill (-1, file->mapping, 0, SIZE));
  g_assert_true (is_all (file->mapping, SIZE, 0));
}

static GBytes *
make_text (gsize size)
{
  guint8 *text = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    text[i] = (guint8) (i * 2654435761u >> 13);
  return g_bytes_new_take (text, size);
}

static void
check_sealed (SmdBlob *blob, SmdSpan expected)
{
  SmdSpan span = smd_blob_get_span (blob);
  int fd = smd_blob_dup_fd (blob, NULL);
  struct stat status;

  g_assert_cmpmem (span.data, span.size, expected.data, expected.size);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fcntl (fd, F_GET_SEALS), ==, F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  g_assert_cmpuint (status.st_size, ==, expected.size);
  close (fd);
}

/* Written in steps of @step: as one piece, or as a cipher writes */
static void
check_output (SmdSpan text, gsize step, gsize expected)
{
  g_autoptr (SmdOutput) output = smd_output_new ("test", text.size, NULL);
  g_autoptr (SmdBlob) blob = NULL;

  g_assert_true (smd_output_expect (output, expected, NULL));
  for (SmdSpan rest = text; rest.size > 0; rest = smd_span_skip (rest, step))
    g_assert_true (smd_output_write (output, smd_span_head (rest, step), NULL));
  blob = smd_output_seal (g_steal_pointer (&output), NULL);
  g_assert_nonnull (blob);
  check_sealed (blob, text);
}

static void
test_output (void)
{
  static const gssize beside[] = { -4097, -4096, -1, 0, 1, 4096, 70000 };
  g_autoptr (GBytes) text = make_text (6 * SMD_HUGE_PAGE);

  for (gsize pages = 1; pages <= 5; pages += 2)
    for (guint i = 0; i < G_N_ELEMENTS (beside); i++)
      {
        SmdSpan part = smd_span (g_bytes_get_data (text, NULL), pages * SMD_HUGE_PAGE + (gsize) beside[i]);

        check_output (part, G_MAXSIZE, 0);
        check_output (part, G_MAXSIZE, part.size);
        check_output (part, 98304, 0);
        check_output (part, 1000003, part.size + SMD_HUGE_PAGE);
        check_output (part, 1000003, part.size / 2);
      }
}

static void
test_scratch (void)
{
  g_autoptr (SmdScratchPool) pool = smd_scratch_pool_new ();
  g_autoptr (GBytes) text = make_text (9 * 1024 * 1024 + 17);
  int fd = memfd_create ("file", MFD_CLOEXEC);
  gsize size = g_bytes_get_size (text);

  g_assert_cmpint (write (fd, g_bytes_get_data (text, NULL), size), ==, (gssize) size);
  /* Fresh memory, then the same again, of which only a part has been used */
  for (gsize part = size / 3; part <= size; part += size / 3)
    {
      g_autoptr (SmdScratch) scratch = smd_scratch_new (pool, size + 1000000, NULL);
      g_autoptr (SmdBlob) blob = NULL;
      goffset offset = 100;
      gssize got = 1;

      g_assert_true (smd_scratch_write (scratch, smd_span (g_bytes_get_data (text, NULL), 100), NULL));
      for (; got > 0 && (gsize) offset < part; offset += got)
        got = smd_scratch_write_file (scratch, fd, offset, MIN (1000000, part - (gsize) offset), NULL);
      blob = smd_scratch_to_blob (g_steal_pointer (&scratch));
      g_assert_cmpmem (smd_blob_get_span (blob).data, smd_blob_get_span (blob).size, g_bytes_get_data (text, NULL), part);
    }
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/huge-pages/fit-into-the-mapping", File, NULL, file_set_up, test_map, file_tear_down);
  g_test_add ("/huge-pages/back-what-is-empty-and-leave-the-rest-alone", File, NULL, file_set_up, test_fill, file_tear_down);
  g_test_add ("/huge-pages/are-not-taken-for-little", File, NULL, file_set_up, test_too_little, file_tear_down);
  g_test_add ("/huge-pages/are-done-without-where-there-are-none", File, NULL, file_set_up, test_no_memory, file_tear_down);
  g_test_add_func ("/huge-pages/change-nothing-about-an-output", test_output);
  g_test_add_func ("/huge-pages/change-nothing-about-an-input", test_scratch);
  return g_test_run ();
}
