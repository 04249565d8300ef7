/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-keyring.h"

/* The unstable part is the constructor of a collection by its path, unchanged since libsecret 0.1 */
#define SECRET_API_SUBJECT_TO_CHANGE
#include <libsecret/secret.h>

#include "smimed-error.h"

#define ATTRIBUTE "id"

static const SecretSchema schema = { "org.smimed.Identity", SECRET_SCHEMA_NONE, { { ATTRIBUTE, SECRET_SCHEMA_ATTRIBUTE_STRING } } };

struct _SmdKeyring
{
  GObject parent_instance;
  /* The rest belongs to the main thread. */
  GHashTable *watched; /* (owned) item id -> (element-type GObject) what is watched for it */
};

enum
{
  LOCKED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (SmdKeyring, smd_keyring, G_TYPE_OBJECT)

static void
smd_keyring_finalize (GObject *object)
{
  g_hash_table_unref (SMD_KEYRING (object)->watched);
  G_OBJECT_CLASS (smd_keyring_parent_class)->finalize (object);
}

static void
smd_keyring_class_init (SmdKeyringClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_keyring_finalize;
  g_signal_new ("locked", SMD_TYPE_KEYRING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
smd_keyring_init (SmdKeyring *self)
{
  self->watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

SmdKeyring *
smd_keyring_new (void)
{
  return g_object_new (SMD_TYPE_KEYRING, NULL);
}

/* ---- errors ---- */

/* Says libsecret's @reason in the contract's words. */
static void
take_error (GError *reason, GError **error)
{
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  else if (g_error_matches (reason, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_LOCKED, "The keyring is locked: unlock it and try again");
  else
    {
      /* A service that was started anew knows nothing of the old session. */
      secret_service_disconnect ();
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED,
                   "The Secret Service, which keeps private keys, can't be used: %s: see that one runs (gnome-keyring, KWallet,"
                   " KeePassXC, ...) and try again",
                   reason->message);
    }
  g_error_free (reason);
}

static SecretService *
connect_service (GCancellable *cancellable, GError **error)
{
  GError *reason = NULL;
  SecretService *service = secret_service_get_sync (SECRET_SERVICE_OPEN_SESSION, cancellable, &reason);

  if (service == NULL)
    take_error (reason, error);
  return service;
}

/* @objects: (element-type GObject) collections or items, all locked */
static gboolean
unlock_objects (SecretService *service, GList *objects, gboolean interactive, GCancellable *cancellable, GError **error)
{
  GError *reason = NULL;
  int count;

  if (!interactive)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                           "The keyring is locked: unlock it, or call with interactive, so that the user is asked");
      return FALSE;
    }

  count = secret_service_unlock_sync (service, objects, cancellable, NULL, &reason);
  if (reason != NULL)
    {
      take_error (reason, error);
      return FALSE;
    }
  if (count <= 0)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED, "The keyring was not unlocked: the prompt was closed");
  return count > 0;
}

/* ---- collections ---- */

/* Returns: (transfer full) (nullable): the collection where items are made; %NULL without error if there is none */
static SecretCollection *
find_collection (SecretService *service, GCancellable *cancellable, GError **error)
{
  static const char *const aliases[] = { SECRET_COLLECTION_DEFAULT, "login" };
  SecretCollection *collection = NULL;
  GError *reason = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (aliases) && collection == NULL && reason == NULL; i++)
    collection = secret_collection_for_alias_sync (service, aliases[i], SECRET_COLLECTION_NONE, cancellable, &reason);
  if (reason != NULL)
    take_error (reason, error);
  return collection;
}

static SecretCollection *
create_collection (SecretService *service, gboolean interactive, GCancellable *cancellable, GError **error)
{
  SecretCollection *collection = NULL;
  GError *reason = NULL;

  if (!interactive)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                           "There is no keyring yet: make one, or call with interactive, so that the user is asked for its password");
      return NULL;
    }

  collection = secret_collection_create_sync (service, "Login", SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_CREATE_NONE, cancellable,
                                              &reason);
  if (reason != NULL)
    take_error (reason, error);
  else if (collection == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED, "No keyring was made: the prompt was closed");
  return collection;
}

gboolean
smd_keyring_unlock (SmdKeyring *self, gboolean create, gboolean interactive, gboolean *present, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (SecretService) service = connect_service (cancellable, error);
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (GList) objects = NULL;
  GError *local_error = NULL;

  if (service == NULL)
    return FALSE;

  collection = find_collection (service, cancellable, &local_error);
  if (collection == NULL && local_error == NULL && create)
    collection = create_collection (service, interactive, cancellable, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }

  if (present != NULL)
    *present = collection != NULL;
  if (collection == NULL || !secret_collection_get_locked (collection))
    return TRUE;

  objects = g_list_prepend (NULL, collection);
  return unlock_objects (service, objects, interactive, cancellable, error);
}

/* ---- items ---- */

/* @id: (nullable): borrowed */
static GHashTable *
build_attributes (const char *id)
{
  GHashTable *attributes = g_hash_table_new (g_str_hash, g_str_equal);

  if (id != NULL)
    g_hash_table_insert (attributes, (gpointer) ATTRIBUTE, (gpointer) id);
  return attributes;
}

/* Returns: (transfer full) (element-type SecretItem): the item @id, or all; locked ones too, as far as the service shows them */
static GPtrArray *
find_items (SecretService *service, const char *id, SecretSearchFlags flags, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) attributes = build_attributes (id);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GError *reason = NULL;
  GList *found;

  found = secret_service_search_sync (service, &schema, attributes, SECRET_SEARCH_ALL | flags, cancellable, &reason);
  if (reason != NULL)
    {
      take_error (reason, error);
      return NULL;
    }

  for (GList *link = found; link != NULL; link = link->next)
    g_ptr_array_add (items, link->data);
  g_list_free (found);
  return g_steal_pointer (&items);
}

static gboolean
unlock_items (SecretService *service, GPtrArray *items, gboolean interactive, GCancellable *cancellable, GError **error)
{
  g_autoptr (GList) locked = NULL;

  for (guint i = 0; i < items->len; i++)
    if (secret_item_get_locked (items->pdata[i]))
      locked = g_list_prepend (locked, items->pdata[i]);
  return locked == NULL || unlock_objects (service, locked, interactive, cancellable, error);
}

/* Like find_items(), but unlocks first what keeps them from being read: the items, or the collection that may hide them. */
static GPtrArray *
find_unlocked (SmdKeyring *self, SecretService *service, const char *id, gboolean interactive, GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GPtrArray) items = find_items (service, id, SECRET_SEARCH_NONE, cancellable, error);

  if (items != NULL && items->len == 0)
    {
      if (!smd_keyring_unlock (self, FALSE, interactive, NULL, cancellable, error))
        return NULL;
      g_ptr_array_unref (items);
      items = find_items (service, id, SECRET_SEARCH_NONE, cancellable, error);
    }
  if (items == NULL || !unlock_items (service, items, interactive, cancellable, error))
    return NULL;
  return g_steal_pointer (&items);
}

gboolean
smd_keyring_store (SmdKeyring *self, const char *id, const char *label, SmdSecret *text, GCancellable *cancellable, GError **error)
{
  GError *local_error = NULL;
  g_autoptr (SecretService) service = connect_service (cancellable, &local_error);
  g_autoptr (SecretCollection) collection = service ? find_collection (service, cancellable, &local_error) : NULL;
  g_autoptr (GHashTable) attributes = build_attributes (id);
  g_autoptr (SecretItem) item = NULL;
  SmdSpan span = smd_secret_get_span (text);
  SecretValue *value;
  GError *reason = NULL;

  if (collection == NULL)
    {
      if (local_error == NULL)
        g_set_error_literal (&local_error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The keyring has gone: make one and try again");
      g_propagate_error (error, local_error);
      return FALSE;
    }

  value = secret_value_new ((const char *) span.data, (gssize) span.size, "text/plain");
  item = secret_item_create_sync (collection, &schema, attributes, label, value, SECRET_ITEM_CREATE_NONE, cancellable, &reason);
  secret_value_unref (value);
  if (reason != NULL)
    take_error (reason, error);
  else if (item == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED, "The key was not stored: the keyring's prompt was closed");
  return item != NULL;
}

/* Returns: (nullable): a copy of the item's secret, if it was loaded */
static SmdSecret *
copy_secret (SecretItem *item)
{
  SecretValue *value = secret_item_get_secret (item);
  SmdSecret *copy = NULL;
  gsize size;
  const char *text;

  if (value == NULL)
    return NULL;

  text = secret_value_get (value, &size);
  copy = smd_secret_new_copy (smd_span (text, size));
  secret_value_unref (value);
  return copy;
}

static SmdSecret *
load_item (SecretItem *item, GCancellable *cancellable, GError **error)
{
  GError *reason = NULL;
  SmdSecret *text = NULL;

  if (secret_item_load_secret_sync (item, cancellable, &reason))
    text = copy_secret (item);
  if (reason != NULL)
    take_error (reason, error);
  else if (text == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_LOCKED, "The keyring doesn't give the key away: unlock it and try again");
  return text;
}

SmdSecret *
smd_keyring_load (SmdKeyring *self, const char *id, gboolean interactive, GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretService) service = connect_service (cancellable, error);
  g_autoptr (GPtrArray) items = service ? find_unlocked (self, service, id, interactive, cancellable, error) : NULL;

  if (items == NULL)
    return NULL;
  if (items->len > 0)
    return load_item (items->pdata[0], cancellable, error);

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "The private key is not in the keyring any more");
  return NULL;
}

GHashTable *
smd_keyring_load_all (SmdKeyring *self, gboolean interactive, GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretService) service = connect_service (cancellable, error);
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) smd_secret_unref);
  g_autoptr (GPtrArray) found = service ? find_unlocked (self, service, NULL, interactive, cancellable, error) : NULL;
  g_autoptr (GPtrArray) items = NULL;

  /* Once more: what was locked then is read now, all secrets in one call. */
  items = found ? find_items (service, NULL, SECRET_SEARCH_LOAD_SECRETS, cancellable, error) : NULL;
  for (guint i = 0; items != NULL && i < items->len; i++)
    {
      g_autoptr (GHashTable) attributes = secret_item_get_attributes (items->pdata[i]);
      const char *id = g_hash_table_lookup (attributes, ATTRIBUTE);
      SmdSecret *text = copy_secret (items->pdata[i]);

      if (text == NULL)
        text = load_item (items->pdata[i], cancellable, error);
      if (text == NULL)
        return NULL;
      g_hash_table_replace (texts, g_strdup (id ? id : ""), text);
    }
  return items ? g_steal_pointer (&texts) : NULL;
}

gboolean
smd_keyring_delete (SmdKeyring *self, const char *id, gboolean interactive, GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretService) service = connect_service (cancellable, error);
  g_autoptr (GPtrArray) items = service ? find_unlocked (self, service, id, interactive, cancellable, error) : NULL;
  GError *reason = NULL;

  if (items == NULL)
    return FALSE;

  for (guint i = 0; i < items->len && reason == NULL; i++)
    (void) secret_item_delete_sync (items->pdata[i], cancellable, &reason);
  if (reason == NULL)
    return TRUE;

  take_error (reason, error);
  return FALSE;
}

/* ---- watching, on the main context ---- */

static void
check_object (GObject *object, GParamSpec *property, gpointer self)
{
  g_autofree char *owner = NULL;
  gboolean locked = FALSE;

  g_object_get (object, "locked", &locked, "g-name-owner", &owner, NULL);
  if (!locked && owner != NULL)
    return;

  /* What was watched of a service that has gone is of no use with its successor. */
  if (owner == NULL)
    g_hash_table_remove_all (SMD_KEYRING (self)->watched);
  g_signal_emit_by_name (self, "locked");
}

typedef struct
{
  SmdKeyring *self; /* (owned) */
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
  SecretCollection *collection = secret_collection_new_for_dbus_path_finish (result, &reason);

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
  GList *items = secret_service_search_finish (SECRET_SERVICE (source), result, &reason);
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
  secret_collection_new_for_dbus_path (SECRET_SERVICE (source), folder, SECRET_COLLECTION_NONE, NULL, collection_made,
                                       g_steal_pointer (&watch));
}

static void
service_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Watch) watch = data;
  g_autoptr (GHashTable) attributes = build_attributes (watch->id);
  GError *reason = NULL;
  g_autoptr (SecretService) service = secret_service_get_finish (result, &reason);

  if (service == NULL)
    {
      give_up (watch, reason);
      return;
    }

  secret_service_search (service, &schema, attributes, SECRET_SEARCH_NONE, NULL, item_found, watch);
  g_steal_pointer (&watch);
}

static gboolean
watch_on_main (gpointer data)
{
  Watch *watch = data;
  GPtrArray *objects = g_hash_table_lookup (watch->self->watched, watch->id);

  if (objects == NULL)
    secret_service_get (SECRET_SERVICE_NONE, NULL, service_found, watch);
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
smd_keyring_watch (SmdKeyring *self, const char *id)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->self = g_object_ref (self);
  watch->id = g_strdup (id);
  g_idle_add_full (G_PRIORITY_HIGH, watch_on_main, watch, NULL);
}
