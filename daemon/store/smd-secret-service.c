/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-secret-service.h"

#include "smd-database-keys.h"
#include "smd-key-cache.h"
#include "smd-keyring.h"
#include "smimed-error.h"

#define CACHE_SECONDS 900

struct _SmdSecretService
{
  GObject parent_instance;
  SmdCrypto *crypto;     /* (owned) */
  SmdDatabase *database; /* (owned) */
  SmdKeyring *keyring;   /* (owned) */
  SmdKeyCache *cache;    /* (owned) */
  gint watching;         /* atomic */
  GMutex mutex;          /* guards busy */
  GCond cond;
  gboolean busy; /* a call that changes something runs: one at a time */
};

/* How a call may ask the user, and how it ends early */
typedef struct
{
  gboolean interactive;
  GCancellable *cancellable; /* (unowned) (nullable) */
} Manner;

static void init_interface (SmdKeyStoreInterface *iface);
static void drop_keys (SmdSecretService *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdSecretService, smd_secret_service, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_KEY_STORE, init_interface))

static void
smd_secret_service_finalize (GObject *object)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (object);

  smd_key_cache_clear (self->cache);
  smd_key_cache_unref (self->cache);
  g_object_unref (self->keyring);
  g_object_unref (self->database);
  smd_crypto_unref (self->crypto);
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
  self->keyring = smd_keyring_new ();
  /* Which key lies in which collection isn't worth knowing: one that is locked takes all keys with it. */
  g_signal_connect_object (self->keyring, "locked", G_CALLBACK (drop_keys), self, G_CONNECT_SWAPPED);
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

  self->crypto = smd_crypto_ref (crypto);
  self->database = g_object_ref (database);
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
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/* ---- reading keys ---- */

static SmdPrivateKey *
read_key (SmdSecretService *self, const char *item, const char *fingerprint, const Manner *manner, GError **error)
{
  g_autoptr (SmdSecret) text = smd_keyring_load (self->keyring, item, manner->interactive, manner->cancellable, error);
  g_autoptr (SmdIdentity) identity = text ? smd_identity_from_pem (self->crypto, smd_secret_get_span (text), error) : NULL;

  if (identity == NULL)
    return NULL;
  if (g_str_equal (smd_private_key_get_fingerprint (identity->key), fingerprint))
    return smd_private_key_ref (identity->key);

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "The keyring's item holds another key");
  return NULL;
}

/* @item: (out): the id of the item that it came from */
static SmdPrivateKey *
load_key (SmdSecretService *self, const char *fingerprint, char **item, const Manner *manner, GError **error)
{
  g_autoptr (GPtrArray) items = smd_database_keys_find (self->database, fingerprint, error);

  for (guint i = 0; items != NULL && i < items->len; i++)
    {
      GError *local_error = NULL;
      SmdPrivateKey *key = read_key (self, items->pdata[i], fingerprint, manner, &local_error);

      if (key != NULL)
        {
          *item = g_strdup (items->pdata[i]);
          return key;
        }
      if (!g_error_matches (local_error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, local_error);
          return NULL;
        }
      g_error_free (local_error);
    }

  if (items == NULL || (items->len > 0 && !smd_database_keys_set_due (self->database, error)))
    return NULL;
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_PRIVATE_KEY, "%s",
               items->len > 0 ? "The private key was deleted from the keyring: import it again"
                              : "None of your private keys fits: import the PKCS#12 file that has it");
  return NULL;
}

/* ---- storing ---- */

/* Deletes what the journal names and takes it from there. */
static gboolean
delete_items (SmdSecretService *self, GPtrArray *items, const Manner *manner, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    if (!smd_keyring_delete (self->keyring, items->pdata[i], manner->interactive, manner->cancellable, error))
      return FALSE;
  return items->len == 0 || smd_database_keys_close_journal (self->database, items, error);
}

static gboolean
clear_journal (SmdSecretService *self, const Manner *manner, GError **error)
{
  g_autoptr (GPtrArray) items = smd_database_keys_get_journal (self->database, error);

  return items != NULL && delete_items (self, items, manner, error);
}

/* After a failure: even a cancelled call must not leave half of its keys. */
static void
undo (SmdSecretService *self, GPtrArray *items)
{
  const Manner quiet = { FALSE, NULL };
  g_autoptr (GError) local_error = NULL;

  if (!delete_items (self, items, &quiet, &local_error))
    g_warning ("Keys of a failed import are still in the keyring; they are deleted when it can be read again: %s", local_error->message);
}

static char *
build_label (SmdCertificate *certificate)
{
  const char *name;

  if (certificate == NULL)
    return g_strdup ("S/MIME key that waits for its certificate");

  name = smd_certificate_get_addresses (certificate)[0];
  if (name == NULL)
    name = smd_certificate_get_common_name (certificate);
  return g_strdup_printf ("S/MIME key for %s", name ? name : smd_certificate_get_subject (certificate));
}

static gboolean
store_entry (SmdSecretService *self, const SmdKeyEntry *entry, const Manner *manner, GError **error)
{
  g_autoptr (SmdSecret) text = smd_identity_to_pem (entry->identity, error);
  g_autofree char *label = build_label (entry->identity->certificate);

  return text != NULL && smd_keyring_store (self->keyring, entry->item, label, text, manner->cancellable, error);
}

static gboolean
store_and_commit (SmdSecretService *self, GPtrArray *entries, GPtrArray *certificates, SmdOrigin origin, const Manner *manner,
                  GError **error)
{
  for (guint i = 0; i < entries->len; i++)
    if (!store_entry (self, entries->pdata[i], manner, error))
      return FALSE;
  return smd_database_keys_commit (self->database, entries, certificates, origin, error);
}

/* The keyring must be unlocked. */
static gboolean
store_entries (SmdSecretService *self, GPtrArray *entries, GPtrArray *certificates, SmdOrigin origin, const Manner *manner,
               GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (items, ((SmdKeyEntry *) entries->pdata[i])->item);
  if (!smd_database_keys_open_journal (self->database, items, error))
    return FALSE;
  if (store_and_commit (self, entries, certificates, origin, manner, error))
    return TRUE;

  undo (self, items);
  return FALSE;
}

/* ---- sync ---- */

/* Issuers as far as they are stored, so that the new item holds them too */
static GPtrArray *
collect_chain (SmdSecretService *self, SmdCertificate *certificate)
{
  g_autoptr (GPtrArray) chain = smd_certificates_new ();
  SmdCertQuery query = SMD_CERT_QUERY_INIT;

  query.limit = 1;
  while (!smd_span_equal (smd_certificate_get_issuer_der (certificate), smd_certificate_get_subject_der (certificate)))
    {
      g_autoptr (GPtrArray) found = NULL;

      query.subject_der = smd_certificate_get_issuer_der (certificate);
      found = smd_cert_store_find (SMD_CERT_STORE (self->database), &query, NULL);
      if (found == NULL || found->len == 0)
        break;
      certificate = ((SmdCertRecord *) found->pdata[0])->certificate;
      if (!smd_certificates_add (chain, certificate))
        break;
    }
  return g_steal_pointer (&chain);
}

static SmdKeyEntry *
build_entry (SmdSecretService *self, const char *fingerprint, const Manner *manner, GError **error)
{
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (SMD_CERT_STORE (self->database), fingerprint, error);
  g_autoptr (SmdPrivateKey) key = NULL;
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (SmdIdentity) identity = NULL;
  g_autofree char *old = NULL;
  g_autofree char *item = g_uuid_string_random ();

  if (record == NULL)
    return NULL;
  key = load_key (self, smd_certificate_get_key_fingerprint (record->certificate), &old, manner, error);
  if (key == NULL)
    return NULL;

  chain = collect_chain (self, record->certificate);
  identity = smd_identity_new (key, record->certificate, chain);
  return smd_key_entry_new (item, identity);
}

/* Makes items for own certificates that came later than their key. */
static gboolean
join (SmdSecretService *self, const Manner *manner, GError **error)
{
  g_autoptr (GPtrArray) fingerprints = smd_database_keys_list_unjoined (self->database, error);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_key_entry_free);

  if (fingerprints == NULL)
    return FALSE;
  for (guint i = 0; i < fingerprints->len; i++)
    {
      SmdKeyEntry *entry = build_entry (self, fingerprints->pdata[i], manner, error);

      if (entry == NULL)
        return FALSE;
      g_ptr_array_add (entries, entry);
    }
  return entries->len == 0 ||
         (store_entries (self, entries, NULL, SMD_ORIGIN_USER, manner, error) && clear_journal (self, manner, error));
}

static gboolean
read_all (SmdSecretService *self, gboolean *changed, const Manner *manner, GError **error)
{
  g_autoptr (GHashTable) texts = smd_keyring_load_all (self->keyring, manner->interactive, manner->cancellable, error);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_key_entry_free);
  GHashTableIter iter;
  gpointer item, text;

  if (texts == NULL)
    return FALSE;

  g_hash_table_iter_init (&iter, texts);
  while (g_hash_table_iter_next (&iter, &item, &text))
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (SmdIdentity) identity = smd_identity_from_pem (self->crypto, smd_secret_get_span (text), &local_error);

      if (identity != NULL)
        g_ptr_array_add (entries, smd_key_entry_new (item, identity));
      else
        g_warning ("An S/MIME key in the keyring can't be read and is left out: %s", local_error->message);
    }
  return smd_database_keys_replace (self->database, entries, changed, error);
}

static gboolean
sync_entered (SmdSecretService *self, SmdKeysDue due, gboolean *changed, const Manner *manner, GError **error)
{
  gboolean present = FALSE;

  if (!smd_keyring_unlock (self->keyring, FALSE, manner->interactive, &present, manner->cancellable, error))
    return FALSE;
  /* No keyring tells nothing: it may be one that isn't open yet. The sync stays due. */
  if (!present)
    return TRUE;

  if ((due & SMD_KEYS_DUE_JOURNAL) && !clear_journal (self, manner, error))
    return FALSE;
  if ((due & SMD_KEYS_DUE_ALL) && !read_all (self, changed, manner, error))
    return FALSE;
  return join (self, manner, error);
}

static gboolean
sync_keys (SmdKeyStore *store, gboolean interactive, gboolean *changed, GCancellable *cancellable, GError **error)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (store);
  const Manner manner = { interactive, cancellable };
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;
  gboolean ignored, done;

  if (changed == NULL)
    changed = &ignored;
  *changed = FALSE;
  if (!smd_database_keys_get_due (self->database, &due, error))
    return FALSE;
  if (due == SMD_KEYS_DUE_NOTHING)
    return TRUE;
  if (!enter (self, cancellable, error))
    return FALSE;

  /* Once more: the call that was waited for may have done it, or may have left something in the journal. */
  done = smd_database_keys_get_due (self->database, &due, error) &&
         (due == SMD_KEYS_DUE_NOTHING || sync_entered (self, due, changed, &manner, error));
  leave (self);
  return done;
}

/* ---- add, look up, remove ---- */

/* Returns: (transfer full) (element-type SmdKeyEntry): those of @identities that have no item yet */
static GPtrArray *
select_new (SmdSecretService *self, GPtrArray *identities, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_key_entry_free);

  for (guint i = 0; identities != NULL && i < identities->len; i++)
    {
      g_autofree char *item = g_uuid_string_random ();
      gboolean known = FALSE;

      if (!smd_database_keys_know (self->database, identities->pdata[i], &known, error))
        return NULL;
      if (!known)
        g_ptr_array_add (entries, smd_key_entry_new (item, identities->pdata[i]));
    }
  return g_steal_pointer (&entries);
}

/* What a stored call leaves to do concerns no caller: what fails here stays due. */
static void
finish_add (SmdSecretService *self, GCancellable *cancellable)
{
  const Manner quiet = { FALSE, cancellable };
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;
  g_autoptr (GError) local_error = NULL;
  gboolean changed = FALSE;

  if (!smd_database_keys_get_due (self->database, &due, &local_error) ||
      (due != SMD_KEYS_DUE_NOTHING && !sync_entered (self, due, &changed, &quiet, &local_error)))
    g_debug ("The keyring is set in order later: %s", local_error->message);
}

static gboolean
add_entered (SmdSecretService *self, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin, const Manner *manner,
             GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;
  gboolean changed = FALSE;

  /* What the keyring holds must be known before it can be said what is new. */
  if (!smd_database_keys_get_due (self->database, &due, error) ||
      ((due & SMD_KEYS_DUE_ALL) && !sync_entered (self, due, &changed, manner, error)))
    return FALSE;
  entries = select_new (self, identities, error);
  if (entries == NULL)
    return FALSE;
  if (entries->len == 0)
    return smd_database_keys_commit (self->database, entries, certificates, origin, error);
  return smd_keyring_unlock (self->keyring, TRUE, manner->interactive, NULL, manner->cancellable, error) &&
         store_entries (self, entries, certificates, origin, manner, error);
}

static gboolean
add_identities (SmdKeyStore *store, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin, gboolean interactive,
                GCancellable *cancellable, GError **error)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (store);
  const Manner manner = { interactive, cancellable };
  gboolean added;

  if (!enter (self, cancellable, error))
    return FALSE;
  added = add_entered (self, identities, certificates, origin, &manner, error);
  if (added)
    finish_add (self, cancellable);
  leave (self);
  return added;
}

/* A database that was made anew may not know the key yet. */
static gboolean
sync_if_unknown (SmdSecretService *self, const char *fingerprint, const Manner *manner, GError **error)
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
  const Manner manner = { interactive, cancellable };
  SmdPrivateKey *key = smd_key_cache_lookup (self->cache, fingerprint);
  g_autofree char *item = NULL;

  if (key != NULL || !sync_if_unknown (self, fingerprint, &manner, error))
    return key;

  key = load_key (self, fingerprint, &item, &manner, error);
  if (key != NULL && g_atomic_int_get (&self->watching))
    {
      /* In this order: a lock that comes in between is seen by the watch. */
      smd_key_cache_insert (self->cache, key);
      smd_keyring_watch (self->keyring, item);
    }
  return key;
}

static gboolean
remove_entered (SmdSecretService *self, const char *fingerprint, const Manner *manner, GError **error)
{
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (SMD_CERT_STORE (self->database), fingerprint, error);

  /* All prompts first: a user who closes one keeps everything. */
  if (record == NULL || !smd_keyring_unlock (self->keyring, FALSE, manner->interactive, NULL, manner->cancellable, error) ||
      !smd_database_keys_forget (self->database, fingerprint, error))
    return FALSE;

  smd_key_cache_remove (self->cache, smd_certificate_get_key_fingerprint (record->certificate));
  return clear_journal (self, manner, error);
}

static gboolean
remove_identity (SmdKeyStore *store, const char *fingerprint, gboolean interactive, GCancellable *cancellable, GError **error)
{
  SmdSecretService *self = SMD_SECRET_SERVICE (store);
  const Manner manner = { interactive, cancellable };
  gboolean removed;

  if (!enter (self, cancellable, error))
    return FALSE;
  removed = remove_entered (self, fingerprint, &manner, error);
  leave (self);
  return removed;
}

static void
init_interface (SmdKeyStoreInterface *iface)
{
  iface->add = add_identities;
  iface->lookup = lookup_key;
  iface->remove = remove_identity;
  iface->sync = sync_keys;
}
