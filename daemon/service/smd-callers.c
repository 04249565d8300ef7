/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-callers.h"

#include "smd-peer.h"

struct _SmdCallers
{
  GDBusConnection *connection; /* (owned) */
  SmdPool *pool;               /* (unowned) */
  guint watch;
  GMutex lock;
  GHashTable *senders;         /* (owned) unique name -> SmdCaller (owned); under the lock, as all that is in them */
};

/* A connection that has called, until it leaves */
struct _SmdCaller
{
  gatomicrefcount refs;
  gboolean has_left;
  char *name;           /* (owned) */
  GHashTable *calls;    /* (owned) data -> SmdCallerLeft */
  SmdShare *share;      /* (owned) */
  gboolean is_known;
  GArray *waiting;      /* (owned) (nullable) of Waiting: while the bus is asked */
};

typedef struct
{
  SmdCallerKnown known;
  gpointer data; /* (unowned) */
} Waiting;

/* The bus is being asked. */
typedef struct
{
  SmdCallers *callers; /* (unowned) a call waits, which it outlives */
  SmdCaller *caller;   /* (owned) */
  char *application;   /* (owned) (nullable) */
  GError *error;       /* (owned) (nullable) */
} Question;

static void
caller_unref (gpointer data)
{
  SmdCaller *caller = data;

  if (!g_atomic_ref_count_dec (&caller->refs))
    return;

  g_free (caller->name);
  g_hash_table_unref (caller->calls);
  smd_share_unref (caller->share);
  g_clear_pointer (&caller->waiting, g_array_unref);
  g_free (caller);
}

/* Returns: (transfer container): its calls, which nobody can remove any more */
static GHashTable *
forget (SmdCallers *self, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SmdCaller *caller;
  GHashTable *calls;

  if (!g_hash_table_steal_extended (self->senders, name, NULL, (gpointer *) &caller))
    return NULL;

  caller->has_left = TRUE;
  calls = g_hash_table_ref (caller->calls);
  caller_unref (caller);
  return calls;
}

static void
take_leave (SmdCallers *self, const char *name)
{
  g_autoptr (GHashTable) calls = forget (self, name);
  GHashTableIter iter;
  gpointer data;
  gpointer left;

  if (calls == NULL)
    return;

  g_hash_table_iter_init (&iter, calls);
  while (g_hash_table_iter_next (&iter, &data, &left))
    ((SmdCallerLeft) left) (data);
}

static void
on_owner_changed (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal,
                  GVariant *parameters, gpointer user_data)
{
  const char *name;
  const char *owner;

  g_variant_get (parameters, "(&s&s&s)", &name, NULL, &owner);
  if (*owner == '\0')
    take_leave (user_data, name);
}

static char **
list_names (SmdCallers *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree const char **names = (const char **) g_hash_table_get_keys_as_array (self->senders, NULL);

  return g_strdupv ((char **) names);
}

/* With the bus, all have left: nobody waits for what is under way. */
static void
on_closed (SmdCallers *self)
{
  g_auto (GStrv) names = list_names (self);

  for (char **name = names; *name != NULL; name++)
    take_leave (self, *name);
}

SmdCallers *
smd_callers_new (GDBusConnection *connection, SmdPool *pool)
{
  SmdCallers *self = g_new0 (SmdCallers, 1);

  self->connection = g_object_ref (connection);
  self->pool = pool;
  g_mutex_init (&self->lock);
  self->senders = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, caller_unref);
  self->watch = g_dbus_connection_signal_subscribe (connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
                                                    "/org/freedesktop/DBus", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed, self,
                                                    NULL);
  g_signal_connect_swapped (connection, "closed", G_CALLBACK (on_closed), self);
  return self;
}

void
smd_callers_free (SmdCallers *self)
{
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_dbus_connection_signal_unsubscribe (self->connection, self->watch);
  g_hash_table_unref (self->senders);
  g_mutex_clear (&self->lock);
  g_object_unref (self->connection);
  g_free (self);
}

/* Called with the lock held. */
static SmdCaller *
get_caller (SmdCallers *self, const char *sender)
{
  SmdCaller *caller = g_hash_table_lookup (self->senders, sender);

  if (caller != NULL)
    return caller;

  caller = g_new0 (SmdCaller, 1);
  g_atomic_ref_count_init (&caller->refs);
  caller->name = g_strdup (sender);
  caller->calls = g_hash_table_new (NULL, NULL);
  caller->share = smd_share_new (NULL);
  g_hash_table_insert (self->senders, caller->name, caller);
  return caller;
}

void
smd_callers_add (SmdCallers *self, const char *sender, SmdCallerLeft left, gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_hash_table_insert (get_caller (self, sender)->calls, data, left);
}

gboolean
smd_callers_remove (SmdCallers *self, const char *sender, gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SmdCaller *caller = g_hash_table_lookup (self->senders, sender);
  gboolean removed = caller != NULL && g_hash_table_remove (caller->calls, data);

  if (caller != NULL && !caller->is_known && caller->waiting == NULL && g_hash_table_size (caller->calls) == 0)
    g_hash_table_remove (self->senders, sender);
  return removed;
}

SmdShare *
smd_callers_ref_share (SmdCallers *self, const char *sender)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return smd_share_ref (get_caller (self, sender)->share);
}

gboolean
smd_callers_is_free (SmdCallers *self, const char *sender)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const SmdCaller *caller = g_hash_table_lookup (self->senders, sender);

  return caller != NULL && caller->is_known && smd_share_get_application (caller->share) == NULL;
}

/* Returns: (transfer full): the same for all connections of the application */
static SmdShare *
share_of_application (SmdCallers *self, const char *application)
{
  GHashTableIter iter;
  gpointer one;

  g_hash_table_iter_init (&iter, self->senders);
  while (g_hash_table_iter_next (&iter, NULL, &one))
    if (g_strcmp0 (smd_share_get_application (((SmdCaller *) one)->share), application) == 0)
      return smd_share_ref (((SmdCaller *) one)->share);

  return smd_share_new (application);
}

/* Called with the lock held. */
static void
take_application (SmdCallers *self, SmdCaller *caller, const char *application)
{
  SmdShare *share;

  caller->is_known = TRUE;
  if (application == NULL)
    return;

  share = caller->has_left ? smd_share_new (application) : share_of_application (self, application);
  smd_share_unref (caller->share);
  caller->share = share;
}

/* Returns: (transfer full): of Waiting */
static GArray *
take_answer (Question *question, SmdShare **share)
{
  SmdCaller *caller = question->caller;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&question->callers->lock);

  if (question->error == NULL)
    take_application (question->callers, caller, question->application);
  *share = smd_share_ref (caller->share);
  return g_steal_pointer (&caller->waiting);
}

/* Main thread: it is known now, or can't be told. */
static gboolean
answer (gpointer data)
{
  Question *question = data;
  g_autoptr (SmdShare) share = NULL;
  g_autoptr (GArray) waiting = take_answer (question, &share);

  for (guint i = 0; i < waiting->len; i++)
    {
      const Waiting *one = &g_array_index (waiting, Waiting, i);

      one->known (share, question->error, one->data);
    }

  caller_unref (question->caller);
  g_free (question->application);
  g_clear_error (&question->error);
  g_free (question);
  return G_SOURCE_REMOVE;
}

static void
run_question (gpointer data)
{
  Question *question = data;

  if (!smd_peer_find_application (question->callers->connection, question->caller->name, &question->application, &question->error))
    g_debug ("%s: %s", question->caller->name, question->error->message);
  g_idle_add_full (G_PRIORITY_DEFAULT, answer, question, NULL);
}

static void
ask (SmdCallers *self, SmdCaller *caller)
{
  Question *question = g_new0 (Question, 1);

  question->callers = self;
  question->caller = caller;
  if (!smd_pool_push (self->pool, self, run_question, question, &question->error))
    g_idle_add_full (G_PRIORITY_DEFAULT, answer, question, NULL);
}

/*
 * Returns: (transfer full) (nullable): the share of a caller who is known. Else @waiting is told later; and @asked is set, (transfer full), if
 * nobody has asked yet.
 */
static SmdShare *
look_up (SmdCallers *self, const char *sender, const Waiting *waiting, SmdCaller **asked)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SmdCaller *caller = get_caller (self, sender);

  if (caller->is_known)
    return smd_share_ref (caller->share);

  if (caller->waiting == NULL)
    {
      caller->waiting = g_array_new (FALSE, FALSE, sizeof *waiting);
      g_atomic_ref_count_inc (&caller->refs);
      *asked = caller;
    }
  g_array_append_vals (caller->waiting, waiting, 1);
  return NULL;
}

void
smd_callers_identify (SmdCallers *self, const char *sender, SmdCallerKnown known, gpointer data)
{
  const Waiting waiting = { known, data };
  SmdCaller *asked = NULL;
  g_autoptr (SmdShare) share = look_up (self, sender, &waiting, &asked);

  if (share != NULL)
    known (share, NULL, data);
  else if (asked != NULL)
    ask (self, asked);
}
