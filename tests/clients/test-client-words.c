/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the client library makes of what a service says. */
#include "fake-service.h"

static void
test_known (FakeService *f, gconstpointer data)
{
  g_autoptr (SmimedReport) report = fake_service_open (f, REPORT ("verified", GOOD));
  g_autoptr (GPtrArray) signers = smimed_report_dup_signers (report);
  g_autoptr (GBytes) content = smimed_output_get_bytes (smimed_report_get_content (report));
  g_autofree char *sentence = smimed_signer_get_sentence (signers->pdata[0]);

  g_assert_true (smimed_report_is_authenticated (report));
  g_assert_cmpint (smimed_report_get_protection (report), ==, SMIMED_PROTECTION_VERIFIED);
  g_assert_cmpstr (sentence, ==, "Signed by a@example.org; that is proven.");
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), "content", 7);
}

/* A word from the future, or a service that contradicts itself, never proves anything. */
static void
test_unknown (FakeService *f, gconstpointer data)
{
  static const char *const reports[] = {
    REPORT ("super-verified", GOOD),
    REPORT ("none", GOOD),
    REPORT ("verified", "{'signature': <'splendid'>, 'chain': <'valid'>, " SIGNER "}"),
    REPORT ("verified", "{'signature': <'good'>, 'chain': <'somehow'>, " SIGNER "}"),
    REPORT ("verified", "{'signature': <'good'>, " SIGNER "}"),
    REPORT ("verified", "{'signature': <'bad'>, 'chain': <'valid'>, " SIGNER "}"),
    REPORT ("verified", "@a{sv} {}"),
    "{'protection': <'verified'>}",
    "{'protection': <uint32 7>, 'authenticated': <'yes'>, 'layers': <5>, 'warnings': <'none'>}",
    "@a{sv} {}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (reports); i++)
    {
      g_autoptr (SmimedReport) opened = fake_service_open (f, reports[i]);

      g_assert_false (smimed_report_is_authenticated (opened));
      g_assert_cmpint (smimed_report_get_protection (opened), ==, SMIMED_PROTECTION_NONE);
    }
}

static void
test_verdicts (FakeService *f, gconstpointer data)
{
  static const char *const recipients[] = { "a@example.org", NULL };
  static const char *const verdicts[] = {
    "[{'address': <'a@example.org'>, 'usable': <true>, 'source': <'local'>, 'action': <'none'>}]",
    "[{'address': <'a@example.org'>, 'usable': <true>, 'source': <'somewhere'>, 'action': <'none'>}]",
    "[{'address': <'a@example.org'>, 'usable': <true>, 'source': <'local'>, 'action': <'pray'>}]",
    "[{'address': <'g@example.org'>, 'usable': <true>, 'members': <[{'address': <'b@example.org'>, 'usable': <false>}]>}]",
  };
  g_autoptr (SmimedClient) client = fake_service_new_client (f);

  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SmimedEvaluation) evaluation = NULL;

      f->report = verdicts[i];
      evaluation = smimed_client_evaluate_sync (client, "a@example.org", recipients, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (smimed_evaluation_is_ready (evaluation), ==, i == 0);
    }
}

/* Each code and each error has a sentence of its own. */
static void
test_words (FakeService *f, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) errors = g_hash_table_new (g_str_hash, g_str_equal);
  const char *unknown = smimed_problem_describe ("from-the-future");

  for (guint i = 0; i < SMIMED_N_PROBLEMS; i++)
    {
      const char *word = smimed_problem_code_to_word (i);

      g_assert_cmpstr (smimed_problem_describe (word), !=, unknown);
      g_assert_true (g_hash_table_add (seen, (gpointer) smimed_problem_describe (word)));
    }
  g_assert_cmpint (smimed_problem_severity ("from-the-future"), ==, SMIMED_SEVERITY_ERROR);
  g_assert_cmpint (smimed_problem_severity ("expiring-soon"), ==, SMIMED_SEVERITY_WARNING);

  for (guint i = 0; i < SMIMED_N_ERRORS; i++)
    {
      g_autoptr (GError) error = g_error_new_literal (SMIMED_ERROR, (int) i, "detail");

      g_assert_cmpstr (smimed_error_describe (error), !=, "detail");
      g_assert_true (g_hash_table_add (errors, (gpointer) smimed_error_describe (error)));
    }
}

static void
test_certificates (FakeService *f, gconstpointer data)
{
  static const char *const fingerprints[] = { "ab", "nonsense", NULL };
  g_autoptr (SmimedClient) client = fake_service_new_client (f);
  g_autoptr (SmimedInput) file = fake_service_input ();
  g_autoptr (GPtrArray) found = smimed_client_find_sync (client, NULL, NULL, NULL, NULL);
  g_autoptr (GPtrArray) refused = NULL;
  g_autoptr (GPtrArray) imported
      = smimed_client_import_certificates_sync (client, file, SMIMED_ROLE_ANCHOR, NULL, &refused, NULL, NULL);
  g_autoptr (SmimedCertificate) loaded = smimed_client_load_certificate_sync (client, "AB", NULL, NULL);
  g_autoptr (SmimedValidation) validation = smimed_certificate_validate_sync (loaded, SMIMED_USAGE_ANY, NULL, NULL, NULL);
  g_autoptr (SmimedOutput) exported = smimed_client_export_pkcs12_sync (client, fingerprints, NULL, NULL, NULL);
  g_autofree char *request = NULL;
  g_autoptr (SmimedOutput) csr = smimed_client_create_request_sync (client, "a@example.org", NULL, &request, NULL, NULL);
  g_autofree char *name = smimed_certificate_dup_name (loaded);

  g_assert_cmpuint (found->len, ==, 2);
  g_assert_cmpuint (imported->len, ==, 1);
  g_assert_cmpuint (refused->len, ==, 1);
  g_assert_cmpstr (name, ==, "Alice");
  g_assert_cmpint (smimed_certificate_get_role (loaded), ==, SMIMED_ROLE_OWN);
  g_assert_cmpint (smimed_certificate_get_usages (loaded), ==, SMIMED_USAGE_SIGN);
  g_assert_cmpint (smimed_validation_get_chain (validation), ==, SMIMED_CHAIN_VALID);
  g_assert_cmpuint (smimed_validation_get_chain_der (validation)->len, ==, 1);
  g_assert_cmpuint (smimed_output_get_size (exported), ==, 7);
  g_assert_cmpuint (smimed_output_get_size (csr), ==, 7);
  g_assert_cmpstr (request, ==, "request");
}

/* A warning with its data: days, day, server */
static void
test_sentences (FakeService *f, gconstpointer data)
{
  g_autoptr (SmimedReport) report = fake_service_open (
      f, "{'warnings': <[{'code': <'expiring-soon'>, 'days': <1>}, {'code': <'expiring-soon'>, 'days': <9>},"
         " {'code': <'directory-unreachable'>, 'url': <'ldap://x'>, 'temporary': <true>},"
         " {'code': <'revoked'>, 'depth': <uint32 1>}, {'code': <'from-the-future'>}]>}");
  static const char *const sentences[] = {
    "The certificate expires in 1 day.",
    "The certificate expires in 9 days.",
    "The directory ldap://x could not be reached. This may pass; try again later.",
    "In the chain of its issuers: The certificate was revoked by its issuer.",
    "Something is wrong that this version has no words for.",
  };
  GPtrArray *warnings = smimed_report_get_warnings (report);

  g_assert_cmpuint (warnings->len, ==, G_N_ELEMENTS (sentences));
  for (guint i = 0; i < warnings->len; i++)
    {
      g_autofree char *sentence = smimed_problem_get_sentence (warnings->pdata[i]);

      g_assert_cmpstr (sentence, ==, sentences[i]);
    }
}

#define ADD(path, function) g_test_add (path, FakeService, NULL, fake_service_set_up, function, fake_service_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/client/a report tells who signed and what", test_known);
  ADD ("/client/a word that is not known proves nothing", test_unknown);
  ADD ("/client/a verdict with an unknown word is not usable", test_verdicts);
  ADD ("/client/each problem and each error has a sentence of its own", test_words);
  ADD ("/client/sentences tell days and servers", test_sentences);
  ADD ("/client/certificates are read and told", test_certificates);
  return g_test_run ();
}
