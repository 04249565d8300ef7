/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-keyring-news.h"

#define SECRETS "org.freedesktop.secrets"
#define SERVICE_PATH "/org/freedesktop/secrets"
#define SERVICE "org.freedesktop.Secret.Service"
#define COLLECTION "org.freedesktop.Secret.Collection"
#define PROPERTIES "org.freedesktop.DBus.Properties"

/* Without libsecret, which makes an object of each item of a keyring that it looks at. */
struct _SmdKeyringNews
{
  GObject parent_instance;
  GCancellable *cancellable; /* (owned) */
  GDBusConnection *bus;      /* (owned) (nullable) */
  guint name;                /* ids of what is watched; 0: nothing is */
  guint signals[3];
  GHashTable *open;          /* (owned) paths of the collections that were unlocked at the last look */
  GHashTable *seen;          /* (owned) (nullable) likewise, of the look that is under way */
  guint questions;           /* of it, that wait for their answers */
  gboolean again;            /* something changed during the look */
};

G_DEFINE_FINAL_TYPE (SmdKeyringNews, smd_keyring_news, G_TYPE_OBJECT)

static void
smd_keyring_news_finalize (GObject *object)
{
  SmdKeyringNews *self = SMD_KEYRING_NEWS (object);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  for (guint i = 0; self->bus != NULL && i < G_N_ELEMENTS (self->signals); i++)
    g_dbus_connection_signal_unsubscribe (self->bus, self->signals[i]);
  g_clear_handle_id (&self->name, g_bus_unwatch_name);
  g_clear_object (&self->bus);
  g_hash_table_unref (self->open);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  G_OBJECT_CLASS (smd_keyring_news_parent_class)->finalize (object);
}

static void
smd_keyring_news_class_init (SmdKeyringNewsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_keyring_news_finalize;
  g_signal_new ("news", SMD_TYPE_KEYRING_NEWS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("opened", SMD_TYPE_KEYRING_NEWS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GHashTable *
make_paths (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
smd_keyring_news_init (SmdKeyringNews *self)
{
  self->cancellable = g_cancellable_new ();
  self->open = make_paths ();
}

/* ---- a look at the locks ---- */

static void look (SmdKeyringNews *self);

static void
end_look (SmdKeyringNews *self)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&self->open);
  g_autoptr (SmdKeyringNews) kept = g_object_ref (self);
  gboolean opened = FALSE;
  GHashTableIter iter;
  gpointer path;

  self->open = g_steal_pointer (&self->seen);
  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    opened = opened || !g_hash_table_contains (before, path);

  if (self->again)
    look (self);
  if (opened)
    g_signal_emit_by_name (self, "opened");
}

typedef struct
{
  SmdKeyringNews *self; /* (unowned) gone if the call was cancelled */
  char *path;           /* (owned) */
} Question;

static void
question_free (Question *question)
{
  g_free (question->path);
  g_free (question);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
on_lock (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) locked = NULL;
  SmdKeyringNews *self = question->self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(v)", &locked);
  if (locked != NULL && g_variant_is_of_type (locked, G_VARIANT_TYPE_BOOLEAN) && !g_variant_get_boolean (locked))
    g_hash_table_add (self->seen, g_steal_pointer (&question->path));
  if (--self->questions == 0)
    end_look (self);
}

static void
get_property (SmdKeyringNews *self, const char *path, const char *interface, const char *property, GAsyncReadyCallback callback, gpointer data)
{
  self->questions++;
  g_dbus_connection_call (self->bus, SECRETS, path, PROPERTIES, "Get", g_variant_new ("(ss)", interface, property), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, callback, data);
}

static void
on_collections (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) paths = NULL;
  SmdKeyringNews *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(v)", &paths);
  for (gsize i = 0; paths != NULL && g_variant_is_of_type (paths, G_VARIANT_TYPE ("ao")) && i < g_variant_n_children (paths); i++)
    {
      Question *question = g_new0 (Question, 1);

      question->self = self;
      g_variant_get_child (paths, i, "o", &question->path);
      get_property (self, question->path, COLLECTION, "Locked", on_lock, question);
    }
  if (--self->questions == 0)
    end_look (self);
}

static void
look (SmdKeyringNews *self)
{
  self->again = self->seen != NULL;
  if (self->again)
    return;

  self->seen = make_paths ();
  get_property (self, SERVICE_PATH, SERVICE, "Collections", on_collections, self);
}

/* ---- what happens ---- */

static void
on_signal (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *name, GVariant *parameters,
           gpointer data)
{
  g_autoptr (SmdKeyringNews) self = g_object_ref (data);

  if (!g_str_equal (interface, COLLECTION))
    look (self);
  g_signal_emit_by_name (self, "news");
}

/* Also what came before the watch began */
static void
on_name (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  g_autoptr (SmdKeyringNews) self = g_object_ref (data);

  look (self);
  g_signal_emit_by_name (self, "news");
}

/* Its successor's collections have the same paths. */
static void
on_name_gone (GDBusConnection *bus, const char *name, gpointer data)
{
  g_hash_table_remove_all (SMD_KEYRING_NEWS (data)->open);
}

static guint
subscribe (SmdKeyringNews *self, const char *interface, const char *first_argument)
{
  return g_dbus_connection_signal_subscribe (self->bus, SECRETS, interface, NULL, NULL, first_argument, G_DBUS_SIGNAL_FLAGS_NONE, on_signal,
                                             self, NULL);
}

SmdKeyringNews *
smd_keyring_news_new (void)
{
  SmdKeyringNews *self = g_object_new (SMD_TYPE_KEYRING_NEWS, NULL);

  self->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  if (self->bus == NULL || g_dbus_connection_is_closed (self->bus))
    {
      g_clear_object (&self->bus);
      return self;
    }

  self->signals[0] = subscribe (self, SERVICE, NULL);
  self->signals[1] = subscribe (self, COLLECTION, NULL);
  self->signals[2] = subscribe (self, PROPERTIES, COLLECTION);
  self->name = g_bus_watch_name_on_connection (self->bus, SECRETS, G_BUS_NAME_WATCHER_FLAGS_NONE, on_name, on_name_gone, self, NULL);
  return self;
}
