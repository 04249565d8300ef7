/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rounds of a verdict, with the fetcher and a real HTTP server that counts requests. */
#include "smd-fake-world.h"
#include "smd-openssl.h"
#include "smd-test-authority.h"
#include "smd-test-fetching.h"
#include "smd-validate.h"

/* ---- a network where everything comes just after a round has ended ---- */

#define TEST_TYPE_GAP (test_gap_get_type ())
G_DECLARE_FINAL_TYPE (TestGap, test_gap, TEST, GAP, GObject)

struct _TestGap
{
  GObject parent_instance;
  SmdTestFetching *world; /* (unowned) */
  guint rounds;
};

static void init_interface (SmdFetcherInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestGap, test_gap, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (SMD_TYPE_FETCHER, init_interface))

/* Once somebody else has it, it has come for certain. */
static void
bring (SmdTestFetching *world, GPtrArray *requests)
{
  g_autofree char *released = smd_test_fetching_fetch_text (world, "/release/");

  g_ptr_array_unref (smd_fetcher_fetch_all (world->fetcher, requests, g_get_monotonic_time () + SMD_TEST_LONG, NULL));
}

static GPtrArray *
fetch_all (SmdFetcher *fetcher, GPtrArray *requests, gint64 deadline, GCancellable *cancellable)
{
  TestGap *self = TEST_GAP (fetcher);
  GPtrArray *results = smd_fetcher_fetch_all (self->world->fetcher, requests, deadline, cancellable);

  if (self->rounds++ == 0)
    bring (self->world, requests);
  return results;
}

static void
init_interface (SmdFetcherInterface *iface)
{
  iface->fetch_all = fetch_all;
}

static void
test_gap_class_init (TestGapClass *klass)
{
}

static void
test_gap_init (TestGap *self)
{
}

/* ---- tests ---- */

/* Returns: (transfer full): of somebody whose issuer is to be had at @url only */
static SmdCertificate *
issue (SmdCrypto *crypto, const char *url)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509) x509 = smd_test_x509_new ("Alice", "Nobody", 1, key, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
  g_autofree char *access = g_strdup_printf ("authorityInfoAccess=caIssuers;URI:%s", url);

  smd_test_x509_extend (x509, "subjectAltName=email:alice@example.org");
  smd_test_x509_extend (x509, access);
  smd_test_x509_sign (x509, key);
  return smd_test_x509_read (crypto, x509);
}

static SmdValidation *
judge (SmdFakeWorld *fake, SmdFetcher *fetcher, SmdCertificate *leaf)
{
  SmdEnv env = smd_fake_world_get_env (fake);
  SmdCall call = smd_fake_world_get_call (fake);
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (&call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();
  g_autoptr (GError) error = NULL;
  SmdValidation *validation;

  env.fetcher = fetcher;
  call.policy.network_deadline = SMD_TEST_LONG / 1000;
  smd_certificates_add (chain, leaf);
  request.chain = chain;
  validation = smd_validate (&env, &call, &request, &error);
  g_assert_no_error (error);
  return validation;
}

static const SmdProblem *
find_problem (const SmdValidation *validation, SmimedProblemCode code)
{
  for (guint i = 0; i < validation->problems->len; i++)
    if (((const SmdProblem *) validation->problems->pdata[i])->code == code)
      return validation->problems->pdata[i];

  g_assert_not_reached ();
}

static void
test_once (SmdTestFetching *world, gconstpointer data)
{
  g_autoptr (SmdFakeWorld) fake = smd_fake_world_new ();
  g_autoptr (TestGap) gap = g_object_new (TEST_TYPE_GAP, NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/late/issuer", world->port);
  g_autoptr (SmdCertificate) leaf = issue (fake->crypto, url);
  g_autoptr (SmdValidation) validation = NULL;
  g_autofree char *count = NULL;

  gap->world = world;
  validation = judge (fake, SMD_FETCHER (gap), leaf);
  g_assert_cmpuint (gap->rounds, ==, 2);
  g_assert_nonnull (strstr (find_problem (validation, SMIMED_PROBLEM_ISSUER_UNAVAILABLE)->detail, "What came is no certificate"));
  count = smd_test_fetching_fetch_text (world, "/count/late/issuer");
  g_assert_cmpstr (count, ==, "1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/rounds/what comes between two rounds of a verdict is judged in the next one, and the server was asked once", SmdTestFetching, NULL,
              smd_test_fetching_set_up, test_once, smd_test_fetching_tear_down);
  return g_test_run ();
}
