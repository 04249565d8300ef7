/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-call.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

#include "smimectl-progress.h"

#define NAME "org.smimed.Smime1"
#define TOKEN "smimectl"
#define GRACE 1000 /* milliseconds that a service may take to tell that the deadline has passed */

typedef struct
{
  SmimectlContext *context; /* (unowned) */
  const SmimectlCall *call; /* (unowned) */
  GVariant *arguments;      /* (owned) */
  GCancellable *waiting;    /* (owned) */
  GMainLoop *loop;          /* (owned) */
  char *job;                /* (owned) the path of its object */
  GVariant *reply;          /* (owned) (nullable) */
  GUnixFDList *out_fds;     /* (owned) (nullable) */
  GError *error;            /* (owned) (nullable) */
  gboolean overdue;         /* the deadline has passed, and the service doesn't say so */
} Run;

typedef struct
{
  Run *run; /* (unowned) */
  int number;
} Interrupt;

static char *
job_path (const SmimectlContext *context)
{
  char *path = g_strdup_printf ("/org/smimed/Smime1/jobs/%s/" TOKEN, g_dbus_connection_get_unique_name (context->bus) + 1);

  return g_strdelimit (path, ".", '_');
}

/* The arguments and `a{sv} options` as one tuple */
static GVariant *
with_options (const SmimectlContext *context, const SmimectlCall *call)
{
  g_auto (GVariantDict) none = G_VARIANT_DICT_INIT (NULL);
  GVariantDict *options = call->options != NULL ? call->options : &none;
  g_autoptr (GVariant) arguments = call->arguments != NULL ? g_variant_ref_sink (call->arguments) : NULL;
  GVariantBuilder tuple;

  g_variant_builder_init (&tuple, G_VARIANT_TYPE_TUPLE);
  for (gsize i = 0; arguments != NULL && i < g_variant_n_children (arguments); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (arguments, i);

      g_variant_builder_add_value (&tuple, child);
    }

  g_variant_dict_insert (options, "job", "s", TOKEN);
  if (context->deadline > 0)
    g_variant_dict_insert (options, "deadline", "u", (guint) CLAMP (context->deadline * 1000, 1, G_MAXUINT));
  if (context->no_prompt)
    g_variant_dict_insert (options, "interactive", "b", FALSE);
  if (context->offline)
    g_variant_dict_insert (options, "network", "s", "cache-only");
  g_variant_builder_add_value (&tuple, g_variant_dict_end (options));
  return g_variant_ref_sink (g_variant_builder_end (&tuple));
}

static gboolean
on_done (gpointer data)
{
  Run *run = data;

  g_main_loop_quit (run->loop);
  return G_SOURCE_REMOVE;
}

/* In a thread of its own, so that the main one can show progress and hear Ctrl-C. */
static gpointer
run_call (gpointer data)
{
  Run *run = data;

  run->reply = smimed_client_call_sync (run->context->client, run->call->path, run->call->interface, run->call->method, run->arguments,
                                        run->call->fds, &run->out_fds, run->waiting, &run->error);
  g_idle_add (on_done, run);
  return NULL;
}

static gboolean
on_interrupt (gpointer data)
{
  const Interrupt *interrupt = data;
  Run *run = interrupt->run;

  if (run->context->interrupted != 0)
    g_cancellable_cancel (run->waiting);
  else
    g_dbus_connection_call (run->context->bus, NAME, run->job, NAME ".Job", "Cancel", g_variant_new ("(a{sv})", NULL), NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
  run->context->interrupted = interrupt->number;
  return G_SOURCE_CONTINUE;
}

/* The service keeps the deadline itself, unless it hangs. */
static gboolean
on_overdue (gpointer data)
{
  Run *run = data;

  run->overdue = TRUE;
  g_cancellable_cancel (run->waiting);
  return G_SOURCE_CONTINUE;
}

static void
wait_for (Run *run)
{
  g_autoptr (SmimectlProgress) progress = smimectl_progress_new (run->context, run->job);
  Interrupt interrupts[] = { { run, SIGINT }, { run, SIGTERM }, { run, SIGHUP } };
  guint sources[G_N_ELEMENTS (interrupts)];
  guint deadline = 0;
  GThread *thread;

  for (guint i = 0; i < G_N_ELEMENTS (interrupts); i++)
    sources[i] = g_unix_signal_add (interrupts[i].number, on_interrupt, &interrupts[i]);
  if (run->context->deadline > 0)
    deadline = g_timeout_add ((guint) MIN (run->context->deadline * 1000 + GRACE, G_MAXINT), on_overdue, run);
  smimectl_context_hold_signals (TRUE);
  thread = g_thread_new ("call", run_call, run);
  smimectl_context_hold_signals (FALSE);
  g_main_loop_run (run->loop);
  g_thread_join (thread);
  g_clear_handle_id (&deadline, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (interrupts); i++)
    g_source_remove (sources[i]);
}

GVariant *
smimectl_call (SmimectlContext *context, const SmimectlCall *call, GUnixFDList **out_fds, GError **error)
{
  Run run = { .context = context, .call = call };

  run.arguments = with_options (context, call);
  run.waiting = g_cancellable_new ();
  run.loop = g_main_loop_new (NULL, FALSE);
  run.job = job_path (context);
  wait_for (&run);
  if (run.reply != NULL)
    context->interrupted = 0; /* it came too late */

  g_variant_unref (run.arguments);
  g_object_unref (run.waiting);
  g_main_loop_unref (run.loop);
  g_free (run.job);
  if (out_fds != NULL)
    *out_fds = g_steal_pointer (&run.out_fds);
  g_clear_object (&run.out_fds);
  if (run.overdue && g_error_matches (run.error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&run.error);
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED, _ ("The service doesn't answer"));
    }
  else if (run.error != NULL)
    g_propagate_error (error, run.error);
  return run.reply;
}
