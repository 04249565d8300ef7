/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-objects.h"

#include "smd-account-iface.h"
#include "smd-certificate-iface.h"
#include "smd-paths.h"

struct _SmdObjects
{
  SmdJobHost *host;                 /* (unowned) */
  GDBusObjectManagerServer *server; /* (owned) */
  GHashTable *certificates;         /* (owned) path -> SmdDbusCertificate (owned) */
  GHashTable *accounts;             /* (owned) path -> SmdAccountIface (owned) */
  gint64 serial;                    /* of the snapshot that is shown */
};

SmdObjects *
smd_objects_new (SmdJobHost *host)
{
  SmdObjects *self = g_new0 (SmdObjects, 1);

  self->host = host;
  self->serial = -1;
  self->certificates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->server = g_dbus_object_manager_server_new (SMD_PATH_ROOT);
  return self;
}

void
smd_objects_free (SmdObjects *self)
{
  g_dbus_object_manager_server_set_connection (self->server, NULL);
  g_object_unref (self->server);
  g_hash_table_unref (self->certificates);
  g_hash_table_unref (self->accounts);
  g_free (self);
}

static void
export (SmdObjects *self, const char *path, GDBusInterfaceSkeleton *skeleton)
{
  g_autoptr (GDBusObjectSkeleton) object = g_dbus_object_skeleton_new (path);

  g_dbus_object_skeleton_add_interface (object, skeleton);
  g_dbus_object_manager_server_export (self->server, object);
}

static void
show_certificate (SmdObjects *self, const SmdCertRecord *record, GHashTable *seen)
{
  char *path = smd_path_for_certificate (smd_certificate_get_fingerprint (record->certificate));
  SmdDbusCertificate *skeleton = g_hash_table_lookup (self->certificates, path);

  g_hash_table_add (seen, path);
  if (skeleton != NULL)
    {
      smd_certificate_iface_show (skeleton, record);
      g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (skeleton));
      return;
    }

  skeleton = smd_certificate_iface_new (self->host, record);
  g_hash_table_insert (self->certificates, g_strdup (path), skeleton);
  export (self, path, G_DBUS_INTERFACE_SKELETON (skeleton));
}

static void
show_account (SmdObjects *self, const SmdAccountEntry *entry, GHashTable *seen)
{
  char *path = smd_path_for_account (entry->account->id);
  SmdAccountIface *skeleton = g_hash_table_lookup (self->accounts, path);

  g_hash_table_add (seen, path);
  if (skeleton != NULL)
    {
      smd_account_iface_show (skeleton, entry);
      g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (skeleton));
      return;
    }

  skeleton = smd_account_iface_new (self->host, entry);
  g_hash_table_insert (self->accounts, g_strdup (path), skeleton);
  export (self, path, G_DBUS_INTERFACE_SKELETON (skeleton));
}

static void
remove_unseen (SmdObjects *self, GHashTable *shown, GHashTable *seen)
{
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, shown);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_hash_table_contains (seen, path))
      {
        g_dbus_object_manager_server_unexport (self->server, path);
        g_hash_table_iter_remove (&iter);
      }
}

/* Not before the first snapshot is complete: a signal for each of its objects would be for nobody. */
static void
start_telling (SmdObjects *self)
{
  g_autoptr (GDBusConnection) told = g_dbus_object_manager_server_get_connection (self->server);

  if (told == NULL)
    g_dbus_object_manager_server_set_connection (self->server, self->host->connection);
}

/* Accounts name certificates: these come first, and go last. */
gboolean
smd_objects_show (SmdObjects *self, const SmdSnapshot *snapshot)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (snapshot->serial <= self->serial)
    return FALSE;

  self->serial = snapshot->serial;
  for (guint i = 0; i < snapshot->certificates->len; i++)
    show_certificate (self, snapshot->certificates->pdata[i], seen);
  for (guint i = 0; i < snapshot->accounts->len; i++)
    show_account (self, snapshot->accounts->pdata[i], seen);

  remove_unseen (self, self->accounts, seen);
  remove_unseen (self, self->certificates, seen);
  start_telling (self);
  return TRUE;
}
