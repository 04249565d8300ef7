/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-secret-watch.h"

#include "smd-libsecret.h"
#include "smd-session-bus.h"

struct _SmdSecretWatch
{
  GObject parent_instance;
  /* Belongs to the main thread. */
  GHashTable *watched; /* (owned) item id -> (element-type GObject) what is watched for it */
};

G_DEFINE_FINAL_TYPE (SmdSecretWatch, smd_secret_watch, G_TYPE_OBJECT)

static void
smd_secret_watch_finalize (GObject *object)
{
  g_hash_table_unref (SMD_SECRET_WATCH (object)->watched);
  G_OBJECT_CLASS (smd_secret_watch_parent_class)->finalize (object);
}

static void
smd_secret_watch_class_init (SmdSecretWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_secret_watch_finalize;
  g_signal_new ("locked", SMD_TYPE_SECRET_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
smd_secret_watch_init (SmdSecretWatch *self)
{
  self->watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

SmdSecretWatch *
smd_secret_watch_new (void)
{
  return g_object_new (SMD_TYPE_SECRET_WATCH, NULL);
}

static void
check_object (GObject *object, GParamSpec *property, gpointer data)
{
  SmdSecretWatch *self = data;
  g_autofree char *owner = NULL;
  gboolean locked = FALSE;

  g_object_get (object, "g-name-owner", &owner, NULL);
  if (owner != NULL)
    g_object_get (object, "locked", &locked, NULL);
  if (!locked && owner != NULL)
    return;

  /* What was watched of a service that has gone is of no use with its successor. */
  if (owner == NULL)
    g_hash_table_remove_all (self->watched);
  g_signal_emit_by_name (self, "locked");
}

typedef struct
{
  SmdSecretWatch *self; /* (owned) */
  char *id;         /* (owned) */
} Watch;

static void
watch_free (Watch *watch)
{
  g_object_unref (watch->self);
  g_free (watch->id);
  g_free (watch);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Watch, watch_free)

/* Takes @object. */
static void
watch_object (Watch *watch, GObject *object)
{
  GPtrArray *objects = g_hash_table_lookup (watch->self->watched, watch->id);

  if (objects == NULL)
    {
      objects = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (watch->self->watched, g_strdup (watch->id), objects);
    }
  g_ptr_array_add (objects, object);
  g_signal_connect_object (object, "notify::locked", G_CALLBACK (check_object), watch->self, 0);
  g_signal_connect_object (object, "notify::g-name-owner", G_CALLBACK (check_object), watch->self, 0);
  check_object (object, NULL, watch->self);
}

/* What can't be watched must not be kept. */
static void
give_up (Watch *watch, GError *reason)
{
  g_debug ("A key's lock can't be watched: %s", reason ? reason->message : "it is not in the keyring");
  g_clear_error (&reason);
  g_signal_emit_by_name (watch->self, "locked");
}

static void
collection_made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Watch) watch = data;
  GError *reason = NULL;
  SecretCollection *collection = smd_libsecret ()->collection_new_for_dbus_path_finish (result, &reason);

  if (collection != NULL)
    watch_object (watch, G_OBJECT (collection));
  else
    give_up (watch, reason);
}

static void
item_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Watch) watch = data;
  GError *reason = NULL;
  GList *items = smd_libsecret ()->service_search_finish ((SecretService *) source, result, &reason);
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;

  if (items == NULL)
    {
      give_up (watch, reason);
      return;
    }

  /* Services differ in which of the two they report on: the item, or the collection that it lies in. */
  g_object_get (items->data, "g-object-path", &path, NULL);
  folder = g_path_get_dirname (path);
  watch_object (watch, g_object_ref (items->data));
  g_list_free_full (items, g_object_unref);
  smd_libsecret ()->collection_new_for_dbus_path ((SecretService *) source, folder, SECRET_COLLECTION_NONE, NULL, collection_made,
                                                  g_steal_pointer (&watch));
}

static void
service_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Watch) watch = data;
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  GError *reason = NULL;
  g_autoptr (SecretService) service = smd_libsecret ()->service_get_finish (result, &reason);

  if (service == NULL)
    {
      give_up (watch, reason);
      return;
    }

  g_hash_table_insert (attributes, (gpointer) SMD_SECRET_ATTRIBUTE, watch->id);
  smd_libsecret ()->service_search (service, &smd_secret_schema, attributes, SECRET_SEARCH_NONE, NULL, item_found, watch);
  g_steal_pointer (&watch);
}

static gboolean
watch_on_main (gpointer data)
{
  Watch *watch = data;
  GPtrArray *objects = g_hash_table_lookup (watch->self->watched, watch->id);
  GError *reason = NULL;

  if (objects == NULL && smd_libsecret_load (&reason) && smd_session_bus_is_there (NULL, &reason))
    smd_libsecret ()->service_get (SECRET_SERVICE_NONE, NULL, service_found, watch);
  else if (objects == NULL)
    {
      give_up (watch, reason);
      watch_free (watch);
    }
  else
    {
      g_autoptr (GPtrArray) checked = g_ptr_array_ref (objects);

      for (guint i = 0; i < checked->len; i++)
        check_object (checked->pdata[i], NULL, watch->self);
      watch_free (watch);
    }
  return G_SOURCE_REMOVE;
}

void
smd_secret_watch_add (SmdSecretWatch *self, const char *id)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->self = g_object_ref (self);
  watch->id = g_strdup (id);
  g_idle_add_full (G_PRIORITY_HIGH, watch_on_main, watch, NULL);
}
