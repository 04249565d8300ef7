/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-system-prompter.h"

#include <glib/gi18n-lib.h>

#ifdef SMD_GCR_LIBRARY
#define GCR_API_SUBJECT_TO_CHANGE
#include SMD_GCR_HEADER
#endif

#include "smd-language.h"
#include "smd-library.h"
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

/* With the five libraries that it brings, gcr would cost each start 2 to 3 ms. */
#define GCR_FUNCTIONS(FUNCTION) \
  FUNCTION (system_prompt_open_for_prompter_async) FUNCTION (system_prompt_open_finish) FUNCTION (system_prompt_close_async) \
  FUNCTION (prompt_set_title) FUNCTION (prompt_set_message) FUNCTION (prompt_set_description) FUNCTION (prompt_set_warning) \
  FUNCTION (prompt_set_password_new) FUNCTION (prompt_set_continue_label) FUNCTION (prompt_set_cancel_label) \
  FUNCTION (prompt_password_async) FUNCTION (prompt_password_finish) FUNCTION (prompt_confirm_async) FUNCTION (prompt_confirm_finish)
#define DECLARE(name) typeof (gcr_##name) *name; /* (unowned) */
#define SYMBOL(name) { "gcr_" #name, G_STRUCT_OFFSET (Gcr, name) },

typedef struct
{
  GCR_FUNCTIONS (DECLARE)
} Gcr;

static const SmdSymbol symbols[] = { GCR_FUNCTIONS (SYMBOL) { NULL } };

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

static void
take_error (const Question *question, GError *reason, GCancellable *cancellable, GError **error)
{
  /* What gcr says of most prompters that end; whoever cancels is told below. */
  gboolean gone = g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  const char *why = gone ? "its prompter has ended" : reason != NULL ? reason->message : "";

  if (g_cancellable_is_cancelled (cancellable))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  else if (question->application != NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                 "The desktop can't ask whether %s may “%s” (%s); grant it: flatpak permission-set smimed %s %s yes",
                 question->application, smd_right_to_word (question->right), why, smd_right_to_word (question->right),
                 question->application);
  else
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                 "The desktop can't ask for the password (%s): call again, or pass it with password-fd", why);
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

  gcr->prompt_set_title (prompt, titles[question->right]);
  gcr->prompt_set_message (prompt, titles[question->right]);
  gcr->prompt_set_description (prompt, description);
  gcr->prompt_set_continue_label (prompt, _("Allow"));
  gcr->prompt_set_cancel_label (prompt, _("Do not allow"));
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

  gcr->prompt_set_title (prompt, title);
  gcr->prompt_set_message (prompt, title);
  gcr->prompt_set_description (prompt, protect ? _("Choose a strong password for the file that your key is saved to.")
                                               : _("Enter the password of the file that your key comes in."));
  gcr->prompt_set_warning (prompt, warnings[question->complaint]);
  /* A new one is typed twice, and the prompter shows how strong it is. */
  gcr->prompt_set_password_new (prompt, protect);
}

/*
 * A question under way: a worker waits, all of gcr runs in the main thread. gcr (3.41) hears of a cancelled prompt there, whatever thread it was
 * called from, and closes it: one that is used in another thread meanwhile loses its path and its connection under its feet.
 */
typedef struct
{
  const Gcr *gcr;               /* (unowned) */
  const char *bus_name;         /* (unowned) (nullable) */
  Question *question;           /* (unowned) */
  GCancellable *cancellable;    /* (unowned) (nullable) the caller's */
  GCancellable *inner;          /* (owned) gcr's, which cancels it by itself, too */
  GSource *cancelling;          /* (owned) (nullable) */
  GcrPrompt *prompt;            /* (owned) (nullable) */
  gulong close_handler;         /* on @prompt */
  GError *reason;               /* (owned) (nullable) why there is no answer */
  GMutex mutex;                 /* guards done */
  GCond cond;
  gboolean done;
} Asking;

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static void
on_close (GcrPrompt *prompt, gboolean *closed)
{
  *closed = TRUE;
}

/* Nobody waits for the prompter to have closed its prompt. */
static void
close_prompt (Asking *self)
{
  if (self->prompt == NULL)
    return;

  g_clear_signal_handler (&self->close_handler, self->prompt);
  self->gcr->system_prompt_close_async ((GcrSystemPrompt *) self->prompt, NULL, NULL, NULL);
  g_clear_object (&self->prompt);
}

/* After this the worker goes on, and @self is gone. */
static void
finish (Asking *self)
{
  close_prompt (self);
  if (self->cancelling != NULL)
    g_source_destroy (self->cancelling);
  g_clear_pointer (&self->cancelling, g_source_unref);
  g_clear_object (&self->inner);

  g_mutex_lock (&self->mutex);
  self->done = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static void
take_answer (Asking *self, GAsyncResult *answer)
{
  Question *question = self->question;
  const char *password;

  if (question->application != NULL)
    {
      question->confirmed = self->gcr->prompt_confirm_finish (self->prompt, answer, &self->reason) == GCR_PROMPT_REPLY_CONTINUE;
      return;
    }

  password = self->gcr->prompt_password_finish (self->prompt, answer, &self->reason);
  if (password != NULL)
    question->secret = smd_secret_new_copy (smd_span_string (password));
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  take_answer (data, result);
  finish (data);
}

static void
on_open (GObject *source, GAsyncResult *result, gpointer data)
{
  Asking *self = data;
  Question *question = self->question;
  const Gcr *gcr = self->gcr;

  self->prompt = gcr->system_prompt_open_finish (result, &self->reason);
  if (self->prompt == NULL || g_cancellable_is_cancelled (self->inner))
    {
      finish (self);
      return;
    }

  (question->application != NULL ? describe_right : describe_password) (gcr, self->prompt, question);
  self->close_handler = g_signal_connect (self->prompt, "prompt-close", G_CALLBACK (on_close), &question->closed);
  (question->application != NULL ? gcr->prompt_confirm_async : gcr->prompt_password_async) (self->prompt, self->inner, on_answer, self);
}

static gboolean
begin (gpointer data)
{
  Asking *self = data;

  self->inner = g_cancellable_new ();
  if (self->cancellable != NULL)
    {
      self->cancelling = g_cancellable_source_new (self->cancellable);
      g_source_set_callback (self->cancelling, G_SOURCE_FUNC (on_cancelled), g_object_ref (self->inner), g_object_unref);
      g_source_attach (self->cancelling, NULL);
    }
  self->gcr->system_prompt_open_for_prompter_async (self->bus_name, -1, self->inner, on_open, self);
  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full) (nullable): why there is no answer */
static GError *
ask (const Gcr *gcr, const char *bus_name, Question *question, GCancellable *cancellable)
{
  Asking self = { .gcr = gcr, .bus_name = bus_name, .question = question, .cancellable = cancellable };

  g_mutex_init (&self.mutex);
  g_cond_init (&self.cond);
  g_idle_add_full (G_PRIORITY_DEFAULT, begin, &self, NULL);

  g_mutex_lock (&self.mutex);
  while (!self.done)
    g_cond_wait (&self.cond, &self.mutex);
  g_mutex_unlock (&self.mutex);
  g_mutex_clear (&self.mutex);
  g_cond_clear (&self.cond);
  return self.reason;
}

/* Returns: FALSE on error; else there may still be no answer, because the user gave none */
static gboolean
ask_question (SmdPrompter *prompter, Question *question, GCancellable *cancellable, GError **error)
{
  static const SmdLibrary library = { SMD_GCR_LIBRARY, symbols, sizeof (Gcr) };
  static gsize functions = 0;
  const Gcr *gcr = smd_library_get (&library, &functions);
  GError *reason = NULL;

  if (gcr != NULL)
    reason = ask (gcr, SMD_SYSTEM_PROMPTER (prompter)->bus_name, question, cancellable);
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
