/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-managed-folders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smd-folder-watch.h"
#include "smd-keyring-news.h"
#include "smd-limits.h"
#include "smd-secret-items.h"
#include "smimed-error.h"

#define QUIET 200 /* milliseconds: files come in dozens */

struct _SmdManagedFolders
{
  GObject parent_instance;
  char **folders;           /* (owned) */
  SmdSecretItems *keyring;  /* (owned) */
  GPtrArray *watches;       /* (owned) of SmdFolderWatch */
  SmdKeyringNews *news;     /* (owned) (nullable) while a password is waited for */
  guint pending;            /* source id, 0: none */
};

static void init_interface (SmdDeliveriesInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdManagedFolders, smd_managed_folders, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_DELIVERIES, init_interface))

static void
smd_managed_folders_finalize (GObject *object)
{
  SmdManagedFolders *self = SMD_MANAGED_FOLDERS (object);

  g_clear_handle_id (&self->pending, g_source_remove);
  g_ptr_array_unref (self->watches);
  g_clear_object (&self->news);
  g_object_unref (self->keyring);
  g_strfreev (self->folders);
  G_OBJECT_CLASS (smd_managed_folders_parent_class)->finalize (object);
}

static void
smd_managed_folders_class_init (SmdManagedFoldersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_managed_folders_finalize;
}

static void
smd_managed_folders_init (SmdManagedFolders *self)
{
  self->keyring = smd_secret_items_new ();
  self->watches = g_ptr_array_new_with_free_func (g_object_unref);
}

SmdManagedFolders *
smd_managed_folders_new (const char *const *folders)
{
  SmdManagedFolders *self = g_object_new (SMD_TYPE_MANAGED_FOLDERS, NULL);

  self->folders = g_strdupv ((char **) folders);
  return self;
}

char **
smd_managed_folders_dup_standard (void)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
  const char *const *system = g_get_system_config_dirs ();
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "smimed", "managed", NULL);

  g_strv_builder_add (folders, own);
  for (guint i = 0; system[i] != NULL; i++)
    {
      g_autofree char *folder = g_build_filename (system[i], "smimed", "managed", NULL);

      if (g_path_is_absolute (folder))
        g_strv_builder_add (folders, folder);
    }
  return g_strv_builder_end (folders);
}

/* ---- main thread ---- */

static gboolean
on_quiet (gpointer data)
{
  SmdManagedFolders *self = data;

  self->pending = 0;
  g_signal_emit_by_name (self, "changed");
  return G_SOURCE_REMOVE;
}

static void
on_change (SmdManagedFolders *self)
{
  if (self->pending == 0)
    self->pending = g_timeout_add (QUIET, on_quiet, self);
}

static void
start (SmdDeliveries *deliveries)
{
  SmdManagedFolders *self = SMD_MANAGED_FOLDERS (deliveries);

  for (guint i = 0; self->folders[i] != NULL; i++)
    {
      SmdFolderWatch *watch = smd_folder_watch_new (self->folders[i]);

      g_signal_connect_object (watch, "changed", G_CALLBACK (on_change), self, G_CONNECT_SWAPPED);
      g_ptr_array_add (self->watches, watch);
    }
}

static void
expect (SmdDeliveries *deliveries, gboolean password)
{
  SmdManagedFolders *self = SMD_MANAGED_FOLDERS (deliveries);

  if (!password)
    g_clear_object (&self->news);
  else if (self->news == NULL)
    {
      self->news = smd_keyring_news_new ();
      g_signal_connect_object (self->news, "news", G_CALLBACK (on_change), self, G_CONNECT_SWAPPED);
    }
}

/* ---- any thread ---- */

static gboolean
is_pkcs12_name (const char *name)
{
  return name[0] != '.' && (g_str_has_suffix (name, ".p12") || g_str_has_suffix (name, ".pfx"));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Returns: (transfer full): sorted, so that the same ones are looked at each time where there are too many */
static GPtrArray *
list_names (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_pkcs12_name (name))
      g_ptr_array_add (names, g_strdup (name));
  g_clear_pointer (&dir, g_dir_close);
  g_ptr_array_sort (names, compare_names);
  return names;
}

/* Links are followed: tools that lay down configuration use them. */
static void
add_file (GPtrArray *files, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *mark = NULL;
  GError *error = NULL;
  struct stat info;

  if (stat (path, &info) != 0 || !S_ISREG (info.st_mode) || access (path, R_OK) != 0)
    return;

  if (files->len >= SMD_LIMIT_DELIVERIES)
    error = g_error_new (SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED, "Only the first %d files are looked at: remove those that were imported",
                         SMD_LIMIT_DELIVERIES);
  mark = g_strdup_printf ("%ju:%ju:%jd:%jd.%09ld:%jd.%09ld", (uintmax_t) info.st_dev, (uintmax_t) info.st_ino, (intmax_t) info.st_size,
                          (intmax_t) info.st_mtim.tv_sec, info.st_mtim.tv_nsec, (intmax_t) info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
  g_ptr_array_add (files, smd_delivered_new (path, mark, error));
}

/* The first one too many is named, the rest isn't. */
static GPtrArray *
list (SmdDeliveries *deliveries)
{
  SmdManagedFolders *self = SMD_MANAGED_FOLDERS (deliveries);
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_delivered_free);

  for (guint i = 0; self->folders[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) names = list_names (self->folders[i]);

      for (guint j = 0; j < names->len && files->len <= SMD_LIMIT_DELIVERIES; j++)
        add_file (files, self->folders[i], names->pdata[j]);
    }
  return files;
}

static gboolean
take_failure (const char *path, int number, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "“%s” can't be read: %s", path, g_strerror (number));
  return FALSE;
}

static gboolean
check_file (const char *path, int fd, GError **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0)
    return take_failure (path, errno, error);
  if (!S_ISREG (info.st_mode))
    return take_failure (path, EINVAL, error);
  if (info.st_size <= SMD_LIMIT_PKCS12)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE, "A PKCS#12 file has at most %d bytes", SMD_LIMIT_PKCS12);
  return FALSE;
}

/* At most one byte more than the limit: the file may grow meanwhile. */
static GBytes *
read_bytes (const char *path, int fd, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[65536];
  gssize got;

  while (bytes->len <= SMD_LIMIT_PKCS12 && (got = read (fd, buffer, sizeof buffer)) != 0)
    {
      if (got < 0 && errno != EINTR)
        {
          take_failure (path, errno, error);
          return NULL;
        }
      if (got > 0)
        g_byte_array_append (bytes, buffer, (guint) got);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static SmdBlob *
read_file (SmdDeliveries *deliveries, const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autoptr (GBytes) bytes = NULL;

  if (fd < 0)
    {
      take_failure (path, errno, error);
      return NULL;
    }

  if (check_file (path, fd, error))
    bytes = read_bytes (path, fd, error);
  close (fd);
  return bytes != NULL ? smd_blob_new_bytes (bytes) : NULL;
}

static SmdSecret *
lookup_password (SmdDeliveries *deliveries, const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);

  return smd_secret_items_find_password (SMD_MANAGED_FOLDERS (deliveries)->keyring, name, cancellable, error);
}

static void
init_interface (SmdDeliveriesInterface *iface)
{
  iface->start = start;
  iface->expect = expect;
  iface->list = list;
  iface->read = read_file;
  iface->lookup_password = lookup_password;
}
