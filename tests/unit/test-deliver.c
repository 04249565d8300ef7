/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Delivered files against a folder, a keyring and a memory that are in memory. */
#include "smd-deliver.h"
#include "smd-fake-world.h"
#include "smd-test-people.h"
#include "smimed-error.h"

#define PASSWORD "correct horse battery staple"

#define OFFICE_TYPE (office_get_type ())
G_DECLARE_FINAL_TYPE (Office, office, OFFICE,, GObject)

struct _Office
{
  GObject parent_instance;
  char *path;           /* (owned) (nullable) the one file */
  char *mark;           /* (owned) */
  SmdBlob *content;     /* (owned) */
  const char *password; /* (unowned) (nullable) */
  GHashTable *taken;    /* (owned) hashes */
  guint reads;
  guint lookups;
  guint imported;
};

static void deliveries_init (SmdDeliveriesInterface *iface);
static void delivery_store_init (SmdDeliveryStoreInterface *iface);
static void key_store_init (SmdKeyStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (Office, office, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (SMD_TYPE_DELIVERIES, deliveries_init)
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_DELIVERY_STORE, delivery_store_init)
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_KEY_STORE, key_store_init))

static void
office_finalize (GObject *object)
{
  Office *self = (Office *) object;

  g_free (self->path);
  g_free (self->mark);
  g_clear_pointer (&self->content, smd_blob_unref);
  g_hash_table_unref (self->taken);
  G_OBJECT_CLASS (office_parent_class)->finalize (object);
}

static void
office_class_init (OfficeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = office_finalize;
}

static void
office_init (Office *self)
{
  self->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static GPtrArray *
list (SmdDeliveries *deliveries)
{
  Office *self = (Office *) deliveries;
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_delivered_free);

  if (self->path != NULL)
    g_ptr_array_add (files, smd_delivered_new (self->path, self->mark, NULL));
  return files;
}

static SmdBlob *
read_file (SmdDeliveries *deliveries, const char *path, GError **error)
{
  Office *self = (Office *) deliveries;

  self->reads++;
  return smd_blob_ref (self->content);
}

static SmdSecret *
lookup_password (SmdDeliveries *deliveries, const char *path, GCancellable *cancellable, GError **error)
{
  Office *self = (Office *) deliveries;

  self->lookups++;
  if (self->password != NULL)
    return smd_secret_new_copy (smd_span_string (self->password));

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "no password");
  return NULL;
}

static void
deliveries_init (SmdDeliveriesInterface *iface)
{
  iface->list = list;
  iface->read = read_file;
  iface->lookup_password = lookup_password;
}

static gboolean
find (SmdDeliveryStore *store, const char *hash, gint64 *taken_at, GError **error)
{
  *taken_at = g_hash_table_contains (((Office *) store)->taken, hash) ? 7 : 0;
  return TRUE;
}

static gboolean
note (SmdDeliveryStore *store, const char *hash, gint64 taken_at, GError **error)
{
  g_hash_table_add (((Office *) store)->taken, g_strdup (hash));
  return TRUE;
}

static void
delivery_store_init (SmdDeliveryStoreInterface *iface)
{
  iface->find = find;
  iface->note = note;
}

static gboolean
add (SmdKeyStore *store, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin, gboolean interactive,
     GCancellable *cancellable, GError **error)
{
  g_assert_cmpint (origin, ==, SMD_ORIGIN_MANAGED);
  g_assert_false (interactive);
  ((Office *) store)->imported += identities->len;
  return TRUE;
}

static void
key_store_init (SmdKeyStoreInterface *iface)
{
  iface->add = add;
}

typedef struct
{
  SmdFakeWorld *world; /* (owned) */
  Office *office;      /* (owned) */
  GPtrArray *known;    /* (owned) (nullable) what the last look gave */
  gboolean enabled;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->world = smd_fake_world_new ();
  fixture->office = g_object_new (OFFICE_TYPE, NULL);
  fixture->enabled = TRUE;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->known, g_ptr_array_unref);
  g_object_unref (fixture->office);
  g_object_unref (fixture->world);
}

static void
lay_down (Fixture *fixture, const char *path, const char *mark, const char *text, gsize size)
{
  g_free (fixture->office->path);
  fixture->office->path = g_strdup (path);
  g_free (fixture->office->mark);
  fixture->office->mark = g_strdup (mark);
  g_clear_pointer (&fixture->office->content, smd_blob_unref);
  fixture->office->content = smd_blob_new_copy (smd_span (text, size));
}

static void
lay_down_alice (Fixture *fixture, const char *path, const char *mark)
{
  g_autofree char *file = smd_test_people_path ("alice.p12");
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (file, &text, &size, NULL));
  lay_down (fixture, path, mark, text, size);
}

/* Returns: (transfer none) (nullable): what has become of the one file */
static const SmdDelivery *
look (Fixture *fixture)
{
  SmdEnv env = smd_fake_world_get_env (fixture->world);
  SmdCall call = smd_fake_world_get_call (fixture->world);
  GPtrArray *deliveries;
  gboolean stored;

  env.deliveries = SMD_DELIVERIES (fixture->office);
  env.delivered = SMD_DELIVERY_STORE (fixture->office);
  env.keys = SMD_KEY_STORE (fixture->office);
  call.policy.enabled = fixture->enabled;
  call.interactive = TRUE;
  deliveries = smd_deliver (&env, &call, fixture->known, &stored);
  g_clear_pointer (&fixture->known, g_ptr_array_unref);
  fixture->known = deliveries;
  return deliveries->len > 0 ? deliveries->pdata[0] : NULL;
}

static void
test_once (Fixture *fixture, gconstpointer data)
{
  fixture->office->password = PASSWORD;
  lay_down_alice (fixture, "/a.p12", "1");
  g_assert_no_error (look (fixture)->error);
  g_assert_no_error (look (fixture)->error);
  g_assert_cmpuint (fixture->office->reads, ==, 1);
  lay_down_alice (fixture, "/b.p12", "2");
  g_assert_cmpint (look (fixture)->at, ==, 7);
  g_assert_cmpuint (fixture->office->imported, ==, 1);
}

static void
test_password (Fixture *fixture, gconstpointer data)
{
  lay_down_alice (fixture, "/a.p12", "1");
  g_test_expect_message ("smimed", G_LOG_LEVEL_WARNING, "/a.p12: not imported: no password");
  g_assert_error (look (fixture)->error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  /* The same again isn't told again. */
  g_assert_error (look (fixture)->error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  g_assert_true (smd_delivery_is_open (fixture->known->pdata[0]));
  fixture->office->password = "wrong";
  g_test_expect_message ("smimed", G_LOG_LEVEL_WARNING, "/a.p12: not imported: *password*");
  g_assert_error (look (fixture)->error, SMIMED_ERROR, SMIMED_ERROR_WRONG_PASSWORD);
  g_test_assert_expected_messages ();
  fixture->office->password = PASSWORD;
  g_assert_no_error (look (fixture)->error);
  g_assert_cmpuint (fixture->office->imported, ==, 1);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  fixture->office->password = PASSWORD;
  lay_down (fixture, "/a.p12", "1", "half", 4);
  g_test_expect_message ("smimed", G_LOG_LEVEL_WARNING, "/a.p12: not imported: *");
  g_assert_error (look (fixture)->error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
  g_assert_false (smd_delivery_is_open (fixture->known->pdata[0]));
  g_assert_error (look (fixture)->error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (fixture->office->reads, ==, 1);
  g_assert_cmpuint (fixture->office->lookups, ==, 0);
  lay_down_alice (fixture, "/a.p12", "2");
  g_assert_no_error (look (fixture)->error);
}

static void
test_off (Fixture *fixture, gconstpointer data)
{
  fixture->enabled = FALSE;
  fixture->office->password = PASSWORD;
  lay_down_alice (fixture, "/a.p12", "1");
  g_assert_null (look (fixture));
  g_assert_cmpuint (fixture->office->reads + fixture->office->lookups, ==, 0);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/deliver/each-content-is-imported-once-and-read-once", test_once);
  ADD ("/deliver/a-password-is-waited-for-and-told-once", test_password);
  ADD ("/deliver/a-damaged-file-is-read-again-when-it-changes", test_damaged);
  ADD ("/deliver/nothing-is-touched-while-smimed-is-off", test_off);
  return g_test_run ();
}
