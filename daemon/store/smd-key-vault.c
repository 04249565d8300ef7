/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-key-vault.h"

#include "smd-database-keys.h"
#include "smimed-error.h"

struct _SmdKeyVault
{
  SmdCrypto *crypto;     /* (owned) */
  SmdDatabase *database; /* (owned) */
  SmdSecretItems *keyring;   /* (owned) */
};

SmdKeyVault *
smd_key_vault_new (SmdCrypto *crypto, SmdDatabase *database)
{
  SmdKeyVault *self = g_new0 (SmdKeyVault, 1);

  self->crypto = smd_crypto_ref (crypto);
  self->database = g_object_ref (database);
  self->keyring = smd_secret_items_new ();
  return self;
}

void
smd_key_vault_free (SmdKeyVault *self)
{
  g_object_unref (self->keyring);
  g_object_unref (self->database);
  smd_crypto_unref (self->crypto);
  g_free (self);
}

SmdSecretItems *
smd_key_vault_get_keyring (SmdKeyVault *self)
{
  return self->keyring;
}

/* ---- reading keys ---- */

static SmdPrivateKey *
read_key (SmdKeyVault *self, const char *item, const char *fingerprint, const SmdKeyManner *manner, GError **error)
{
  g_autoptr (SmdSecret) text = smd_secret_items_load (self->keyring, item, manner->interactive, manner->cancellable, error);
  g_autoptr (SmdIdentity) identity = text ? smd_identity_from_pem (self->crypto, smd_secret_get_span (text), error) : NULL;

  if (identity == NULL)
    return NULL;
  if (g_str_equal (smd_private_key_get_fingerprint (identity->key), fingerprint))
    return smd_private_key_ref (identity->key);

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "The keyring's item holds another key");
  return NULL;
}

SmdPrivateKey *
smd_key_vault_load (SmdKeyVault *self, const char *fingerprint, char **item, const SmdKeyManner *manner, GError **error)
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
clear_journal (SmdKeyVault *self, const SmdKeyManner *manner, GError **error)
{
  g_autoptr (GPtrArray) items = smd_database_keys_get_journal (self->database, error);

  if (items == NULL)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    if (!smd_secret_items_delete (self->keyring, items->pdata[i], manner->interactive, manner->cancellable, error))
      return FALSE;
  return items->len == 0 || smd_database_keys_close_journal (self->database, items, error);
}

/* After a failure: even a cancelled call must not leave half of its keys. The journal still names them: a slow service may make the last one after
 * this, and the next sync looks again. */
static gboolean
undo (SmdKeyVault *self, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (smd_secret_items_delete (self->keyring, items->pdata[i], FALSE, NULL, &local_error))
        continue;
      g_message ("What a failed call has stored is deleted once the keyring can be read again: %s", local_error->message);
      return FALSE;
    }
  return TRUE;
}

static void
fail_halfway (GError *reason, GError **error)
{
  g_set_error (error, reason->domain, reason->code, "%s. Nothing of this call counts; what of it lies in the keyring is deleted once that is open again",
               reason->message);
  g_error_free (reason);
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
store_entry (SmdKeyVault *self, const SmdKeyEntry *entry, const SmdKeyManner *manner, GError **error)
{
  g_autoptr (SmdSecret) text = smd_identity_to_pem (entry->identity, error);
  g_autofree char *label = build_label (entry->identity->certificate);

  return text != NULL && smd_secret_items_store (self->keyring, entry->item, label, text, manner->cancellable, error);
}

static gboolean
store_and_commit (SmdKeyVault *self, GPtrArray *entries, GPtrArray *certificates, SmdOrigin origin, const SmdKeyManner *manner,
                  GError **error)
{
  for (guint i = 0; i < entries->len; i++)
    if (!store_entry (self, entries->pdata[i], manner, error))
      return FALSE;
  return smd_database_keys_commit (self->database, entries, certificates, origin, error);
}

/* The keyring must be unlocked. */
static gboolean
store_entries (SmdKeyVault *self, GPtrArray *entries, GPtrArray *certificates, SmdOrigin origin, const SmdKeyManner *manner,
               GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  GError *reason = NULL;

  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (items, ((SmdKeyEntry *) entries->pdata[i])->item);
  if (!smd_database_keys_open_journal (self->database, items, error))
    return FALSE;
  if (store_and_commit (self, entries, certificates, origin, manner, &reason))
    return TRUE;

  if (undo (self, items))
    g_propagate_error (error, reason);
  else
    fail_halfway (reason, error);
  return FALSE;
}

/* ---- sync ---- */

/* Issuers as far as they are stored, so that the new item holds them too */
static GPtrArray *
collect_chain (SmdKeyVault *self, SmdCertificate *certificate)
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
build_entry (SmdKeyVault *self, const char *fingerprint, const SmdKeyManner *manner, GError **error)
{
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (SMD_CERT_STORE (self->database), fingerprint, error);
  g_autoptr (SmdPrivateKey) key = NULL;
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (SmdIdentity) identity = NULL;
  g_autofree char *old = NULL;
  g_autofree char *item = g_uuid_string_random ();

  if (record == NULL)
    return NULL;
  key = smd_key_vault_load (self, smd_certificate_get_key_fingerprint (record->certificate), &old, manner, error);
  if (key == NULL)
    return NULL;

  chain = collect_chain (self, record->certificate);
  identity = smd_identity_new (key, record->certificate, chain);
  return smd_key_entry_new (item, identity);
}

/* Makes items for own certificates that came later than their key. */
static gboolean
join (SmdKeyVault *self, const SmdKeyManner *manner, GError **error)
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
read_all (SmdKeyVault *self, gboolean *changed, const SmdKeyManner *manner, GError **error)
{
  g_autoptr (GHashTable) texts = smd_secret_items_load_all (self->keyring, manner->interactive, manner->cancellable, error);
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
sync_due (SmdKeyVault *self, SmdKeysDue due, gboolean *changed, const SmdKeyManner *manner, GError **error)
{
  gboolean present = FALSE;

  if (!smd_secret_items_unlock (self->keyring, FALSE, manner->interactive, &present, manner->cancellable, error))
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

gboolean
smd_key_vault_sync (SmdKeyVault *self, gboolean *changed, const SmdKeyManner *manner, GError **error)
{
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;

  return smd_database_keys_get_due (self->database, &due, error) &&
         (due == SMD_KEYS_DUE_NOTHING || sync_due (self, due, changed, manner, error));
}

/* ---- add and remove ---- */

static gboolean
is_listed (GPtrArray *entries, SmdIdentity *identity)
{
  for (guint i = 0; i < entries->len; i++)
    {
      SmdIdentity *other = ((SmdKeyEntry *) entries->pdata[i])->identity;

      if (g_str_equal (smd_private_key_get_fingerprint (other->key), smd_private_key_get_fingerprint (identity->key)) &&
          (other->certificate == identity->certificate ||
           (other->certificate && identity->certificate &&
            g_str_equal (smd_certificate_get_fingerprint (other->certificate), smd_certificate_get_fingerprint (identity->certificate)))))
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full) (element-type SmdKeyEntry): those of @identities that have no item yet */
static GPtrArray *
select_new (SmdKeyVault *self, GPtrArray *identities, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_key_entry_free);

  for (guint i = 0; identities != NULL && i < identities->len; i++)
    {
      g_autofree char *item = g_uuid_string_random ();
      gboolean known = FALSE;

      if (!smd_database_keys_know (self->database, identities->pdata[i], &known, error))
        return NULL;
      if (!known && !is_listed (entries, identities->pdata[i]))
        g_ptr_array_add (entries, smd_key_entry_new (item, identities->pdata[i]));
    }
  return g_steal_pointer (&entries);
}

/* What a stored call leaves to do concerns no caller: what fails here stays due. */
static void
tidy_up (SmdKeyVault *self, GCancellable *cancellable)
{
  const SmdKeyManner quiet = { FALSE, cancellable };
  g_autoptr (GError) local_error = NULL;
  gboolean changed = FALSE;

  if (!smd_key_vault_sync (self, &changed, &quiet, &local_error))
    g_debug ("The keyring is set in order later: %s", local_error->message);
}

/* What the keyring holds must be known before it can be said what is new, or what has gone. */
static gboolean
know_all (SmdKeyVault *self, const SmdKeyManner *manner, GError **error)
{
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;
  gboolean changed = FALSE;

  return smd_database_keys_get_due (self->database, &due, error) &&
         (!(due & SMD_KEYS_DUE_ALL) || sync_due (self, due, &changed, manner, error));
}

static gboolean
add_new (SmdKeyVault *self, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin, const SmdKeyManner *manner,
             GError **error)
{
  g_autoptr (GPtrArray) entries = know_all (self, manner, error) ? select_new (self, identities, error) : NULL;

  if (entries == NULL)
    return FALSE;
  if (entries->len == 0)
    return smd_database_keys_commit (self->database, entries, certificates, origin, error);
  return smd_secret_items_unlock (self->keyring, TRUE, manner->interactive, NULL, manner->cancellable, error) &&
         store_entries (self, entries, certificates, origin, manner, error);
}

gboolean
smd_key_vault_add (SmdKeyVault *self, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin, const SmdKeyManner *manner,
                   GError **error)
{
  if (!add_new (self, identities, certificates, origin, manner, error))
    return FALSE;
  tidy_up (self, manner->cancellable);
  return TRUE;
}

/*
 * The books follow the keyring: while one item with the key is left, it is as it was, and the call has failed. A service that dies may have done
 * what it doesn't answer to, so that all is looked at once it is back.
 */
static gboolean
delete_items (SmdKeyVault *self, GPtrArray *items, const SmdKeyManner *manner, GError **error)
{
  if (items->len > 0 && !smd_database_keys_set_due (self->database, error))
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    if (!smd_secret_items_delete (self->keyring, items->pdata[i], manner->interactive, manner->cancellable, error))
      return FALSE;
  return TRUE;
}

/* All prompts first: a user who closes one keeps everything. */
static gboolean
begin_removal (SmdKeyVault *self, const SmdKeyManner *manner, GError **error)
{
  return smd_secret_items_unlock (self->keyring, FALSE, manner->interactive, NULL, manner->cancellable, error) &&
         know_all (self, manner, error);
}

gboolean
smd_key_vault_remove (SmdKeyVault *self, const char *fingerprint, const SmdKeyManner *manner, GError **error)
{
  g_autoptr (GPtrArray) items = begin_removal (self, manner, error) ? smd_database_keys_list_of (self->database, fingerprint, error) : NULL;

  if (items == NULL || !delete_items (self, items, manner, error) ||
      !smd_database_keys_forget (self->database, fingerprint, items, error))
    return FALSE;
  tidy_up (self, manner->cancellable);
  return TRUE;
}

gboolean
smd_key_vault_discard (SmdKeyVault *self, const char *key_fingerprint, const SmdKeyManner *manner, GError **error)
{
  g_autoptr (GPtrArray) items =
      begin_removal (self, manner, error) ? smd_database_keys_list_waiting (self->database, key_fingerprint, error) : NULL;

  if (items == NULL || !delete_items (self, items, manner, error) ||
      !smd_database_keys_discard (self->database, key_fingerprint, items, error))
    return FALSE;
  tidy_up (self, manner->cancellable);
  return TRUE;
}
