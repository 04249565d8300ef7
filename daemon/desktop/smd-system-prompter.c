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
  typeof (gcr_prompt_password_async) *run;
  typeof (gcr_prompt_password_finish) *finish;
} Gcr;

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
         load_symbol (module, "gcr_prompt_password_async", &gcr->run) &&
         load_symbol (module, "gcr_prompt_password_finish", &gcr->finish);
}

static void
take_error (GError *reason, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_is_cancelled (cancellable))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  else
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                 "The desktop can't ask for the password: %s: pass it with password-fd", reason->message);
  g_clear_error (&reason);
}

static void
describe (const Gcr *gcr, GcrPrompt *prompt, SmdPromptPurpose purpose, SmdPromptComplaint complaint)
{
  g_auto (SmdLanguage) language = smd_language_speak ();
  gboolean protect = purpose == SMD_PROMPT_PROTECT_FILE;
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
  gcr->set_warning (prompt, warnings[complaint]);
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
await_answer (const Gcr *gcr, GcrPrompt *prompt, GCancellable *cancellable)
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
  gcr->run (prompt, inner, on_answer, &answer);
  while (answer == NULL)
    g_main_context_iteration (context, TRUE);
  if (source != NULL)
    {
      g_source_destroy (source);
      g_source_unref (source);
    }
  return answer;
}

/* Returns: (transfer full) (nullable): the answer; %NULL without @reason if there was none */
static SmdSecret *
run_prompt (const Gcr *gcr, GcrPrompt *prompt, GCancellable *cancellable, GError **reason)
{
  g_autoptr (GAsyncResult) answer = await_answer (gcr, prompt, cancellable);
  const char *password = gcr->finish (prompt, answer, reason);
  SmdSecret *secret = NULL;

  if (password != NULL)
    secret = smd_secret_new_copy (smd_span_string (password));
  /* The answer is there or not: nothing can be done about a prompt that doesn't close. */
  (void) gcr->close ((GcrSystemPrompt *) prompt, NULL, NULL);
  return secret;
}

static SmdSecret *
ask (const Gcr *gcr, const char *bus_name, SmdPromptPurpose purpose, SmdPromptComplaint complaint, GCancellable *cancellable,
     GError **reason)
{
  GcrPrompt *prompt = gcr->open (bus_name, -1, cancellable, reason);
  SmdSecret *secret = NULL;

  if (prompt != NULL)
    {
      describe (gcr, prompt, purpose, complaint);
      secret = run_prompt (gcr, prompt, cancellable, reason);
    }
  g_clear_object (&prompt);
  return secret;
}

/*
 * In a context of this thread alone: gcr (3.41) isn't made for two threads, and its own gcr_prompt_password_run(), which runs the main thread's
 * context from here, misses an answer that comes too fast.
 */
static SmdSecret *
ask_apart (const Gcr *gcr, const char *bus_name, SmdPromptPurpose purpose, SmdPromptComplaint complaint, GCancellable *cancellable,
           GError **reason)
{
  GMainContext *context = g_main_context_new ();
  SmdSecret *secret;

  g_main_context_push_thread_default (context);
  secret = ask (gcr, bus_name, purpose, complaint, cancellable, reason);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return secret;
}

static SmdSecret *
ask_password (SmdPrompter *prompter, SmdPromptPurpose purpose, SmdPromptComplaint complaint, GCancellable *cancellable,
              GError **error)
{
  SmdSecret *secret;
  GError *reason = NULL;
  Gcr gcr;

  if (!load_gcr (&gcr))
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED,
                           "This system can't ask for the password, because " SMD_GCR_LIBRARY " is missing: pass it with password-fd");
      return NULL;
    }

  secret = ask_apart (&gcr, SMD_SYSTEM_PROMPTER (prompter)->bus_name, purpose, complaint, cancellable, &reason);
  if (secret == NULL && (reason != NULL || g_cancellable_is_cancelled (cancellable)))
    take_error (reason, cancellable, error);
  else if (secret == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED, "The password was not given: its prompt was closed");
  return secret;
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

#endif

static void
init_interface (SmdPrompterInterface *iface)
{
  iface->ask_password = ask_password;
}
