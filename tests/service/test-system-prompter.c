/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The password prompt, answered by gcr's mock prompter on a bus of its own. */
#define GCR_API_SUBJECT_TO_CHANGE
#include <gcr/gcr-base.h>

#include "smd-system-prompter.h"
#include "smimed-error.h"

static void
test_answer (gconstpointer data)
{
  g_autoptr (SmdPrompter) prompter = smd_system_prompter_new (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdSecret) secret = NULL;

  gcr_mock_prompter_expect_password_ok ("pässword", "title", "Import", "description", "alice.p12", "warning", "Wrong password", NULL);
  secret = smd_prompter_ask_password (prompter, "Import", "alice.p12", "Wrong password", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (smd_span_equal (smd_secret_get_span (secret), smd_span_string ("pässword")));
}

static void
test_dismissed (gconstpointer data)
{
  g_autoptr (SmdPrompter) prompter = smd_system_prompter_new (data);
  g_autoptr (GError) error = NULL;

  gcr_mock_prompter_expect_password_cancel ();
  g_assert_null (smd_prompter_ask_password (prompter, "Import", "alice.p12", NULL, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED);
}

static void
test_nobody (void)
{
  g_autoptr (SmdPrompter) prompter = smd_system_prompter_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_prompter_ask_password (prompter, "Import", "alice.p12", NULL, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED);
  g_assert_nonnull (strstr (error->message, "password-fd"));
}

static gpointer
cancel_when_prompting (gpointer cancellable)
{
  while (gcr_mock_prompter_is_expecting ())
    g_thread_yield ();
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancelled (gconstpointer data)
{
  g_autoptr (SmdPrompter) prompter = smd_system_prompter_new (data);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;

  gcr_mock_prompter_set_delay_msec (60000);
  gcr_mock_prompter_expect_password_ok ("password", NULL);
  thread = g_thread_new ("cancel", cancel_when_prompting, cancellable);
  g_assert_null (smd_prompter_ask_password (prompter, "Import", "alice.p12", NULL, cancellable, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_thread_join (thread);
  gcr_mock_prompter_set_delay_msec (0);
}

int
main (int argc, char **argv)
{
  /* never freed: that would wait for the connection, which gcr 3 keeps after a cancelled prompt */
  static GTestDBus *bus;
  g_autofree char *name = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  name = g_strdup (gcr_mock_prompter_start ());
  g_test_add_data_func ("/system-prompter/the-answer-comes-back", name, test_answer);
  g_test_add_data_func ("/system-prompter/a-closed-prompt-is-told-apart", name, test_dismissed);
  g_test_add_func ("/system-prompter/without-a-prompter-the-error-says-what-to-do", test_nobody);
  g_test_add_data_func ("/system-prompter/a-prompt-can-be-cancelled", name, test_cancelled);
  result = g_test_run ();
  gcr_mock_prompter_stop ();
  g_test_dbus_stop (bus);
  return result;
}
