/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-keyring-news.h"

#include "smd-libsecret.h"
#include "smd-session-bus.h"

struct _SmdKeyringNews
{
  GObject parent_instance;
  GCancellable *cancellable; /* (owned) */
  SecretService *service;    /* (owned) (nullable) */
  GList *collections;        /* (owned) of SecretCollection */
};

G_DEFINE_FINAL_TYPE (SmdKeyringNews, smd_keyring_news, G_TYPE_OBJECT)

static void
drop_collections (SmdKeyringNews *self)
{
  for (GList *link = self->collections; link != NULL; link = link->next)
    g_signal_handlers_disconnect_by_data (link->data, self);
  g_list_free_full (g_steal_pointer (&self->collections), g_object_unref);
}

static void
smd_keyring_news_finalize (GObject *object)
{
  SmdKeyringNews *self = SMD_KEYRING_NEWS (object);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  drop_collections (self);
  if (self->service != NULL)
    g_signal_handlers_disconnect_by_data (self->service, self);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (smd_keyring_news_parent_class)->finalize (object);
}

static void
smd_keyring_news_class_init (SmdKeyringNewsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_keyring_news_finalize;
  g_signal_new ("news", SMD_TYPE_KEYRING_NEWS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
smd_keyring_news_init (SmdKeyringNews *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
tell (SmdKeyringNews *self)
{
  g_signal_emit_by_name (self, "news");
}

static void load_collections (SmdKeyringNews *self);

/* What was known of a service that has gone is of no use with its successor. */
static void
on_owner (SmdKeyringNews *self)
{
  g_autofree char *owner = NULL;

  g_object_get (self->service, "g-name-owner", &owner, NULL);
  drop_collections (self);
  if (owner != NULL)
    load_collections (self);
}

/* All of their signals: items that were made or changed, and locks. */
static void
on_collections (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean loaded = smd_libsecret ()->service_load_collections_finish ((SecretService *) source, result, &error);
  SmdKeyringNews *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!loaded)
    {
      g_debug ("The keyring's collections can't be watched: %s", error->message);
      return;
    }

  drop_collections (self);
  self->collections = smd_libsecret ()->service_get_collections (self->service);
  for (GList *link = self->collections; link != NULL; link = link->next)
    {
      g_signal_connect_swapped (link->data, "g-signal", G_CALLBACK (tell), self);
      g_signal_connect_swapped (link->data, "notify::locked", G_CALLBACK (tell), self);
    }
  /* What came before the watch began */
  tell (self);
}

static void
load_collections (SmdKeyringNews *self)
{
  g_autoptr (GError) error = NULL;

  if (smd_session_bus_is_there (NULL, &error))
    smd_libsecret ()->service_load_collections (self->service, self->cancellable, on_collections, self);
}

static void
on_service (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  SecretService *service = smd_libsecret ()->service_open_finish (result, &error);
  SmdKeyringNews *self = data;

  if (service == NULL)
    {
      g_debug ("The keyring can't be watched: %s", error->message);
      return;
    }

  self->service = service;
  g_signal_connect_swapped (service, "notify::g-name-owner", G_CALLBACK (on_owner), self);
  g_signal_connect_swapped (service, "g-signal", G_CALLBACK (load_collections), self);
  load_collections (self);
}

SmdKeyringNews *
smd_keyring_news_new (void)
{
  SmdKeyringNews *self = g_object_new (SMD_TYPE_KEYRING_NEWS, NULL);
  g_autoptr (GError) error = NULL;

  if (smd_libsecret_load (&error) && smd_session_bus_is_there (NULL, &error))
    smd_libsecret ()->service_open (smd_libsecret ()->service_get_type (), NULL, SECRET_SERVICE_NONE, self->cancellable, on_service,
                                    self);
  return self;
}
