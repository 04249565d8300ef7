/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-keys.h"

#include <glib/gstdio.h>

#include "smd-test-files.h"
#include "smd-test-people.h"
#include "smimed-error.h"

#define FILE_PASSWORD "correct horse battery staple"

SmdPkcs12 *
smd_test_keys_load (SmdTestKeys *self, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".p12", NULL);
  g_autofree char *path = smd_test_people_path (file);
  g_autoptr (SmdBlob) content = smd_test_read_file (path);
  g_autoptr (GError) error = NULL;
  SmdPkcs12 *pkcs12 =
      smd_pkcs12_read (self->crypto, smd_blob_get_span (content), smd_span_string (FILE_PASSWORD), &error);

  g_assert_no_error (error);
  return pkcs12;
}

void
smd_test_keys_reopen (SmdTestKeys *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->store);
  g_clear_object (&self->database);
  self->database = smd_database_new (self->crypto, self->path, &error);
  g_assert_no_error (error);
  self->store = SMD_KEY_STORE (smd_secret_service_new (self->crypto, self->database));
}

static void
set_up (SmdTestKeys *self, gconstpointer keyring)
{
  g_autoptr (SmdPkcs12) pkcs12 = NULL;

  self->keyring = (SmdTestKeyring *) keyring;
  self->crypto = smd_test_crypto_new ();
  self->path = g_build_filename (self->keyring->folder, "data", "smimed", "smimed.db", NULL);
  pkcs12 = smd_test_keys_load (self, "alice");
  self->alice = g_ptr_array_ref (pkcs12->identities);
  self->issuer = smd_certificate_ref (((SmdIdentity *) self->alice->pdata[0])->chain->pdata[0]);
  smd_test_keys_reopen (self);
}

static void
remove_database (SmdTestKeys *self)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  g_clear_object (&self->store);
  g_clear_object (&self->database);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (self->path, suffixes[i], NULL);

      g_unlink (path);
    }
}

void
smd_test_keys_lose_database (SmdTestKeys *self)
{
  remove_database (self);
  smd_test_keys_reopen (self);
}

static void
tear_down (SmdTestKeys *self, gconstpointer data)
{
  remove_database (self);
  if (self->keyring->process != 0)
    {
      smd_test_keyring_unlock (self->keyring);
      smd_test_keyring_clear (self->keyring);
    }
  g_free (self->path);
  g_ptr_array_unref (self->alice);
  smd_certificate_unref (self->issuer);
  smd_crypto_unref (self->crypto);
}

SmdIdentity *
smd_test_keys_alice (SmdTestKeys *self)
{
  return self->alice->pdata[0];
}

void
smd_test_keys_add_alice (SmdTestKeys *self)
{
  g_autoptr (GError) error = NULL;
  gboolean added = smd_key_store_add (self->store, self->alice, NULL, SMD_ORIGIN_USER, FALSE, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (added);
}

gboolean
smd_test_keys_has (SmdTestKeys *self, gboolean interactive, GError **error)
{
  g_autoptr (SmdPrivateKey) key = smd_key_store_lookup (
      self->store, smd_private_key_get_fingerprint (smd_test_keys_alice (self)->key), interactive, NULL, error);

  g_assert_true (key == NULL || smd_private_key_matches (key, smd_test_keys_alice (self)->certificate));
  return key != NULL;
}

void
smd_test_keys_assert (SmdTestKeys *self)
{
  g_autoptr (GError) error = NULL;

  smd_test_keys_has (self, FALSE, &error);
  g_assert_no_error (error);
}

void
smd_test_keys_assert_none (SmdTestKeys *self, gboolean interactive, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (smd_test_keys_has (self, interactive, &error));
  g_assert_error (error, SMIMED_ERROR, code);
}

int
smd_test_keys_get_role (SmdTestKeys *self, SmdCertificate *certificate)
{
  g_autoptr (SmdCertRecord) record
      = smd_cert_store_lookup (SMD_CERT_STORE (self->database), smd_certificate_get_fingerprint (certificate), NULL);

  return record ? (int) record->role : -1;
}

gboolean
smd_test_keys_sync (SmdTestKeys *self)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = FALSE;
  gboolean done = smd_key_store_sync (self->store, FALSE, &changed, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  return changed;
}

SmdKeysDue
smd_test_keys_get_due (SmdTestKeys *self)
{
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;

  g_assert_true (smd_database_keys_get_due (self->database, &due, NULL));
  return due;
}

int
smd_test_keys_run (int argc, char **argv, const SmdTestKeysTest *tests)
{
  SmdTestKeyring keyring = { NULL };
  int result;

  g_test_init (&argc, &argv, NULL);
  if (!smd_test_keyring_start (&keyring))
    return 0;

  for (const SmdTestKeysTest *test = tests; test->path != NULL; test++)
    {
      g_autofree char *path = g_strconcat ("/secret-service/", test->path, NULL);

      g_test_add (path, SmdTestKeys, &keyring, set_up, test->run, tear_down);
    }
  result = g_test_run ();
  smd_test_keyring_stop (&keyring);
  return result;
}
