/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* OCSP answers are there before they are needed: real certificates and answers, a real store, a fake network and a fake clock. */
#include <openssl/ocsp.h>

#include "smd-account-state.h"
#include "smd-fake-world.h"
#include "smd-refresh-plan.h"
#include "smd-refresh.h"
#include "smd-revocation-database.h"
#include "smd-test-authority.h"
#include "smd-test-fetcher.h"
#include "smd-test-files.h"
#include "smd-validate.h"

#define HOUR G_GINT64_CONSTANT (3600)
#define DAY (24 * HOUR)
#define LIFETIME (4 * DAY) /* of an OCSP answer */
#define SEED 7
#define MANY 150
#define CRL(name) "crlDistributionPoints=URI:http://" name ".example.org/a.crl"
#define OCSP(name) "authorityInfoAccess=OCSP;URI:http://" name ".example.org/"

/* ---- certificates ---- */

typedef struct
{
  SmdFakeWorld *world;       /* (owned) */
  char *folder;              /* (owned) */
  SmdDatabase *database;     /* (owned) */
  SmdRevocationStore *store; /* (owned) */
  SmdTestFetcher *fetcher;   /* (owned) */
  EVP_PKEY *root_key;        /* (owned) */
  X509 *root_x509;           /* (owned) */
  EVP_PKEY *leaf_key;        /* (owned) */
  long serial;
  gint64 begin;
  SmdEnv env;
  SmdCall call;
  SmdCertificate *overtaking; /* (unowned) (nullable) */
} Fixture;

static X509 *
make_x509 (Fixture *fixture, const char *name, EVP_PKEY *key, const char *const *extensions)
{
  X509 *x509 = smd_test_x509_new (name, "Root", ++fixture->serial, key, fixture->begin - DAY, fixture->begin + 500 * DAY);

  for (guint i = 0; extensions[i] != NULL; i++)
    smd_test_x509_extend (x509, extensions[i]);
  smd_test_x509_sign (x509, fixture->root_key);
  return x509;
}

static void
know (Fixture *fixture, SmdCertificate *certificate, SmdRole role)
{
  g_ptr_array_add (fixture->world->records, smd_cert_record_new (certificate, role, SMD_ORIGIN_USER, SMD_TRUST_DEFAULT));
}

/* Somebody whose revocation @source tells */
static SmdCertificate *
issue (Fixture *fixture, const char *source)
{
  const char *const extensions[] = { "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=emailProtection",
                                     "subjectAltName=email:alice@example.org", source, NULL };
  X509 *x509 = make_x509 (fixture, "Alice", fixture->leaf_key, extensions);
  SmdCertificate *certificate = smd_test_x509_read (fixture->world->crypto, x509);

  X509_free (x509);
  return certificate;
}

static void
make_root (Fixture *fixture)
{
  const char *const extensions[]
      = { "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash", NULL };
  g_autoptr (SmdCertificate) root = NULL;

  fixture->root_key = EVP_EC_gen ("P-256");
  fixture->leaf_key = EVP_EC_gen ("P-256");
  fixture->root_x509 = make_x509 (fixture, "Root", fixture->root_key, extensions);
  root = smd_test_x509_read (fixture->world->crypto, fixture->root_x509);
  know (fixture, root, SMD_ROLE_ANCHOR);
}

static SmdBlob *
respond (Fixture *fixture, SmdSpan der)
{
  const guint8 *at = der.data;
  OCSP_REQUEST *request = d2i_OCSP_REQUEST (NULL, &at, (long) der.size);
  OCSP_BASICRESP *basic = OCSP_BASICRESP_new ();
  ASN1_TIME *this_update = ASN1_TIME_set (NULL, (time_t) (fixture->world->now - HOUR));
  ASN1_TIME *next_update = ASN1_TIME_set (NULL, (time_t) (fixture->world->now + LIFETIME - HOUR));
  OCSP_RESPONSE *response;
  guint8 *bytes = NULL;
  int size;
  SmdBlob *blob;

  OCSP_basic_add1_status (basic, OCSP_onereq_get0_id (OCSP_request_onereq_get0 (request, 0)), V_OCSP_CERTSTATUS_GOOD, 0, NULL,
                          this_update, next_update);
  OCSP_copy_nonce (basic, request);
  g_assert_cmpint (OCSP_basic_sign (basic, fixture->root_x509, fixture->root_key, EVP_sha256 (), NULL, 0), ==, 1);
  response = OCSP_response_create (OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
  size = i2d_OCSP_RESPONSE (response, &bytes);
  blob = smd_blob_new_copy (smd_span (bytes, (gsize) size));
  OPENSSL_free (bytes);
  OCSP_RESPONSE_free (response);
  ASN1_TIME_free (this_update);
  ASN1_TIME_free (next_update);
  OCSP_BASICRESP_free (basic);
  OCSP_REQUEST_free (request);
  return blob;
}

static SmdBlob *
answer (const SmdFetchRequest *request, gpointer fixture)
{
  return request->ocsp != NULL ? respond (fixture, smd_blob_get_span (request->body)) : NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;

  fixture->world = smd_fake_world_new ();
  fixture->begin = fixture->world->now;
  fixture->folder = smd_test_folder_new ();
  path = g_build_filename (fixture->folder, "smimed.db", NULL);
  fixture->database = smd_database_new (fixture->world->crypto, path, NULL);
  fixture->store = SMD_REVOCATION_STORE (smd_revocation_database_new (fixture->database, fixture->folder, fixture->begin));
  make_root (fixture);
  fixture->fetcher = smd_test_fetcher_new ();
  fixture->fetcher->answer = answer;
  fixture->fetcher->data = fixture;
  fixture->env = smd_fake_world_get_env (fixture->world);
  fixture->env.revocation = fixture->store;
  fixture->env.fetcher = SMD_FETCHER (fixture->fetcher);
  fixture->call = smd_fake_world_get_call (fixture->world);
  fixture->call.policy.revocation = SMD_REVOCATION_HARD_FAIL;
  fixture->call.policy.revocation_sources = SMD_ORDER_FIRST_THEN_SECOND;
  fixture->call.policy.network_deadline = 10000;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  EVP_PKEY_free (fixture->root_key);
  EVP_PKEY_free (fixture->leaf_key);
  X509_free (fixture->root_x509);
  g_object_unref (fixture->fetcher);
  g_object_unref (fixture->store);
  g_object_unref (fixture->database);
  g_object_unref (fixture->world);
  smd_test_folder_remove (fixture->folder);
}

/* ---- what happens ---- */

static SmdChainState
judge (Fixture *fixture, SmdCertificate *certificate)
{
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (&fixture->call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();
  g_autoptr (SmdValidation) validation = NULL;
  g_autoptr (GError) error = NULL;

  smd_certificates_add (chain, certificate);
  request.chain = chain;
  validation = smd_validate (&fixture->env, &fixture->call, &request, &error);
  g_assert_no_error (error);
  return validation->chain;
}

static gint64
get_next (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gint64 last, next;

  g_assert_true (smd_refresh_get_times (&fixture->env, &fixture->call, SEED, &last, &next, &error));
  g_assert_no_error (error);
  return next;
}

static void
refresh (Fixture *fixture, gboolean impatient)
{
  const SmdRefreshRequest request
      = { .impatient = impatient, .seed = SEED, .deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = smd_refresh (&fixture->env, &fixture->call, &request, &error);

  g_assert_no_error (error);
}

/* What the refresher does: sleeps until something is due, at most until @end. Returns: whether something was */
static gboolean
sleep_until_due (Fixture *fixture, gint64 end)
{
  gint64 next = get_next (fixture);

  if (next >= end)
    {
      fixture->world->now = end;
      return FALSE;
    }
  /* Never a loop that asks again and again in vain */
  g_assert_cmpint (next, >, fixture->world->now);
  fixture->world->now = next;
  return TRUE;
}

static void
live (Fixture *fixture, gint64 days)
{
  gint64 end = fixture->world->now + days * DAY;

  while (sleep_until_due (fixture, end))
    refresh (fixture, FALSE);
}

static SmdRevocationEntry *
get_entry (Fixture *fixture, SmdCertificate *certificate)
{
  return smd_revocation_store_lookup_ocsp (fixture->store, smd_certificate_get_fingerprint (certificate), NULL);
}

/* ---- tests ---- */

static void
test_own (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) own = issue (fixture, OCSP ("ocsp"));
  gint64 end = fixture->begin + 365 * DAY;

  know (fixture, own, SMD_ROLE_OWN);
  g_assert_cmpint (get_next (fixture), <=, fixture->begin);
  refresh (fixture, FALSE);
  fixture->call.cache_only = TRUE;
  while (sleep_until_due (fixture, end))
    {
      g_assert_cmpint (judge (fixture, own), ==, SMD_CHAIN_VALID);
      fixture->call.cache_only = FALSE;
      refresh (fixture, FALSE);
      fixture->call.cache_only = TRUE;
    }
  g_assert_cmpuint (fixture->fetcher->questions, >, 365 / 4);
  g_assert_cmpuint (fixture->fetcher->questions, <, 365 / 3);
}

static void
test_correspondent (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) friend = issue (fixture, OCSP ("ocsp"));
  g_autoptr (SmdRevocationEntry) entry = NULL;
  guint asked;

  g_assert_cmpint (judge (fixture, friend), ==, SMD_CHAIN_VALID);
  g_assert_cmpuint (fixture->fetcher->questions, ==, 1);
  live (fixture, 27);
  asked = fixture->fetcher->questions;
  g_assert_cmpuint (asked, >=, 7);
  g_assert_cmpuint (asked, <, 10);
  entry = get_entry (fixture, friend);
  g_assert_cmpint (smd_revocation_entry_get_state (entry, fixture->world->now), ==, SMD_REVOCATION_FRESH);

  /* Nobody has written for weeks. */
  live (fixture, 100);
  g_assert_cmpuint (fixture->fetcher->questions, <=, asked + 1);
  g_assert_cmpint (get_next (fixture), ==, SMD_REFRESH_NEVER);
  asked = fixture->fetcher->questions;

  g_assert_cmpint (judge (fixture, friend), ==, SMD_CHAIN_VALID);
  live (fixture, 20);
  g_assert_cmpuint (fixture->fetcher->questions, >=, asked + 5);
}

static void
test_dead (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) own = issue (fixture, OCSP ("ocsp"));
  g_autoptr (SmdRevocationEntry) entry = NULL;
  guint asked;

  know (fixture, own, SMD_ROLE_OWN);
  fixture->fetcher->dead = TRUE;
  refresh (fixture, FALSE);
  live (fixture, 1);
  asked = fixture->fetcher->questions;
  g_assert_cmpuint (asked, >=, 19);
  g_assert_cmpuint (asked, <=, 25);
  entry = get_entry (fixture, own);
  g_assert_cmpint (smd_revocation_entry_get_state (entry, fixture->world->now), ==, SMD_REVOCATION_FAILED);
  g_assert_cmpstr (entry->detail, ==, "There is no route to it");

  /* Another network, or the machine wakes up: what failed may work now. */
  fixture->fetcher->dead = FALSE;
  refresh (fixture, FALSE);
  g_assert_cmpuint (fixture->fetcher->questions, ==, asked);
  refresh (fixture, TRUE);
  g_assert_cmpuint (fixture->fetcher->questions, ==, asked + 1);
  g_assert_cmpint (judge (fixture, own), ==, SMD_CHAIN_VALID);
}

static void
test_keeps_while_dead (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) own = issue (fixture, OCSP ("ocsp"));

  know (fixture, own, SMD_ROLE_OWN);
  refresh (fixture, FALSE);
  fixture->fetcher->dead = TRUE;
  g_assert_true (sleep_until_due (fixture, G_MAXINT64));
  refresh (fixture, FALSE);
  fixture->call.cache_only = TRUE;
  g_assert_cmpint (judge (fixture, own), ==, SMD_CHAIN_VALID);
  fixture->world->now = fixture->begin + LIFETIME;
  g_assert_cmpint (judge (fixture, own), ==, SMD_CHAIN_INVALID);
}

static void
test_sources (Fixture *fixture, gconstpointer data)
{
  static const SmdOrder orders[] = { SMD_ORDER_FIRST_ONLY, SMD_ORDER_NEITHER };
  g_autoptr (SmdCertificate) own = issue (fixture, OCSP ("ocsp"));

  know (fixture, own, SMD_ROLE_OWN);
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      fixture->call.policy.revocation_sources = orders[i];
      refresh (fixture, TRUE);
      g_assert_cmpint (get_next (fixture), ==, SMD_REFRESH_NEVER);
    }
  g_assert_cmpuint (fixture->fetcher->questions, ==, 0);
}

static void
test_next_responder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) own
      = issue (fixture, "authorityInfoAccess=OCSP;URI:http://one.example.org/,OCSP;URI:http://two.example.org/");
  static const char *const urls[] = { "http://one.example.org/", "http://two.example.org/", "http://one.example.org/" };

  know (fixture, own, SMD_ROLE_OWN);
  fixture->fetcher->dead = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (SmdRevocationEntry) entry = NULL;

      refresh (fixture, TRUE);
      entry = get_entry (fixture, own);
      g_assert_cmpstr (entry->url, ==, urls[i]);
    }
}

/* Whose root was taken away: a stranger doesn't choose who is asked. */
static void
test_no_anchor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) friend = issue (fixture, OCSP ("ocsp"));

  g_assert_cmpint (judge (fixture, friend), ==, SMD_CHAIN_VALID);
  g_ptr_array_set_size (fixture->world->records, 0);
  live (fixture, 10);
  g_assert_cmpuint (fixture->fetcher->questions, ==, 1);
}

/* Back after a week without a network */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  guint rounds = 0;

  for (guint i = 0; i < MANY; i++)
    {
      g_autoptr (SmdCertificate) friend = issue (fixture, OCSP ("ocsp"));

      g_assert_cmpint (judge (fixture, friend), ==, SMD_CHAIN_VALID);
    }
  fixture->fetcher->questions = 0;
  fixture->fetcher->most_at_once = 0;
  fixture->world->now += 8 * DAY;
  for (; get_next (fixture) <= fixture->world->now; rounds++)
    {
      g_assert_cmpuint (rounds, <, 3);
      refresh (fixture, FALSE);
    }
  g_assert_cmpuint (fixture->fetcher->questions, ==, MANY);
  g_assert_cmpuint (fixture->fetcher->most_at_once, <, MANY);
}

/* ---- two calls at once ---- */

/* What the call that comes between is to find */
static const Fixture *other;
static SmdRevocationEntry *(*look_up_in_time) (SmdRevocationStore *store, const char *url, GError **error);

static SmdRevocationEntry *
look_up_too_late (SmdRevocationStore *store, const char *url, GError **error)
{
  g_autoptr (X509_CRL) made = smd_test_crl_new (other->root_x509, other->begin - HOUR, other->begin + DAY, 1);
  g_autoptr (SmdBlob) crl = smd_test_crl_sign (made, other->root_key);
  g_autoptr (SmdCertificate) root = smd_test_x509_read (other->world->crypto, other->root_x509);
  g_autoptr (GPtrArray) issuers = smd_certificates_new ();
  g_autoptr (SmdRevocationEntry) entry = NULL;
  g_autoptr (GError) local = NULL;

  SMD_REVOCATION_STORE_GET_IFACE (store)->lookup = look_up_in_time;
  smd_certificates_add (issuers, root);
  entry = smd_revocation_store_import_crl (store, url, crl, issuers, NULL, 0, other->world->now, NULL, &local);
  g_assert_no_error (local);
  return look_up_in_time (store, url, error);
}

static void
test_overtaken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) friend = issue (fixture, CRL ("crl"));
  SmdRevocationStoreInterface *iface = SMD_REVOCATION_STORE_GET_IFACE (fixture->store);

  fixture->fetcher->dead = TRUE;
  other = fixture;
  look_up_in_time = iface->lookup;
  iface->lookup = look_up_too_late;
  g_assert_cmpint (judge (fixture, friend), ==, SMD_CHAIN_VALID);
  g_assert_true (iface->lookup == look_up_in_time);
  g_assert_cmpuint (fixture->fetcher->most_at_once, ==, 0);
}

static void
test_account (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) one = issue (fixture, CRL ("one"));
  g_autoptr (SmdCertificate) two = issue (fixture, CRL ("two"));
  g_autoptr (SmdAccountState) state = NULL;
  g_autoptr (GError) error = NULL;
  char *no_aliases[] = { NULL };
  const SmdAccount account = { .id = (char *) "a", .address = (char *) "alice@example.org", .aliases = no_aliases };

  know (fixture, one, SMD_ROLE_OWN);
  know (fixture, two, SMD_ROLE_OWN);
  state = smd_account_state_new (&fixture->env, &fixture->call, &account, account.address, &error);
  g_assert_no_error (error);
  g_assert_false (state->can_sign);
  g_assert_cmpuint (fixture->fetcher->most_at_once, ==, 2);
}

static void
judge_overtaking (gpointer fixture)
{
  g_assert_cmpint (judge (fixture, ((Fixture *) fixture)->overtaking), ==, SMD_CHAIN_VALID);
}

static void
test_just_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) friend = issue (fixture, OCSP ("ocsp"));

  fixture->overtaking = friend;
  fixture->fetcher->meanwhile = judge_overtaking;
  g_assert_cmpint (judge (fixture, friend), ==, SMD_CHAIN_VALID);
  g_assert_cmpuint (fixture->fetcher->questions, ==, 1);
}

static void
test_refresh_just_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) own = issue (fixture, OCSP ("ocsp"));
  g_autoptr (SmdRevocationEntry) entry = NULL;

  know (fixture, own, SMD_ROLE_OWN);
  fixture->overtaking = own;
  fixture->fetcher->meanwhile = judge_overtaking;
  refresh (fixture, FALSE);
  entry = get_entry (fixture, own);
  g_assert_cmpuint (fixture->fetcher->questions, ==, 1);
  g_assert_cmpstr (entry->detail, ==, "");
}

#define ADD(name, test) g_test_add ("/ahead-of-need/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("for a year there always is an answer about an own certificate, with few questions", test_own);
  ADD ("answers about correspondents are renewed for weeks after their last use, then no more", test_correspondent);
  ADD ("a dead responder is left alone for a while, but for another network", test_dead);
  ADD ("what is there serves while the responder is dead, until it runs out", test_keeps_while_dead);
  ADD ("no responder is asked where the policy has none asked", test_sources);
  ADD ("after one responder has failed the next one is asked", test_next_responder);
  ADD ("nobody is asked about what leads to no anchor any more", test_no_anchor);
  ADD ("all correspondents' answers are renewed after a week without a network, not all in one moment", test_many);
  ADD ("what another call brings between a look at what is here and a look at what is missing counts", test_overtaken);
  ADD ("what another call brings just before a responder would be asked isn't asked for again", test_just_before);
  ADD ("nor is it by a refresh", test_refresh_just_before);
  ADD ("the distribution points of an account's certificates are asked side by side", test_account);
  return g_test_run ();
}
