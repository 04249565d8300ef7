/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-database.h"

#include "smd-test-files.h"
#include "smd-test-people.h"

void
smd_test_database_reopen (SmdTestDatabase *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->database);
  self->database = smd_database_new (self->crypto, self->path, &error);
  g_assert_no_error (error);
}

void
smd_test_database_set_up (SmdTestDatabase *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->crypto = smd_test_crypto_new ();
  self->folder = smd_test_folder_new ();
  self->path = g_build_filename (self->folder, "smimed", "smimed.db", NULL);
  self->alice = smd_test_people_certificate (self->crypto, "alice");
  self->issuer = smd_test_people_certificate (self->crypto, "intermediate");
  smd_test_database_reopen (self);
}

void
smd_test_database_tear_down (SmdTestDatabase *self, gconstpointer data)
{
  g_clear_object (&self->database);
  smd_test_folder_remove (self->folder);
  g_free (self->path);
  smd_certificate_unref (self->alice);
  smd_certificate_unref (self->issuer);
  smd_crypto_unref (self->crypto);
}

void
smd_test_database_add (SmdTestDatabase *self, SmdCertificate *certificate, SmdRole role)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  g_autoptr (GError) error = NULL;
  gboolean added;

  g_ptr_array_add (records, smd_cert_record_new (certificate, role, SMD_ORIGIN_MESSAGE, SMD_TRUST_DEFAULT));
  added = smd_cert_store_add (SMD_CERT_STORE (self->database), records, &error);
  g_assert_no_error (error);
  g_assert_true (added);
}

SmdCertRecord *
smd_test_database_lookup (SmdTestDatabase *self, SmdCertificate *certificate)
{
  return smd_cert_store_lookup (SMD_CERT_STORE (self->database), smd_certificate_get_fingerprint (certificate), NULL);
}

gboolean
smd_test_database_finds (SmdTestDatabase *self, SmdCertQuery query, SmdCertificate *certificate)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = smd_cert_store_find (SMD_CERT_STORE (self->database), &query, &error);

  g_assert_no_error (error);
  return found->len == 1 && ((SmdCertRecord *) found->pdata[0])->certificate == certificate;
}

char *
smd_test_database_list (SmdTestDatabase *self, const char *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = smd_cert_store_list_at_once (SMD_CERT_STORE (self->database), address, &error);

  GString *list = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? " " : "", (const char *) found->pdata[i]);
  return g_string_free (list, FALSE);
}

void
smd_test_database_assert_listed (SmdTestDatabase *self, const char *address, const char *expected)
{
  g_autofree char *listed = smd_test_database_list (self, address);

  g_assert_cmpstr (listed, ==, expected);
}

gint64
smd_test_database_run_sql (SmdTestDatabase *self, const char *sql)
{
  sqlite3 *connection = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 value = 0;

  g_assert_cmpint (sqlite3_open (self->path, &connection), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (connection, sql, -1, &statement, NULL), ==, SQLITE_OK);
  if (sqlite3_step (statement) == SQLITE_ROW)
    value = sqlite3_column_int64 (statement, 0);
  g_assert_cmpint (sqlite3_finalize (statement), ==, SQLITE_OK);
  sqlite3_close (connection);
  return value;
}
