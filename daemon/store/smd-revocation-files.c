/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-files.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "smimed-error.h"

#define SUFFIX ".crl-index"
#define MOST_OPEN 64

struct _SmdRevocationFiles
{
  SmdCrypto *crypto; /* (owned) */
  char *folder;      /* (owned) */
  GMutex mutex;      /* guards what follows */
  GHashTable *open;  /* (owned) name -> SmdCrl */
  GQueue recent;     /* (owned) of names (unowned, keys of @open), used last first */
};

SmdRevocationFiles *
smd_revocation_files_new (SmdCrypto *crypto, const char *folder)
{
  SmdRevocationFiles *self = g_new0 (SmdRevocationFiles, 1);

  self->crypto = smd_crypto_ref (crypto);
  self->folder = g_strdup (folder);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) smd_crl_unref);
  g_mutex_init (&self->mutex);
  g_queue_init (&self->recent);
  return self;
}

void
smd_revocation_files_free (SmdRevocationFiles *self)
{
  g_queue_clear (&self->recent);
  g_hash_table_unref (self->open);
  g_mutex_clear (&self->mutex);
  g_free (self->folder);
  smd_crypto_unref (self->crypto);
  g_free (self);
}

static char *
make_path (SmdRevocationFiles *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

/* Called with the mutex held. */
static void
forget (SmdRevocationFiles *self, const char *name)
{
  GList *link = g_queue_find_custom (&self->recent, name, (GCompareFunc) strcmp);

  if (link == NULL)
    return;
  g_queue_delete_link (&self->recent, link);
  g_hash_table_remove (self->open, name);
}

static SmdCrl *
find_open (SmdRevocationFiles *self, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GList *link = g_queue_find_custom (&self->recent, name, (GCompareFunc) strcmp);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&self->recent, link);
  g_queue_push_head_link (&self->recent, link);
  return smd_crl_ref (g_hash_table_lookup (self->open, name));
}

static void
keep_open (SmdRevocationFiles *self, const char *name, SmdCrl *crl)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  char *key = g_strdup (name);

  forget (self, name);
  if (g_queue_get_length (&self->recent) >= MOST_OPEN)
    g_hash_table_remove (self->open, g_queue_pop_tail (&self->recent));
  g_hash_table_insert (self->open, key, smd_crl_ref (crl));
  g_queue_push_head (&self->recent, key);
}

SmdCrl *
smd_revocation_files_open (SmdRevocationFiles *self, const char *name, GError **error)
{
  g_autoptr (SmdCrl) crl = find_open (self, name);
  g_autofree char *path = NULL;

  if (crl != NULL)
    return g_steal_pointer (&crl);

  path = make_path (self, name);
  crl = smd_crl_open (self->crypto, path, error);
  if (crl != NULL)
    keep_open (self, name, crl);
  return g_steal_pointer (&crl);
}

SmdCrl *
smd_revocation_files_import (SmdRevocationFiles *self, SmdBlob *file, GPtrArray *issuers, SmdCrl *previous, char **name,
                             GCancellable *cancellable, GError **error)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *fresh = g_strconcat (unique, SUFFIX, NULL);
  g_autofree char *path = make_path (self, fresh);
  SmdCrl *crl;

  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The folder %s for CRLs can't be made: %s: make the folder above writable",
                   self->folder, g_strerror (errno));
      return NULL;
    }

  crl = smd_crl_import (self->crypto, file, issuers, previous, path, cancellable, error);
  if (crl != NULL)
    *name = g_steal_pointer (&fresh);
  return crl;
}

void
smd_revocation_files_remove (SmdRevocationFiles *self, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autofree char *path = make_path (self, name);

  forget (self, name);
  if (g_unlink (path) != 0 && errno != ENOENT)
    g_warning ("Can't remove %s: %s", path, g_strerror (errno));
}

void
smd_revocation_files_sweep (SmdRevocationFiles *self, GPtrArray *known)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (strstr (name, SUFFIX) != NULL && !g_ptr_array_find_with_equal_func (known, name, g_str_equal, NULL))
      smd_revocation_files_remove (self, name);
}
