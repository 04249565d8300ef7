/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-secret-items.h"

#include "smd-detached-calls.h"
#include "smd-secret-watch.h"
#include "smd-session-bus.h"
#include "smd-libsecret.h"
#include "smimed-error.h"

struct _SmdSecretItems
{
  GObject parent_instance;
  SmdDetachedCalls *prompts; /* (owned) */
  SmdSecretWatch *watch;    /* (owned) */
};

G_DEFINE_FINAL_TYPE (SmdSecretItems, smd_secret_items, G_TYPE_OBJECT)

static void
smd_secret_items_finalize (GObject *object)
{
  smd_detached_calls_unref (SMD_SECRET_ITEMS (object)->prompts);
  g_object_unref (SMD_SECRET_ITEMS (object)->watch);
  G_OBJECT_CLASS (smd_secret_items_parent_class)->finalize (object);
}

static void
smd_secret_items_class_init (SmdSecretItemsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_secret_items_finalize;
  g_signal_new ("locked", SMD_TYPE_SECRET_ITEMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
emit_locked (SmdSecretItems *self)
{
  g_signal_emit_by_name (self, "locked");
}

static void
smd_secret_items_init (SmdSecretItems *self)
{
  self->prompts = smd_detached_calls_new ();
  self->watch = smd_secret_watch_new ();
  g_signal_connect_object (self->watch, "locked", G_CALLBACK (emit_locked), self, G_CONNECT_SWAPPED);
}

SmdSecretItems *
smd_secret_items_new (void)
{
  return g_object_new (SMD_TYPE_SECRET_ITEMS, NULL);
}

/* ---- errors ---- */

/* Says libsecret's @reason in the contract's words. */
static void
take_error (GError *reason, GError **error)
{
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  else if (g_error_matches (reason, smd_libsecret ()->error_get_quark (), SECRET_ERROR_IS_LOCKED))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_LOCKED, "The keyring is locked: unlock it and try again");
  else
    {
      /* A service that was started anew knows nothing of the old session. */
      smd_libsecret ()->service_disconnect ();
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
  SecretService *service = NULL;

  if (!smd_libsecret_load (error))
    return NULL;
  if (smd_session_bus_is_there (cancellable, &reason))
    service = smd_libsecret ()->service_get_sync (SECRET_SERVICE_OPEN_SESSION, cancellable, &reason);

  if (service == NULL)
    take_error (reason, error);
  return service;
}

/* ---- prompts ---- */

/* What a prompt is for: @objects are to be unlocked, or there are none and the default collection is to be made. */
typedef struct
{
  SecretService *service; /* (owned) */
  GList *objects;         /* (owned) of GObject */
} Prompt;

static void
prompt_free (gpointer data)
{
  Prompt *prompt = data;

  g_object_unref (prompt->service);
  g_list_free_full (prompt->objects, g_object_unref);
  g_free (prompt);
}

static gboolean
run_prompt (gpointer data, GError **error)
{
  const Prompt *prompt = data;
  g_autoptr (SecretCollection) made = NULL;
  GError *reason = NULL;
  gboolean answered;

  if (prompt->objects != NULL)
    answered = smd_libsecret ()->service_unlock_sync (prompt->service, prompt->objects, NULL, NULL, &reason) > 0;
  else
    {
      made = smd_libsecret ()->collection_create_sync (prompt->service, "Login", SECRET_COLLECTION_DEFAULT,
                                                       SECRET_COLLECTION_CREATE_NONE, NULL, &reason);
      answered = made != NULL;
    }

  if (reason != NULL)
    take_error (reason, error);
  else if (!answered)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED, "The keyring was not unlocked: its prompt was closed");
  return reason == NULL && answered;
}

/*
 * Lets the service ask the user for its password. A call that is cancelled leaves the prompt where it is: gnome-keyring (42) ends with a
 * failed assertion when a client dismisses it, and an answer still helps the next call, which waits for it instead of asking twice.
 * @objects: (transfer full) (element-type GObject)
 */
static gboolean
ask_user (SmdSecretItems *self, SecretService *service, GList *objects, gboolean interactive, GCancellable *cancellable, GError **error)
{
  Prompt *prompt = g_new0 (Prompt, 1);

  prompt->service = g_object_ref (service);
  prompt->objects = objects;
  if (interactive)
    return smd_detached_calls_run (self->prompts, run_prompt, prompt, prompt_free, cancellable, error);

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED, "%s, or call with interactive, so that the user is asked",
               objects ? "The keyring is locked: unlock it" : "There is no keyring yet: make one");
  prompt_free (prompt);
  return FALSE;
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
    collection = smd_libsecret ()->collection_for_alias_sync (service, aliases[i], SECRET_COLLECTION_NONE, cancellable, &reason);
  if (reason != NULL)
    take_error (reason, error);
  return collection;
}

gboolean
smd_secret_items_unlock (SmdSecretItems *self, gboolean create, gboolean interactive, gboolean *present, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (SecretService) service = connect_service (cancellable, error);
  g_autoptr (SecretCollection) collection = NULL;
  GError *local_error = NULL;

  if (service == NULL)
    return FALSE;

  collection = find_collection (service, cancellable, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }

  if (present != NULL)
    *present = collection != NULL;
  if (collection == NULL)
    return !create || ask_user (self, service, NULL, interactive, cancellable, error);
  return !smd_libsecret ()->collection_get_locked (collection) ||
         ask_user (self, service, g_list_prepend (NULL, g_object_ref (collection)), interactive, cancellable, error);
}

/* ---- items ---- */

/* @id: (nullable): borrowed */
static GHashTable *
build_attributes (const char *id)
{
  GHashTable *attributes = g_hash_table_new (g_str_hash, g_str_equal);

  if (id != NULL)
    g_hash_table_insert (attributes, (gpointer) SMD_SECRET_ATTRIBUTE, (gpointer) id);
  return attributes;
}

/* Returns: (transfer full) (element-type SecretItem): locked ones too, as far as the service shows them */
static GPtrArray *
search (SecretService *service, const SecretSchema *schema, GHashTable *attributes, SecretSearchFlags flags, GCancellable *cancellable,
        GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GError *reason = NULL;
  GList *found = smd_libsecret ()->service_search_sync (service, schema, attributes, SECRET_SEARCH_ALL | flags, cancellable,
                                                        &reason);

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

/* Returns: (transfer full) (element-type SecretItem): the item @id, or all */
static GPtrArray *
find_items (SecretService *service, const char *id, SecretSearchFlags flags, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) attributes = build_attributes (id);

  return search (service, &smd_secret_schema, attributes, flags, cancellable, error);
}

static gboolean
unlock_items (SmdSecretItems *self, SecretService *service, GPtrArray *items, gboolean interactive, GCancellable *cancellable,
              GError **error)
{
  GList *locked = NULL;

  for (guint i = 0; i < items->len; i++)
    if (smd_libsecret ()->item_get_locked (items->pdata[i]))
      locked = g_list_prepend (locked, g_object_ref (items->pdata[i]));
  return locked == NULL || ask_user (self, service, locked, interactive, cancellable, error);
}

/* Like find_items(), but unlocks first what keeps them from being read: the items, or the collection that may hide them. */
static GPtrArray *
find_unlocked (SmdSecretItems *self, SecretService *service, const char *id, gboolean interactive, GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GPtrArray) items = find_items (service, id, SECRET_SEARCH_NONE, cancellable, error);

  if (items != NULL && items->len == 0)
    {
      if (!smd_secret_items_unlock (self, FALSE, interactive, NULL, cancellable, error))
        return NULL;
      g_ptr_array_unref (items);
      items = find_items (service, id, SECRET_SEARCH_NONE, cancellable, error);
    }
  if (items == NULL || !unlock_items (self, service, items, interactive, cancellable, error))
    return NULL;
  return g_steal_pointer (&items);
}

gboolean
smd_secret_items_store (SmdSecretItems *self, const char *id, const char *label, SmdSecret *text, GCancellable *cancellable, GError **error)
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

  value = smd_libsecret ()->value_new ((const char *) span.data, (gssize) span.size, "text/plain");
  item = smd_libsecret ()->item_create_sync (collection, &smd_secret_schema, attributes, label, value, SECRET_ITEM_CREATE_NONE,
                                             cancellable, &reason);
  smd_libsecret ()->value_unref (value);
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
  SecretValue *value = smd_libsecret ()->item_get_secret (item);
  SmdSecret *copy = NULL;
  gsize size;
  const char *text;

  if (value == NULL)
    return NULL;

  text = smd_libsecret ()->value_get (value, &size);
  copy = smd_secret_new_copy (smd_span (text, size));
  smd_libsecret ()->value_unref (value);
  return copy;
}

static SmdSecret *
load_item (SecretItem *item, GCancellable *cancellable, GError **error)
{
  GError *reason = NULL;
  SmdSecret *text = NULL;

  if (smd_libsecret ()->item_load_secret_sync (item, cancellable, &reason))
    text = copy_secret (item);
  if (reason != NULL)
    take_error (reason, error);
  else if (text == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_LOCKED, "The keyring doesn't give the key away: unlock it and try again");
  return text;
}

SmdSecret *
smd_secret_items_load (SmdSecretItems *self, const char *id, gboolean interactive, GCancellable *cancellable, GError **error)
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
smd_secret_items_load_all (SmdSecretItems *self, gboolean interactive, GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretService) service = connect_service (cancellable, error);
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) smd_secret_unref);
  g_autoptr (GPtrArray) found = service ? find_unlocked (self, service, NULL, interactive, cancellable, error) : NULL;
  g_autoptr (GPtrArray) items = NULL;

  /* Once more: what was locked then is read now, all secrets in one call. */
  items = found ? find_items (service, NULL, SECRET_SEARCH_LOAD_SECRETS, cancellable, error) : NULL;
  for (guint i = 0; items != NULL && i < items->len; i++)
    {
      g_autoptr (GHashTable) attributes = smd_libsecret ()->item_get_attributes (items->pdata[i]);
      const char *id = g_hash_table_lookup (attributes, SMD_SECRET_ATTRIBUTE);
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
smd_secret_items_delete (SmdSecretItems *self, const char *id, gboolean interactive, GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretService) service = connect_service (cancellable, error);
  g_autoptr (GPtrArray) items = service ? find_unlocked (self, service, id, interactive, cancellable, error) : NULL;
  GError *reason = NULL;

  if (items == NULL)
    return FALSE;

  for (guint i = 0; i < items->len && reason == NULL; i++)
    (void) smd_libsecret ()->item_delete_sync (items->pdata[i], cancellable, &reason);
  if (reason == NULL)
    return TRUE;

  take_error (reason, error);
  return FALSE;
}

void
smd_secret_items_watch (SmdSecretItems *self, const char *id)
{
  smd_secret_watch_add (self->watch, id);
}

/* ---- passwords of delivered files ---- */

/* Returns: (transfer full) (nullable): %NULL without error if there is none */
static SmdSecret *
load_password (SecretService *service, const char *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) items = NULL;

  g_hash_table_insert (attributes, (gpointer) SMD_PASSWORD_APPLICATION, (gpointer) "smimed");
  g_hash_table_insert (attributes, (gpointer) SMD_PASSWORD_FILE, (gpointer) file);
  items = search (service, &smd_password_schema, attributes, SECRET_SEARCH_NONE, cancellable, error);
  if (items == NULL || items->len == 0)
    return NULL;
  if (!smd_libsecret ()->item_get_locked (items->pdata[0]))
    return load_item (items->pdata[0], cancellable, error);

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_LOCKED, "The keyring that holds the file's password is locked: unlock it");
  return NULL;
}

static gboolean
is_default_locked (SecretService *service, GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretCollection) collection = find_collection (service, cancellable, error);

  return collection != NULL && smd_libsecret ()->collection_get_locked (collection);
}

SmdSecret *
smd_secret_items_find_password (SmdSecretItems *self, const char *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (SecretService) service = connect_service (cancellable, &failure);
  SmdSecret *password = service ? load_password (service, file, cancellable, &failure) : NULL;

  if (password == NULL && failure == NULL)
    password = load_password (service, "*", cancellable, &failure);
  if (password != NULL)
    return password;

  if (failure == NULL && is_default_locked (service, cancellable, &failure))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_LOCKED, "The keyring, which may hold the file's password, is locked: unlock it");
  else if (failure == NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND,
                 "Its password isn't in the keyring: store it with “secret-tool store --label=S/MIME application smimed managed-file %s”", file);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}
