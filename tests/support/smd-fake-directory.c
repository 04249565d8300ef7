/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-fake-directory.h"

#include "smimed-error.h"

static void directory_init (SmdDirectoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdFakeDirectory, smd_fake_directory, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_DIRECTORY, directory_init))

static SmdDirectoryAnswer *
answer (SmdFakeDirectory *self, const char *url, const char *address)
{
  g_autofree char *key = g_strdup_printf ("%s %s", url, address);
  SmdDirectoryAnswer *known = g_hash_table_lookup (self->answers, key);
  SmdDirectoryAnswer *failed;

  if (g_strcmp0 (self->down, url) != 0)
    return known != NULL ? smd_directory_answer_ref (known) : smd_directory_answer_new (url);
  failed = smd_directory_answer_new (url);
  g_set_error (&failed->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED, "%s is down", url);
  return failed;
}

static GPtrArray *
lookup_many (SmdDirectory *directory, const char *const *urls, const char *const *addresses, gint64 deadline, gint64 *left,
             GCancellable *cancellable)
{
  SmdFakeDirectory *self = SMD_FAKE_DIRECTORY (directory);
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_directory_answer_unref);

  self->calls++;
  for (guint i = 0; addresses[i] != NULL; i++)
    {
      self->asked++;
      for (guint j = 0; urls[j] != NULL; j++)
        g_ptr_array_add (all, answer (self, urls[j], addresses[i]));
    }
  return all;
}

static void
directory_init (SmdDirectoryInterface *iface)
{
  iface->lookup_many = lookup_many;
}

static void
smd_fake_directory_finalize (GObject *object)
{
  SmdFakeDirectory *self = SMD_FAKE_DIRECTORY (object);

  g_hash_table_unref (self->answers);
  g_free (self->down);
  G_OBJECT_CLASS (smd_fake_directory_parent_class)->finalize (object);
}

static void
smd_fake_directory_class_init (SmdFakeDirectoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_fake_directory_finalize;
}

static void
smd_fake_directory_init (SmdFakeDirectory *self)
{
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) smd_directory_answer_unref);
}

SmdFakeDirectory *
smd_fake_directory_new (void)
{
  return g_object_new (SMD_TYPE_FAKE_DIRECTORY, NULL);
}

SmdDirectoryAnswer *
smd_fake_directory_say (SmdFakeDirectory *self, const char *url, const char *address)
{
  char *key = g_strdup_printf ("%s %s", url, address);
  SmdDirectoryAnswer *said = smd_directory_answer_new (url);

  g_hash_table_replace (self->answers, key, said);
  return said;
}
