/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-system-prompter.h"

#include <glib/gi18n-lib.h>

#ifdef SMD_GCR_LIBRARY
#define GCR_API_SUBJECT_TO_CHANGE
#include SMD_GCR_HEADER
#include <gmodule.h>
#endif

#include "smd-language.h"
#include "smimed-error.h"

struct _SmdSystemPrompter
{
  GObject parent_instance;
  char *bus_name; /* (owned) (nullable) */
};

static void init_interface (SmdPrompterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdSystemPrompter, smd_system_prompter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_PROMPTER, init_interface))

static void
smd_system_prompter_finalize (GObject *object)
{
  g_free (SMD_SYSTEM_PROMPTER (object)->bus_name);
  G_OBJECT_CLASS (smd_system_prompter_parent_class)->finalize (object);
}

static void
smd_system_prompter_class_init (SmdSystemPrompterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_system_prompter_finalize;
}

static void
smd_system_prompter_init (SmdSystemPrompter *self)
{
}

SmdPrompter *
smd_system_prompter_new (const char *bus_name)
{
  SmdSystemPrompter *self = g_object_new (SMD_TYPE_SYSTEM_PROMPTER, NULL);

  self->bus_name = g_strdup (bus_name);
  return SMD_PROMPTER (self);
}

#ifdef SMD_GCR_LIBRARY

/*
 * gcr is loaded when the first password is asked for: linking it, with the five libraries that it brings, would cost each start of the
 * daemon 2 to 3 ms (an empty program with GIO alone against one with gcr too, 150 starts each: 2.5 and 4.8 ms at best).
 */
typedef struct
{
  typeof (gcr_system_prompt_open_for_prompter) *open;
  typeof (gcr_system_prompt_close) *close;
  typeof (gcr_prompt_set_title) *set_title;
  typeof (gcr_prompt_set_message) *set_message;
  typeof (gcr_prompt_set_description) *set_description;
  typeof (gcr_prompt_set_warning) *set_warning;
  typeof (gcr_prompt_set_password_new) *set_password_new;
  typeof (gcr_prompt_set_continue_label) *set_continue_label;
  typeof (gcr_prompt_set_cancel_label) *set_cancel_label;
  typeof (gcr_prompt_password_async) *ask_password;
  typeof (gcr_prompt_password_finish) *take_password;
  typeof (gcr_prompt_confirm_async) *confirm;
  typeof (gcr_prompt_confirm_finish) *take_reply;
} Gcr;

/* What the user is asked, and the answer */
typedef struct
{
  SmdPromptPurpose purpose;
  SmdPromptComplaint complaint;
  const char *application; /* (unowned) (nullable) who wants @right: then this is to be confirmed, and no password is asked for */
  SmdRight right;
  SmdSecret *secret;       /* (owned) (nullable) */
  gboolean confirmed;
  gboolean closed;         /* the prompter has gone away: that isn't the user's no */
} Question;

static gboolean
load_symbol (GModule *module, const char *name, gpointer function)
{
  return g_module_symbol (module, name, function);
}

/* Returns: FALSE if the library isn't there */
static gboolean
load_gcr (Gcr *gcr)
{
  /* Each call counts a reference that is never given back: the types that gcr registers stay for good. */
  GModule *module = g_module_open (SMD_GCR_LIBRARY, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);

  return module != NULL && load_symbol (module, "gcr_system_prompt_open_for_prompter", &gcr->open) &&
         load_symbol (module, "gcr_system_prompt_close", &gcr->close) &&
         load_symbol (module, "gcr_prompt_set_title", &gcr->set_title) &&
         load_symbol (module, "gcr_prompt_set_message", &gcr->set_message) &&
         load_symbol (module, "gcr_prompt_set_description", &gcr->set_description) &&
         load_symbol (module, "gcr_prompt_set_warning", &gcr->set_warning) &&
         load_symbol (module, "gcr_prompt_set_password_new", &gcr->set_password_new) &&
         load_symbol (module, "gcr_prompt_set_continue_label", &gcr->set_continue_label) &&
         load_symbol (module, "gcr_prompt_set_cancel_label", &gcr->set_cancel_label) &&
         load_symbol (module, "gcr_prompt_password_async", &gcr->ask_password) &&
         load_symbol (module, "gcr_prompt_password_finish", &gcr->take_password) &&
         load_symbol (module, "gcr_prompt_confirm_async", &gcr->confirm) &&
         load_symbol (module, "gcr_prompt_confirm_finish", &gcr->take_reply);
}

static void
take_error (const Question *question, GError *reason, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_is_cancelled (cancellable))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  else if (question->application != NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                 "The desktop can't ask whether %s may “%s” (%s); grant it: flatpak permission-set smimed %s %s yes",
                 question->application, smd_right_to_word (question->right), reason->message, smd_right_to_word (question->right),
                 question->application);
  else
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                 "The desktop can't ask for the password: %s: pass it with password-fd", reason->message);
  g_clear_error (&reason);
}

/* The application's id, not a name that it gives to itself. */
static void
describe_right (const Gcr *gcr, GcrPrompt *prompt, const Question *question)
{
  g_auto (SmdLanguage) language = smd_language_speak ();
  const char *titles[SMD_N_RIGHTS] = {
    [SMD_RIGHT_MANAGE] = _("Let this application change your keys and certificates?"),
    [SMD_RIGHT_USE] = _("Let this application sign and encrypt in your name?"),
    [SMD_RIGHT_DECRYPT] = _("Let this application read your encrypted mail?"),
    [SMD_RIGHT_EXPORT] = _("Let this application take copies of your private keys?"),
  };
  /* Translators: %s is an application's id such as org.gnome.Geary */
  g_autofree char *description = g_strdup_printf (_("%s runs in a sandbox and asks for this for the first time. Your answer is remembered."),
                                                  question->application);

  gcr->set_title (prompt, titles[question->right]);
  gcr->set_message (prompt, titles[question->right]);
  gcr->set_description (prompt, description);
  gcr->set_continue_label (prompt, _("Allow"));
  gcr->set_cancel_label (prompt, _("Do not allow"));
}

static void
describe_password (const Gcr *gcr, GcrPrompt *prompt, const Question *question)
{
  g_auto (SmdLanguage) language = smd_language_speak ();
  gboolean protect = question->purpose == SMD_PROMPT_PROTECT_FILE;
  const char *title = protect ? _("Protect your S/MIME key") : _("Install an S/MIME key");
  const char *warnings[] = {
    [SMD_PROMPT_FIRST_TRY] = NULL,
    [SMD_PROMPT_WRONG] = _("That password does not open the file."),
    [SMD_PROMPT_WEAK] = _("That password is too easy to guess. Four or more words picked at random make a good one."),
  };

  gcr->set_title (prompt, title);
  gcr->set_message (prompt, title);
  gcr->set_description (prompt, protect ? _("Choose a strong password for the file that your key is saved to.")
                                        : _("Enter the password of the file that your key comes in."));
  gcr->set_warning (prompt, warnings[question->complaint]);
  /* A new one is typed twice, and the prompter shows how strong it is. */
  gcr->set_password_new (prompt, protect);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

/* Waits in this thread's context. What is cancelled in another thread reaches gcr from this one: it would close the prompt there, while it is
 * closed here.
 * Returns: (transfer full) */
static GAsyncResult *
await_answer (const Gcr *gcr, GcrPrompt *prompt, const Question *question, GCancellable *cancellable)
{
  GMainContext *context = g_main_context_get_thread_default ();
  g_autoptr (GCancellable) inner = g_cancellable_new ();
  GSource *source = cancellable != NULL ? g_cancellable_source_new (cancellable) : NULL;
  GAsyncResult *answer = NULL;

  if (source != NULL)
    {
      g_source_set_callback (source, G_SOURCE_FUNC (on_cancelled), inner, NULL);
      g_source_attach (source, context);
    }
  (question->application != NULL ? gcr->confirm : gcr->ask_password) (prompt, inner, on_answer, &answer);
  while (answer == NULL)
    g_main_context_iteration (context, TRUE);
  if (source != NULL)
    {
      g_source_destroy (source);
      g_source_unref (source);
    }
  return answer;
}

static void
on_close (GcrPrompt *prompt, gboolean *closed)
{
  *closed = TRUE;
}

static void
take_answer (const Gcr *gcr, GcrPrompt *prompt, GAsyncResult *answer, Question *question, GError **reason)
{
  const char *password;

  if (question->application != NULL)
    {
      question->confirmed = gcr->take_reply (prompt, answer, reason) == GCR_PROMPT_REPLY_CONTINUE;
      return;
    }

  password = gcr->take_password (prompt, answer, reason);
  if (password != NULL)
    question->secret = smd_secret_new_copy (smd_span_string (password));
}

static void
run_prompt (const Gcr *gcr, GcrPrompt *prompt, Question *question, GCancellable *cancellable, GError **reason)
{
  gulong handler = g_signal_connect (prompt, "prompt-close", G_CALLBACK (on_close), &question->closed);
  g_autoptr (GAsyncResult) answer = await_answer (gcr, prompt, question, cancellable);

  g_signal_handler_disconnect (prompt, handler);
  take_answer (gcr, prompt, answer, question, reason);
  /* The answer is there or not: nothing can be done about a prompt that doesn't close. */
  (void) gcr->close ((GcrSystemPrompt *) prompt, NULL, NULL);
}

static void
ask (const Gcr *gcr, const char *bus_name, Question *question, GCancellable *cancellable, GError **reason)
{
  GcrPrompt *prompt = gcr->open (bus_name, -1, cancellable, reason);

  if (prompt == NULL)
    return;

  (question->application != NULL ? describe_right : describe_password) (gcr, prompt, question);
  run_prompt (gcr, prompt, question, cancellable, reason);
  g_object_unref (prompt);
}

/*
 * In a context of this thread alone: gcr (3.41) isn't made for two threads, and its own gcr_prompt_password_run(), which runs the main thread's
 * context from here, misses an answer that comes too fast.
 */
static void
ask_apart (const Gcr *gcr, const char *bus_name, Question *question, GCancellable *cancellable, GError **reason)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  ask (gcr, bus_name, question, cancellable, reason);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

/* Returns: FALSE on error; else there may still be no answer, because the user gave none */
static gboolean
ask_question (SmdPrompter *prompter, Question *question, GCancellable *cancellable, GError **error)
{
  GError *reason = NULL;
  Gcr gcr;

  if (load_gcr (&gcr))
    ask_apart (&gcr, SMD_SYSTEM_PROMPTER (prompter)->bus_name, question, cancellable, &reason);
  else
    g_set_error_literal (&reason, SMIMED_ERROR, SMIMED_ERROR_FAILED, SMD_GCR_LIBRARY " is missing");

  if (question->secret != NULL || question->confirmed || (reason == NULL && !g_cancellable_is_cancelled (cancellable)))
    {
      g_clear_error (&reason);
      return TRUE;
    }

  take_error (question, reason, cancellable, error);
  return FALSE;
}

static SmdSecret *
ask_password (SmdPrompter *prompter, SmdPromptPurpose purpose, SmdPromptComplaint complaint, GCancellable *cancellable,
              GError **error)
{
  Question question = { .purpose = purpose, .complaint = complaint };

  if (ask_question (prompter, &question, cancellable, error) && question.secret == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED, "The password was not given: its prompt was closed");
  return question.secret;
}

static gboolean
confirm (SmdPrompter *prompter, const char *application, SmdRight right, gboolean *confirmed, GCancellable *cancellable, GError **error)
{
  Question question = { .application = application, .right = right };

  if (!ask_question (prompter, &question, cancellable, error))
    return FALSE;

  *confirmed = question.confirmed;
  if (question.confirmed || !question.closed)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED,
               "It was not answered whether %s may “%s”: the prompt was closed; call again", application, smd_right_to_word (right));
  return FALSE;
}

#else

static SmdSecret *
ask_password (SmdPrompter *prompter, SmdPromptPurpose purpose, SmdPromptComplaint complaint, GCancellable *cancellable,
              GError **error)
{
  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                       "This smimed was built without a password prompt: pass the password with password-fd");
  return NULL;
}

static gboolean
confirm (SmdPrompter *prompter, const char *application, SmdRight right, gboolean *confirmed, GCancellable *cancellable, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
               "This smimed was built without prompts; grant it: flatpak permission-set smimed %s %s yes", smd_right_to_word (right),
               application);
  return FALSE;
}

#endif

static void
init_interface (SmdPrompterInterface *iface)
{
  iface->ask_password = ask_password;
  iface->confirm = confirm;
}
