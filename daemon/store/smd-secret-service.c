/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-secret-service.h"

#include "smd-database-keys.h"
#include "smd-key-cache.h"
#include "smd-key-vault.h"
#include "smd-keyring-news.h"
#include "smimed-error.h"

#define CACHE_SECONDS 900

struct _SmdSecretService
{
  GObject parent_instance;
  SmdDatabase *database; /* (owned) */
  SmdKeyVault *vault;    /* (owned) */
  SmdKeyCache *cache;    /* (owned) */
  SmdKeyringNews *news;  /* (owned) (nullable) while something is due; belongs to the main thread */
  gint watching;         /* atomic */
  GMutex mutex;          /* guards what follows */
  GCond cond;
  guint follow_up; /* source id, 0: none */
  gboolean busy; /* a call that changes something runs: one at a time */
};

static void init_interface (SmdKeyStoreInterface *iface);
static void drop_keys (SmdSecretService *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdSecretService, smd_secret_service, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_KEY_STORE, init_interface))

static void
smd_secret_service_finalize (GObject *object)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (object);

  g_clear_handle_id (&self->follow_up, g_source_remove);
  g_clear_object (&self->news);
  smd_key_cache_clear (self->cache);
  smd_key_cache_unref (self->cache);
  smd_key_vault_free (self->vault);
  g_object_unref (self->database);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  G_OBJECT_CLASS (smd_secret_service_parent_class)->finalize (object);
}

static void
smd_secret_service_class_init (SmdSecretServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_secret_service_finalize;
}

static void
smd_secret_service_init (SmdSecretService *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->cache = smd_key_cache_new (CACHE_SECONDS);
}

static void
drop_keys (SmdSecretService *self)
{
  smd_key_cache_clear (self->cache);
}

SmdSecretService *
smd_secret_service_new (SmdCrypto *crypto, SmdDatabase *database)
{
  SmdSecretService *self = g_object_new (SMD_TYPE_SECRET_SERVICE, NULL);

  self->database = g_object_ref (database);
  self->vault = smd_key_vault_new (crypto, database);
  /* Which key lies in which collection isn't worth knowing: one that is locked takes all keys with it. */
  g_signal_connect_object (smd_key_vault_get_keyring (self->vault), "locked", G_CALLBACK (drop_keys), self, G_CONNECT_SWAPPED);
  return self;
}

void
smd_secret_service_start_watching (SmdSecretService *self)
{
  g_atomic_int_set (&self->watching, TRUE);
}

void
smd_secret_service_set_cache_seconds (SmdSecretService *self, guint seconds)
{
  smd_key_cache_set_seconds (self->cache, seconds);
}

/* ---- what is due ---- */

static void
on_opened (SmdSecretService *self)
{
  g_signal_emit_by_name (self, "opened");
}

static gboolean
follow_on_main (gpointer data)
{
  SmdSecretService *self = data;
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;

  g_mutex_lock (&self->mutex);
  self->follow_up = 0;
  g_mutex_unlock (&self->mutex);
  if (!smd_database_keys_get_due (self->database, &due, NULL))
    return G_SOURCE_REMOVE;
  if (due == SMD_KEYS_DUE_NOTHING)
    g_clear_object (&self->news);
  else if (self->news == NULL)
    {
      self->news = smd_keyring_news_new ();
      g_signal_connect_object (self->news, "opened", G_CALLBACK (on_opened), self, G_CONNECT_SWAPPED);
    }
  return G_SOURCE_REMOVE;
}

/* What couldn't be done in a keyring that is locked, or away, is done as soon as it is open. */
static void
follow (SmdSecretService *self)
{
  g_mutex_lock (&self->mutex);
  if (g_atomic_int_get (&self->watching) && self->follow_up == 0)
    self->follow_up = g_idle_add_full (G_PRIORITY_DEFAULT, follow_on_main, self, NULL);
  g_mutex_unlock (&self->mutex);
}

/* ---- one change at a time ---- */

static void
wake (GCancellable *cancellable, gpointer data)
{
  SmdSecretService *self = data;

  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/* Waits for the call that is under way: it may hang on a prompt, so this wait can be cancelled too. */
static gboolean
enter (SmdSecretService *self, GCancellable *cancellable, GError **error)
{
  gulong handler = cancellable ? g_cancellable_connect (cancellable, G_CALLBACK (wake), self, NULL) : 0;
  gboolean entered;

  g_mutex_lock (&self->mutex);
  while (self->busy && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->cond, &self->mutex);
  entered = !g_cancellable_is_cancelled (cancellable);
  if (entered)
    self->busy = TRUE;
  g_mutex_unlock (&self->mutex);

  g_cancellable_disconnect (cancellable, handler);
  if (!entered)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  return entered;
}

static void
leave (SmdSecretService *self)
{
  g_mutex_lock (&self->mutex);
  self->busy = FALSE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  follow (self);
}

/* ---- the port ---- */

static gboolean
sync_keys (SmdKeyStore *store, gboolean interactive, gboolean *changed, GCancellable *cancellable, GError **error)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (store);
  const SmdKeyManner manner = { interactive, cancellable };
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;
  gboolean ignored, done;

  if (changed == NULL)
    changed = &ignored;
  *changed = FALSE;
  /* Not worth waiting for the call that is under way, in the common case. */
  if (!smd_database_keys_get_due (self->database, &due, error))
    return FALSE;
  if (due == SMD_KEYS_DUE_NOTHING)
    return TRUE;
  if (!enter (self, cancellable, error))
    return FALSE;

  done = smd_key_vault_sync (self->vault, changed, &manner, error);
  leave (self);
  return done;
}

static gboolean
add_identities (SmdKeyStore *store, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin, gboolean interactive,
                GCancellable *cancellable, GError **error)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (store);
  const SmdKeyManner manner = { interactive, cancellable };
  gboolean added;

  if (!enter (self, cancellable, error))
    return FALSE;
  added = smd_key_vault_add (self->vault, identities, certificates, origin, &manner, error);
  leave (self);
  return added;
}

/* A database that was made anew may not know the key yet. */
static gboolean
sync_if_unknown (SmdSecretService *self, const char *fingerprint, const SmdKeyManner *manner, GError **error)
{
  g_autoptr (GPtrArray) items = smd_database_keys_find (self->database, fingerprint, error);
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;

  if (items == NULL)
    return FALSE;
  if (items->len > 0)
    return TRUE;
  return smd_database_keys_get_due (self->database, &due, error) &&
         (!(due & SMD_KEYS_DUE_ALL) || sync_keys (SMD_KEY_STORE (self), manner->interactive, NULL, manner->cancellable, error));
}

static SmdPrivateKey *
lookup_key (SmdKeyStore *store, const char *fingerprint, gboolean interactive, GCancellable *cancellable, GError **error)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (store);
  const SmdKeyManner manner = { interactive, cancellable };
  SmdPrivateKey *key = smd_key_cache_lookup (self->cache, fingerprint);
  g_autofree char *item = NULL;

  if (key != NULL || !sync_if_unknown (self, fingerprint, &manner, error))
    return key;

  key = smd_key_vault_load (self->vault, fingerprint, &item, &manner, error);
  if (key == NULL)
    follow (self);
  else if (g_atomic_int_get (&self->watching))
    {
      /* In this order: a lock that comes in between is seen by the watch. */
      smd_key_cache_insert (self->cache, key);
      smd_secret_items_watch (smd_key_vault_get_keyring (self->vault), item);
    }
  return key;
}

static gboolean
remove_identity (SmdKeyStore *store, const char *fingerprint, gboolean interactive, GCancellable *cancellable, GError **error)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (store);
  const SmdKeyManner manner = { interactive, cancellable };
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (SMD_CERT_STORE (self->database), fingerprint, error);
  gboolean removed;

  if (record == NULL || !enter (self, cancellable, error))
    return FALSE;
  removed = smd_key_vault_remove (self->vault, fingerprint, &manner, error);
  smd_key_cache_remove (self->cache, smd_certificate_get_key_fingerprint (record->certificate));
  leave (self);
  return removed;
}

static gboolean
discard_key (SmdKeyStore *store, const char *key_fingerprint, gboolean interactive, GCancellable *cancellable, GError **error)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (store);
  const SmdKeyManner manner = { interactive, cancellable };
  gboolean discarded;

  if (!enter (self, cancellable, error))
    return FALSE;
  discarded = smd_key_vault_discard (self->vault, key_fingerprint, &manner, error);
  smd_key_cache_remove (self->cache, key_fingerprint);
  leave (self);
  return discarded;
}

static void
init_interface (SmdKeyStoreInterface *iface)
{
  iface->add = add_identities;
  iface->lookup = lookup_key;
  iface->remove = remove_identity;
  iface->discard = discard_key;
  iface->sync = sync_keys;
}
