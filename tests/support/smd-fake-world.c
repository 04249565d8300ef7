/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-fake-world.h"

#include "smd-address.h"
#include "smd-identity-match.h"
#include "smd-identity.h"
#include "smd-test-people.h"
#include "smimed-error.h"

static void cert_store_init (SmdCertStoreInterface *iface);
static void key_store_init (SmdKeyStoreInterface *iface);
static void account_store_init (SmdAccountStoreInterface *iface);
static void clock_init (SmdClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdFakeWorld, smd_fake_world, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_CERT_STORE, cert_store_init)
                                   G_IMPLEMENT_INTERFACE (SMD_TYPE_KEY_STORE, key_store_init)
                                       G_IMPLEMENT_INTERFACE (SMD_TYPE_ACCOUNT_STORE, account_store_init)
                                           G_IMPLEMENT_INTERFACE (SMD_TYPE_CLOCK, clock_init))

static gboolean
key_id_matches (SmdCertificate *certificate, SmdSpan key_id)
{
  return smd_span_equal (smd_certificate_get_key_id (certificate), key_id)
         || smd_span_equal (smd_certificate_get_computed_key_id (certificate), key_id);
}

static gboolean
matches (const SmdCertRecord *record, const SmdCertQuery *query)
{
  SmdCertificate *c = record->certificate;

  return (query->address == NULL || smd_identity_match (c, query->address))
         && (query->fingerprint == NULL || g_str_equal (query->fingerprint, smd_certificate_get_fingerprint (c)))
         && (query->key_fingerprint == NULL || g_str_equal (query->key_fingerprint, smd_certificate_get_key_fingerprint (c)))
         && (query->usage == SMD_USAGE_ANY || smd_certificate_permits (c, query->usage))
         && (query->role < 0 || (int) record->role == query->role)
         && (query->own < 0 || (record->role == SMD_ROLE_OWN) == query->own)
         && (query->issuer_der.size == 0 || smd_span_equal (query->issuer_der, smd_certificate_get_issuer_der (c)))
         && (query->serial.size == 0 || smd_span_equal (query->serial, smd_certificate_get_serial (c)))
         && (query->key_id.size == 0 || key_id_matches (c, query->key_id))
         && (query->subject_der.size == 0 || smd_span_equal (query->subject_der, smd_certificate_get_subject_der (c)));
}

static GPtrArray *
find (SmdCertStore *store, const SmdCertQuery *query, GError **error)
{
  SmdFakeWorld *self = SMD_FAKE_WORLD (store);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);

  self->looked++;
  for (guint i = 0; i < self->records->len; i++)
    if (matches (self->records->pdata[i], query))
      g_ptr_array_add (found, smd_cert_record_copy (self->records->pdata[i]));
  return found;
}

static GPtrArray *
list_at_once (SmdCertStore *store, const char *address, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) found = NULL;
  GPtrArray *fingerprints = g_ptr_array_new_with_free_func (g_free);

  query.address = address;
  found = find (store, &query, error);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (fingerprints, g_strdup (smd_certificate_get_fingerprint (((SmdCertRecord *) found->pdata[i])->certificate)));
  return fingerprints;
}

static SmdCertRecord *
lookup (SmdFakeWorld *self, const char *fingerprint)
{
  for (guint i = 0; i < self->records->len; i++)
    {
      SmdCertRecord *record = self->records->pdata[i];

      if (g_str_equal (smd_certificate_get_fingerprint (record->certificate), fingerprint))
        return record;
    }

  return NULL;
}

static gboolean
add (SmdCertStore *store, GPtrArray *records, GError **error)
{
  SmdFakeWorld *self = SMD_FAKE_WORLD (store);

  for (guint i = 0; i < records->len; i++)
    {
      SmdCertRecord *record = records->pdata[i];

      if (lookup (self, smd_certificate_get_fingerprint (record->certificate)) == NULL)
        g_ptr_array_add (self->records, smd_cert_record_copy (record));
    }
  return TRUE;
}

static gboolean
set_trust (SmdCertStore *store, const char *fingerprint, SmdTrust trust, GError **error)
{
  lookup (SMD_FAKE_WORLD (store), fingerprint)->trust = trust;
  SMD_FAKE_WORLD (store)->serial++;
  return TRUE;
}

static gboolean
get_trust (SmdCertStore *store, const char *fingerprint, SmdTrust *trust, GError **error)
{
  const SmdCertRecord *record = lookup (SMD_FAKE_WORLD (store), fingerprint);

  *trust = record != NULL ? record->trust : SMD_TRUST_DEFAULT;
  return TRUE;
}

static gboolean
get_capabilities (SmdCertStore *store, const char *address, SmdCapabilities *capabilities, GError **error)
{
  gpointer value = NULL;
  gboolean known = g_hash_table_lookup_extended (SMD_FAKE_WORLD (store)->capabilities, address, NULL, &value);

  *capabilities = GPOINTER_TO_UINT (value);
  return known;
}

static gboolean
set_capabilities (SmdCertStore *store, const char *address, SmdCapabilities capabilities, gint64 signing_time, GError **error)
{
  g_hash_table_insert (SMD_FAKE_WORLD (store)->capabilities, g_strdup (address), GUINT_TO_POINTER (capabilities));
  return TRUE;
}

static guint
get_serial (SmdCertStore *store)
{
  return SMD_FAKE_WORLD (store)->serial;
}

static void
cert_store_init (SmdCertStoreInterface *iface)
{
  iface->find = find;
  iface->list_at_once = list_at_once;
  iface->add = add;
  iface->set_trust = set_trust;
  iface->get_trust = get_trust;
  iface->get_serial = get_serial;
  iface->get_capabilities = get_capabilities;
  iface->set_capabilities = set_capabilities;
}

static SmdPrivateKey *
lookup_key (SmdKeyStore *store, const char *key_fingerprint, gboolean interactive, GCancellable *cancellable, GError **error)
{
  SmdFakeWorld *self = SMD_FAKE_WORLD (store);
  SmdPrivateKey *key = g_hash_table_lookup (self->keys, key_fingerprint);

  if (self->locked)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED, "locked");
      return NULL;
    }
  if (key == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NO_PRIVATE_KEY, "no key");
  return key != NULL ? smd_private_key_ref (key) : NULL;
}

static void
key_store_init (SmdKeyStoreInterface *iface)
{
  iface->lookup = lookup_key;
}

static GPtrArray *
list_accounts (SmdAccountStore *store, GError **error)
{
  SmdFakeWorld *self = SMD_FAKE_WORLD (store);
  GPtrArray *accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_account_free);

  for (guint i = 0; i < self->accounts->len; i++)
    g_ptr_array_add (accounts, smd_account_copy (self->accounts->pdata[i]));
  return accounts;
}

static gboolean
save_account (SmdAccountStore *store, const SmdAccount *account, SmdAccountParts parts, GError **error)
{
  SmdFakeWorld *self = SMD_FAKE_WORLD (store);

  for (guint i = 0; i < self->accounts->len; i++)
    if (g_str_equal (((SmdAccount *) self->accounts->pdata[i])->id, account->id))
      g_ptr_array_remove_index (self->accounts, i--);
  g_ptr_array_add (self->accounts, smd_account_copy (account));
  return TRUE;
}

static void
account_store_init (SmdAccountStoreInterface *iface)
{
  iface->list = list_accounts;
  iface->save = save_account;
}

static gint64
get_now (SmdClock *clock)
{
  return SMD_FAKE_WORLD (clock)->now;
}

static void
clock_init (SmdClockInterface *iface)
{
  iface->now = get_now;
}

static void
smd_fake_world_finalize (GObject *object)
{
  SmdFakeWorld *self = SMD_FAKE_WORLD (object);

  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->accounts);
  g_hash_table_unref (self->keys);
  g_hash_table_unref (self->capabilities);
  smd_crypto_unref (self->crypto);
  G_OBJECT_CLASS (smd_fake_world_parent_class)->finalize (object);
}

static void
smd_fake_world_class_init (SmdFakeWorldClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_fake_world_finalize;
}

static void
smd_fake_world_init (SmdFakeWorld *self)
{
  self->crypto = smd_test_crypto_new ();
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_account_free);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) smd_private_key_unref);
  self->capabilities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->now = g_get_real_time () / G_USEC_PER_SEC;
  self->serial = 1;
}

SmdFakeWorld *
smd_fake_world_new (void)
{
  return g_object_new (SMD_TYPE_FAKE_WORLD, NULL);
}

SmdEnv
smd_fake_world_get_env (SmdFakeWorld *self)
{
  return (SmdEnv){
    .crypto = self->crypto,
    .certs = SMD_CERT_STORE (self),
    .keys = SMD_KEY_STORE (self),
    .accounts = SMD_ACCOUNT_STORE (self),
    .clock = SMD_CLOCK (self),
  };
}

SmdCall
smd_fake_world_get_call (SmdFakeWorld *self)
{
  return (SmdCall){
    .policy = {
      .enabled = TRUE,
      .revocation = SMD_REVOCATION_OFF,
      .lookup_order = SMD_ORDER_FIRST_THEN_SECOND,
      .unknown_recipient_cipher = SMD_CIPHER_AES_256_CBC,
      .expiry_warning_days = 30,
      .max_message_size = 256 * 1024 * 1024,
    },
    .interactive = TRUE,
  };
}

SmdCertificate *
smd_fake_world_read (SmdFakeWorld *self, const char *name)
{
  return smd_test_people_certificate (self->crypto, name);
}

void
smd_fake_world_know (SmdFakeWorld *self, const char *name, SmdRole role)
{
  g_autoptr (SmdCertificate) certificate = smd_fake_world_read (self, name);

  g_ptr_array_add (self->records, smd_cert_record_new (certificate, role, SMD_ORIGIN_USER, SMD_TRUST_DEFAULT));
}

void
smd_fake_world_own (SmdFakeWorld *self, const char *name)
{
  SmdPrivateKey *key = smd_test_people_key (self->crypto, name);

  smd_fake_world_know (self, name, SMD_ROLE_OWN);
  g_hash_table_insert (self->keys, g_strdup (smd_private_key_get_fingerprint (key)), key);
}
