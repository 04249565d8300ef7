/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The password prompt, answered by gcr's mock prompter on a bus of its own. */
#define GCR_API_SUBJECT_TO_CHANGE
#include <gcr/gcr-base.h>

#include "smd-system-prompter.h"
#include "smimed-error.h"

/* As the daemon does it: the question in a worker, while the main thread runs its loop. */
typedef struct
{
  SmdPrompter *prompter;     /* (unowned) */
  SmdPromptPurpose purpose;
  SmdPromptComplaint complaint;
  GCancellable *cancellable; /* (unowned) */
  GError **error;            /* (unowned) */
  SmdSecret *secret;         /* (owned) */
  gint done;                 /* atomic */
} Question;

static gpointer
ask_in_worker (gpointer data)
{
  Question *question = data;

  question->secret = smd_prompter_ask_password (question->prompter, question->purpose, question->complaint, question->cancellable,
                                                question->error);
  g_atomic_int_set (&question->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static SmdSecret *
ask (SmdPrompter *prompter, SmdPromptPurpose purpose, SmdPromptComplaint complaint, GCancellable *cancellable, GError **error)
{
  Question question = { prompter, purpose, complaint, cancellable, error };
  GThread *worker = g_thread_new ("worker", ask_in_worker, &question);

  while (!g_atomic_int_get (&question.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (worker);
  return question.secret;
}

static void
test_answer (gconstpointer data)
{
  g_autoptr (SmdPrompter) prompter = smd_system_prompter_new (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdSecret) secret = NULL;

  gcr_mock_prompter_expect_password_ok ("pässword", "warning", "That password does not open the file.", "password-new",
                                       FALSE, NULL);
  secret = ask (prompter, SMD_PROMPT_OPEN_FILE, SMD_PROMPT_WRONG, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (smd_span_equal (smd_secret_get_span (secret), smd_span_string ("pässword")));
}

static void
test_new_password (gconstpointer data)
{
  g_autoptr (SmdPrompter) prompter = smd_system_prompter_new (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdSecret) secret = NULL;

  gcr_mock_prompter_expect_password_ok ("new", "password-new", TRUE, NULL);
  secret = ask (prompter, SMD_PROMPT_PROTECT_FILE, SMD_PROMPT_FIRST_TRY, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (secret);
}

static void
test_dismissed (gconstpointer data)
{
  g_autoptr (SmdPrompter) prompter = smd_system_prompter_new (data);
  g_autoptr (GError) error = NULL;

  gcr_mock_prompter_expect_password_cancel ();
  g_assert_null (ask (prompter, SMD_PROMPT_OPEN_FILE, SMD_PROMPT_FIRST_TRY, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED);
}

static void
test_nobody (void)
{
  g_autoptr (SmdPrompter) prompter = smd_system_prompter_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ask (prompter, SMD_PROMPT_OPEN_FILE, SMD_PROMPT_FIRST_TRY, NULL, &error));
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
  g_assert_null (ask (prompter, SMD_PROMPT_OPEN_FILE, SMD_PROMPT_FIRST_TRY, cancellable, &error));
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
  g_test_add_data_func ("/system-prompter/a-new-password-is-typed-twice", name, test_new_password);
  g_test_add_data_func ("/system-prompter/a-closed-prompt-is-told-apart", name, test_dismissed);
  g_test_add_func ("/system-prompter/without-a-prompter-the-error-says-what-to-do", test_nobody);
  g_test_add_data_func ("/system-prompter/a-prompt-can-be-cancelled", name, test_cancelled);
  result = g_test_run ();
  gcr_mock_prompter_stop ();
  g_test_dbus_stop (bus);
  return result;
}
