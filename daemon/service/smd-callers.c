/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-callers.h"

#include "smd-peer.h"

struct _SmdFreeCallers
{
  GMutex lock;
  GHashTable *names; /* (owned) under the lock */
};

struct _SmdCallers
{
  GDBusConnection *connection; /* (owned) */
  SmdPool *pool;               /* (unowned) */
  guint watch;
  GHashTable *senders;         /* (owned) unique name -> SmdCaller (owned) */
  SmdFreeCallers *free;        /* (owned) */
};

/* A connection that has called, until it leaves */
struct _SmdCaller
{
  gatomicrefcount refs;
  SmdCallers *callers;  /* (unowned) (nullable) once it has left */
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
  SmdCaller *caller;           /* (owned) */
  GDBusConnection *connection; /* (owned) */
  char *application;           /* (owned) (nullable) */
  GError *error;               /* (owned) (nullable) */
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

static SmdFreeCallers *
free_callers_new (void)
{
  SmdFreeCallers *self = g_atomic_rc_box_new0 (SmdFreeCallers);

  g_mutex_init (&self->lock);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static void
free_callers_clear (gpointer data)
{
  SmdFreeCallers *self = data;

  g_mutex_clear (&self->lock);
  g_hash_table_unref (self->names);
}

void
smd_free_callers_unref (SmdFreeCallers *self)
{
  g_atomic_rc_box_release_full (self, free_callers_clear);
}

static void
free_callers_set (SmdFreeCallers *self, const char *name, gboolean is_free)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (is_free)
    g_hash_table_add (self->names, g_strdup (name));
  else
    g_hash_table_remove (self->names, name);
}

gboolean
smd_free_callers_contain (SmdFreeCallers *self, const char *sender)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_hash_table_contains (self->names, sender);
}

static void
take_leave (SmdCallers *self, const char *name)
{
  SmdCaller *caller;
  GHashTableIter iter;
  gpointer data;
  gpointer left;

  if (!g_hash_table_steal_extended (self->senders, name, NULL, (gpointer *) &caller))
    return;

  free_callers_set (self->free, name, FALSE);
  caller->callers = NULL;
  g_hash_table_iter_init (&iter, caller->calls);
  while (g_hash_table_iter_next (&iter, &data, &left))
    ((SmdCallerLeft) left) (data);
  caller_unref (caller);
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

/* With the bus, all have left: nobody waits for what is under way. */
static void
on_closed (SmdCallers *self)
{
  g_autoptr (GList) names = g_hash_table_get_keys (self->senders);

  for (GList *link = names; link != NULL; link = link->next)
    take_leave (self, link->data);
}

SmdCallers *
smd_callers_new (GDBusConnection *connection, SmdPool *pool)
{
  SmdCallers *self = g_new0 (SmdCallers, 1);

  self->connection = g_object_ref (connection);
  self->pool = pool;
  self->senders = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, caller_unref);
  self->free = free_callers_new ();
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
  smd_free_callers_unref (self->free);
  g_object_unref (self->connection);
  g_free (self);
}

static SmdCaller *
get_caller (SmdCallers *self, const char *sender)
{
  SmdCaller *caller = g_hash_table_lookup (self->senders, sender);

  if (caller != NULL)
    return caller;

  caller = g_new0 (SmdCaller, 1);
  g_atomic_ref_count_init (&caller->refs);
  caller->callers = self;
  caller->name = g_strdup (sender);
  caller->calls = g_hash_table_new (NULL, NULL);
  caller->share = smd_share_new (NULL);
  g_hash_table_insert (self->senders, caller->name, caller);
  return caller;
}

void
smd_callers_add (SmdCallers *self, const char *sender, SmdCallerLeft left, gpointer data)
{
  g_hash_table_insert (get_caller (self, sender)->calls, data, left);
}

void
smd_callers_remove (SmdCallers *self, const char *sender, gpointer data)
{
  SmdCaller *caller = g_hash_table_lookup (self->senders, sender);

  if (caller == NULL)
    return;

  g_hash_table_remove (caller->calls, data);
  if (!caller->is_known && caller->waiting == NULL && g_hash_table_size (caller->calls) == 0)
    g_hash_table_remove (self->senders, sender);
}

SmdShare *
smd_callers_get_share (SmdCallers *self, const char *sender)
{
  return get_caller (self, sender)->share;
}

SmdFreeCallers *
smd_callers_ref_free (SmdCallers *self)
{
  return g_atomic_rc_box_acquire (self->free);
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

static void
take_application (SmdCaller *caller, const char *application)
{
  SmdCallers *self = caller->callers;

  caller->is_known = TRUE;
  if (application != NULL)
    {
      SmdShare *share = self != NULL ? share_of_application (self, application) : smd_share_new (application);

      smd_share_unref (caller->share);
      caller->share = share;
    }
  else if (self != NULL)
    free_callers_set (self->free, caller->name, TRUE);
}

/* Main thread: it is known now, or can't be told. */
static gboolean
answer (gpointer data)
{
  Question *question = data;
  SmdCaller *caller = question->caller;
  g_autoptr (GArray) waiting = g_steal_pointer (&caller->waiting);

  if (question->error == NULL)
    take_application (caller, question->application);
  for (guint i = 0; i < waiting->len; i++)
    {
      const Waiting *one = &g_array_index (waiting, Waiting, i);

      one->known (caller->share, question->error, one->data);
    }

  caller_unref (caller);
  g_object_unref (question->connection);
  g_free (question->application);
  g_clear_error (&question->error);
  g_free (question);
  return G_SOURCE_REMOVE;
}

static void
run_question (gpointer data)
{
  Question *question = data;

  if (!smd_peer_find_application (question->connection, question->caller->name, &question->application, &question->error))
    g_debug ("%s: %s", question->caller->name, question->error->message);
  g_idle_add_full (G_PRIORITY_DEFAULT, answer, question, NULL);
}

static void
ask (SmdCallers *self, SmdCaller *caller)
{
  Question *question = g_new0 (Question, 1);

  g_atomic_ref_count_inc (&caller->refs);
  question->caller = caller;
  question->connection = g_object_ref (self->connection);
  if (!smd_pool_push (self->pool, self, run_question, question, &question->error))
    g_idle_add_full (G_PRIORITY_DEFAULT, answer, question, NULL);
}

void
smd_callers_identify (SmdCallers *self, const char *sender, SmdCallerKnown known, gpointer data)
{
  SmdCaller *caller = get_caller (self, sender);
  const Waiting waiting = { known, data };

  if (caller->is_known)
    {
      known (caller->share, NULL, data);
      return;
    }

  if (caller->waiting != NULL)
    {
      g_array_append_val (caller->waiting, waiting);
      return;
    }

  caller->waiting = g_array_new (FALSE, FALSE, sizeof waiting);
  g_array_append_val (caller->waiting, waiting);
  ask (self, caller);
}
