/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "smimectl-mutt-index.h"
#include "smimectl-mutt-message.h"
#include "smimectl-mutt-name.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Mended once, nothing is missing any more; what was there is there still. */
static void
check_message (GBytes *copy)
{
  g_autoptr (GBytes) mended = smimectl_mutt_message_mend (copy);
  g_autoptr (GBytes) again = smimectl_mutt_message_mend (mended);
  g_autoptr (GBytes) entity = smimectl_mutt_message_add_from (copy, "somebody@example.org");
  g_autofree char *from = smimectl_mutt_message_get_field (entity, "From");

  g_assert_true (g_bytes_equal (mended, again));
  g_assert_cmpuint (g_bytes_get_size (mended), >=, g_bytes_get_size (copy));
  g_assert_nonnull (from);
  smimectl_mutt_message_has_several_authors (copy);
  smimectl_mutt_message_is_protected (copy);
}

static void
check_name (const char *text)
{
  gboolean own;
  g_autofree char *address = smimectl_mutt_name_read (text, &own);
  g_autofree char *name = address != NULL ? smimectl_mutt_name_new (address, own) : NULL;
  g_autofree char *back = name != NULL ? smimectl_mutt_name_read (name, &own) : NULL;

  g_assert_cmpstr (back, ==, address);
}

static void
check_index (const char *text, gsize size)
{
  g_autofree char *folder = g_dir_make_tmp ("smimed-fuzz-mutt-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, ".index", NULL);
  g_autoptr (SmimectlMuttIndex) index = NULL;

  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
  index = smimectl_mutt_index_load (folder);
  smimectl_mutt_index_add (index, text, "01234567", FALSE);
  smimectl_mutt_index_keep_all (index);
  g_assert_true (smimectl_mutt_index_save (index, folder, NULL));
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) copy = g_bytes_new (data, size);
  g_autofree char *text = g_strndup ((const char *) data, size);

  check_message (copy);
  check_name (text);
  check_index (text, strlen (text));
  return 0;
}
