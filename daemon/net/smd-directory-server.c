/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory-server.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "smimed-error.h"

#define MOST_CONNECTIONS 2
#define IDLE (10 * (gint64) G_USEC_PER_SEC)    /* a connection is kept for the next letter that is typed */
#define PATIENCE (5 * (gint64) G_USEC_PER_SEC) /* with a server that says nothing; later askers aren't made to wait for it, too */
#define BACK_OFF_FIRST ((gint64) G_USEC_PER_SEC)
#define BACK_OFF_LONGEST (120 * (gint64) G_USEC_PER_SEC)
#define BACK_OFF_FACTOR 6                      /* of the time that failing took: who refuses at once may be asked again soon */
#define MOST_TRIES 2                           /* one with others, one alone: a single monstrous entry ends its connection */

struct _SmdDirectoryServer
{
  int references;
  char *text;              /* (owned) */
  SmdDirectoryUrl *url;    /* (owned) (nullable): the setting is wrong */
  SmdCrypto *crypto;       /* (owned) */
  guint64 *serial;         /* (unowned) */
  GMutex *lock;            /* (unowned) */
  GCond *landing;          /* (unowned) */
  GCond work;              /* there are questions, or it ends */
  GCancellable *stop;      /* (owned) */
  int wake;                /* eventfd, for sessions that wait for the server */
  SmdDirectoryCache *cache; /* (owned) */
  GHashTable *questions;   /* (owned) address -> SmdDirectoryQuestion (unowned): what can be joined */
  GQueue waiting;          /* of SmdDirectoryQuestion (owned) */
  GQueue alone;            /* of SmdDirectoryQuestion (owned): failed in company */
  guint connections;
  guint idle;
  guint busy;              /* questions in sessions */
  GError *failure;         /* (owned) (nullable): of the last connection */
  gint64 failed_until;     /* monotonic microseconds */
  gint64 silent_since;     /* 0: nothing is under way */
};

/* One thread's work. */
typedef struct
{
  SmdDirectoryServer *server;   /* (unowned) */
  SmdDirectorySession *session; /* (owned) (nullable) */
  gboolean single;              /* one question of @alone is asked, and nothing besides */
  gboolean given;               /* that one has been given out */
} Worker;

SmdDirectoryServer *
smd_directory_server_new (const char *url, SmdCrypto *crypto, guint64 *serial, GMutex *lock, GCond *landing)
{
  SmdDirectoryServer *self = g_new0 (SmdDirectoryServer, 1);

  self->references = 1;
  self->text = g_strdup (url);
  self->url = smd_directory_url_new (url, &self->failure);
  self->failed_until = self->url == NULL ? G_MAXINT64 : 0;
  self->crypto = smd_crypto_ref (crypto);
  self->serial = serial;
  self->lock = lock;
  self->landing = landing;
  self->stop = g_cancellable_new ();
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->cache = smd_directory_cache_new ();
  self->questions = g_hash_table_new (g_str_hash, g_str_equal);
  g_cond_init (&self->work);
  g_queue_init (&self->waiting);
  g_queue_init (&self->alone);
  return self;
}

SmdDirectoryServer *
smd_directory_server_ref (SmdDirectoryServer *self)
{
  self->references++;
  return self;
}

void
smd_directory_server_unref (SmdDirectoryServer *self)
{
  if (--self->references > 0)
    return;
  g_free (self->text);
  g_clear_pointer (&self->url, smd_directory_url_free);
  smd_crypto_unref (self->crypto);
  g_object_unref (self->stop);
  if (self->wake >= 0)
    close (self->wake);
  smd_directory_cache_free (self->cache);
  g_hash_table_unref (self->questions);
  g_cond_clear (&self->work);
  g_clear_error (&self->failure);
  g_free (self);
}

const char *
smd_directory_server_get_url (SmdDirectoryServer *self)
{
  return self->text;
}

/* Questions */

static SmdDirectoryQuestion *
question_new (SmdDirectoryServer *self, const char *address)
{
  SmdDirectoryQuestion *question = g_new0 (SmdDirectoryQuestion, 1);

  question->address = g_strdup (address);
  question->answer = smd_directory_answer_new (self->text);
  question->references = 1;
  return question;
}

void
smd_directory_question_unref (SmdDirectoryQuestion *self)
{
  if (--self->references > 0)
    return;
  g_free (self->address);
  smd_directory_answer_unref (self->answer);
  g_free (self);
}

SmdDirectoryAnswer *
smd_directory_server_recall (SmdDirectoryServer *self, const char *address, gint64 now)
{
  SmdDirectoryAnswer *known = smd_directory_cache_lookup (self->cache, address, now);

  if (known != NULL)
    return smd_directory_answer_ref (known);
  if (now >= self->failed_until)
    return NULL;
  known = smd_directory_answer_new (self->text);
  known->failure = g_error_copy (self->failure);
  return known;
}

/* Whether those that are there have their hands full. */
static gboolean
needs_connection (SmdDirectoryServer *self)
{
  guint open = self->busy + self->waiting.length + self->alone.length;

  return self->idle == 0 && self->connections < MOST_CONNECTIONS && open > self->connections * SMD_DIRECTORY_WINDOW;
}

SmdDirectoryQuestion *
smd_directory_server_ask (SmdDirectoryServer *self, const char *address, gboolean *more)
{
  SmdDirectoryQuestion *question = g_hash_table_lookup (self->questions, address);
  guint64 one = 1;

  *more = FALSE;
  if (question == NULL)
    {
      question = question_new (self, address);
      g_hash_table_insert (self->questions, question->address, question);
      g_queue_push_tail (&self->waiting, question);
      *more = needs_connection (self);
      self->connections += *more ? 1 : 0;
      g_cond_signal (&self->work);
      /* Full: then it is awake already. */
      (void) !write (self->wake, &one, sizeof one);
    }
  question->references++;
  return question;
}

gboolean
smd_directory_server_is_silent (SmdDirectoryServer *self, gint64 asked)
{
  return self->silent_since != 0 && asked - self->silent_since > PATIENCE;
}

/* Lock held. @question: (transfer full) */
static void
land (SmdDirectoryServer *self, SmdDirectoryQuestion *question)
{
  question->landed = TRUE;
  question->answer->serial = ++*self->serial;
  g_hash_table_remove (self->questions, question->address);
  smd_directory_cache_store (self->cache, question->address, question->answer, g_get_monotonic_time ());
  smd_directory_question_unref (question);
  g_cond_broadcast (self->landing);
}

/* Lock held. @question: (transfer full) */
static void
fail_question (SmdDirectoryServer *self, SmdDirectoryQuestion *question, const GError *error)
{
  smd_directory_answer_unref (question->answer);
  question->answer = smd_directory_answer_new (self->text);
  question->answer->failure = g_error_copy (error);
  land (self, question);
}

static void
fail_waiting (SmdDirectoryServer *self, const GError *error)
{
  while (!g_queue_is_empty (&self->waiting))
    fail_question (self, g_queue_pop_head (&self->waiting), error);
  while (!g_queue_is_empty (&self->alone))
    fail_question (self, g_queue_pop_head (&self->alone), error);
}

/* Sessions. The next two are called by them, without the lock. */

static SmdDirectoryQuestion *
on_next (gpointer data)
{
  Worker *worker = data;
  SmdDirectoryServer *self = worker->server;
  SmdDirectoryQuestion *question = NULL;

  g_mutex_lock (self->lock);
  if (!worker->single || !worker->given)
    question = g_queue_pop_head (worker->single ? &self->alone : &self->waiting);
  worker->given = TRUE;
  self->busy += question != NULL ? 1 : 0;
  g_mutex_unlock (self->lock);
  return question;
}

static void
on_landed (SmdDirectoryQuestion *question, gpointer data)
{
  SmdDirectoryServer *self = ((Worker *) data)->server;

  g_mutex_lock (self->lock);
  self->busy--;
  self->silent_since = g_get_monotonic_time ();
  land (self, question);
  g_mutex_unlock (self->lock);
}

/* Lock held */
static void
requeue (SmdDirectoryServer *self, SmdDirectoryQuestion *question, const GError *error)
{
  self->busy--;
  if (++question->tries >= MOST_TRIES || g_cancellable_is_cancelled (self->stop))
    {
      fail_question (self, question, error);
      return;
    }
  smd_directory_answer_unref (question->answer);
  question->answer = smd_directory_answer_new (self->text);
  question->open = 0;
  question->members = 0;
  g_queue_push_tail (&self->alone, question);
}

/* Lock held */
static void
lose (Worker *worker, const GError *error)
{
  g_autoptr (GPtrArray) open = smd_directory_session_take_open (worker->session);

  g_clear_pointer (&worker->session, smd_directory_session_free);
  for (guint i = 0; i < open->len; i++)
    requeue (worker->server, open->pdata[i], error);
}

/* Lock held */
static void
note_failure (SmdDirectoryServer *self, GError *error, gint64 begun)
{
  gint64 now = g_get_monotonic_time ();

  fail_waiting (self, error);
  g_clear_error (&self->failure);
  self->failure = error;
  self->failed_until = now + CLAMP ((now - begun) * BACK_OFF_FACTOR, BACK_OFF_FIRST, BACK_OFF_LONGEST);
}

static SmdDirectorySession *
connect_session (Worker *worker, GError **error)
{
  SmdDirectoryServer *self = worker->server;
  const SmdLdapLibrary *library = smd_ldap_library (error);
  SmdDirectorySource source = { self->crypto, library, self->url, self->stop, self->wake, on_next, on_landed, worker };

  return library != NULL ? smd_directory_session_new (&source, error) : NULL;
}

/* Lock held on entry and on return, not between. */
static void
work (Worker *worker)
{
  SmdDirectoryServer *self = worker->server;
  gint64 begun = g_get_monotonic_time ();
  gboolean connected;
  gboolean good = FALSE;
  GError *error = NULL;

  worker->single = !g_queue_is_empty (&self->alone);
  worker->given = FALSE;
  self->silent_since = self->silent_since != 0 ? self->silent_since : begun;
  g_mutex_unlock (self->lock);
  if (worker->session == NULL)
    worker->session = connect_session (worker, &error);
  connected = worker->session != NULL;
  if (connected)
    good = smd_directory_session_run (worker->session, &error);
  g_mutex_lock (self->lock);

  if (!connected)
    note_failure (self, error, begun);
  else if (!good)
    lose (worker, error);
  if (connected)
    g_clear_error (&error);
  if (self->busy == 0 && self->waiting.length == 0)
    self->silent_since = 0;
}

/* Lock held. Returns: FALSE: nothing has come */
static gboolean
await_work (SmdDirectoryServer *self)
{
  gint64 until = g_get_monotonic_time () + IDLE;
  gboolean patient = TRUE;

  self->idle++;
  while (patient && self->waiting.length + self->alone.length == 0 && !g_cancellable_is_cancelled (self->stop))
    patient = g_cond_wait_until (&self->work, self->lock, until);
  self->idle--;
  return self->waiting.length + self->alone.length > 0;
}

void
smd_directory_server_serve (SmdDirectoryServer *self)
{
  Worker worker = { .server = self };

  g_mutex_lock (self->lock);
  while (await_work (self) && !g_cancellable_is_cancelled (self->stop))
    work (&worker);
  self->connections--;
  g_mutex_unlock (self->lock);
  g_clear_pointer (&worker.session, smd_directory_session_free);
}

void
smd_directory_server_flush (SmdDirectoryServer *self)
{
  smd_directory_cache_flush (self->cache);
  if (self->url != NULL)
    self->failed_until = 0;
}

void
smd_directory_server_stop (SmdDirectoryServer *self)
{
  g_autoptr (GError) error = g_error_new (SMIMED_ERROR, SMIMED_ERROR_FAILED, "The directory %s is not asked any more: the settings have changed",
                                          self->text);

  g_cancellable_cancel (self->stop);
  fail_waiting (self, error);
  g_cond_broadcast (&self->work);
}
