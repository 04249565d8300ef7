/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <glib-object.h>
#include <sanitizer/tsan_interface.h>

/*
 * Linked into all programs of a build for ThreadSanitizer. GLib isn't instrumented and takes its locks with futexes, so that the sanitizer sees
 * none of them, and calls everything a race. Here stands in front of each function that hands something from one thread to another a
 * namesake that tells it.
 */

#define ORIGINAL(name) static __typeof__ (name) *original; if (original == NULL) original = dlsym (RTLD_NEXT, #name)

/* Locks */

#define LOCK(name, type)                                                                                                                      \
  void name (type *lock)                                                                                                                      \
  {                                                                                                                                           \
    ORIGINAL (name);                                                                                                                          \
    original (lock);                                                                                                                          \
    __tsan_acquire (lock);                                                                                                                    \
  }

#define UNLOCK(name, type)                                                                                                                    \
  void name (type *lock)                                                                                                                      \
  {                                                                                                                                           \
    ORIGINAL (name);                                                                                                                          \
    __tsan_release (lock);                                                                                                                    \
    original (lock);                                                                                                                          \
  }

LOCK (g_mutex_lock, GMutex)
UNLOCK (g_mutex_unlock, GMutex)
LOCK (g_rec_mutex_lock, GRecMutex)
UNLOCK (g_rec_mutex_unlock, GRecMutex)
LOCK (g_rw_lock_reader_lock, GRWLock)
UNLOCK (g_rw_lock_reader_unlock, GRWLock)
LOCK (g_rw_lock_writer_lock, GRWLock)
UNLOCK (g_rw_lock_writer_unlock, GRWLock)

gboolean
g_mutex_trylock (GMutex *lock)
{
  ORIGINAL (g_mutex_trylock);
  gboolean taken = original (lock);

  if (taken)
    __tsan_acquire (lock);
  return taken;
}

void
g_cond_wait (GCond *cond, GMutex *lock)
{
  ORIGINAL (g_cond_wait);
  __tsan_release (lock);
  original (cond, lock);
  __tsan_acquire (lock);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *lock, gint64 end)
{
  ORIGINAL (g_cond_wait_until);
  __tsan_release (lock);
  gboolean timely = original (cond, lock, end);

  __tsan_acquire (lock);
  return timely;
}

#undef g_once_init_enter
#undef g_once_init_leave

gboolean
g_once_init_enter (volatile void *place)
{
  ORIGINAL (g_once_init_enter);
  gboolean first = original (place);

  __tsan_acquire ((void *) place);
  return first;
}

void
g_once_init_leave (volatile void *place, gsize value)
{
  ORIGINAL (g_once_init_leave);
  __tsan_release ((void *) place);
  original (place, value);
}

/* References: who gives back the last one has seen what all others did. */

#define UNREF(name, type)                                                                                                                     \
  void name (type object)                                                                                                                     \
  {                                                                                                                                           \
    ORIGINAL (name);                                                                                                                          \
    __tsan_release ((void *) object);                                                                                                         \
    __tsan_acquire ((void *) object);                                                                                                         \
    original (object);                                                                                                                        \
  }

#undef g_object_unref
UNREF (g_object_unref, gpointer)
UNREF (g_bytes_unref, GBytes *)
UNREF (g_variant_unref, GVariant *)
UNREF (g_ptr_array_unref, GPtrArray *)
UNREF (g_array_unref, GArray *)
UNREF (g_hash_table_unref, GHashTable *)
UNREF (g_atomic_rc_box_release, gpointer)

void
g_atomic_rc_box_release_full (gpointer box, GDestroyNotify clear)
{
  ORIGINAL (g_atomic_rc_box_release_full);
  __tsan_release (box);
  __tsan_acquire (box);
  original (box, clear);
}

gboolean
(g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  ORIGINAL (g_atomic_ref_count_dec);
  gboolean was_last;

  __tsan_release (count);
  was_last = original (count);
  if (was_last)
    __tsan_acquire (count);
  return was_last;
}

/* What is handed over to be called elsewhere */

typedef struct
{
  GSourceFunc func;
  gpointer data;         /* (owned) in the caller's sense */
  GDestroyNotify notify;
} Call;

static gboolean
run_call (gpointer data)
{
  Call *call = data;

  __tsan_acquire (call);
  return call->func (call->data);
}

static void
free_call (gpointer data)
{
  Call *call = data;

  __tsan_acquire (call);
  if (call->notify != NULL)
    call->notify (call->data);
  g_free (call);
}

static Call *
call_new (GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  Call *call = g_new (Call, 1);

  *call = (Call){ func, data, notify };
  __tsan_release (call);
  return call;
}

guint
g_idle_add_full (gint priority, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  ORIGINAL (g_idle_add_full);
  return original (priority, run_call, call_new (func, data, notify), free_call);
}

typedef struct
{
  GFunc func;
  gpointer data; /* (unowned) */
} Pool;

static void
run_pooled (gpointer work, gpointer data)
{
  Pool *pool = data;

  __tsan_acquire (work);
  pool->func (work, pool->data);
  __tsan_release (pool);
}

/* What describes the pool stays: only tests and the daemon's end free pools. */
GThreadPool *
g_thread_pool_new (GFunc func, gpointer data, gint most, gboolean exclusive, GError **error)
{
  ORIGINAL (g_thread_pool_new);
  Pool *pool = g_new (Pool, 1);

  *pool = (Pool){ func, data };
  return original (run_pooled, pool, most, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer work, GError **error)
{
  ORIGINAL (g_thread_pool_push);
  __tsan_release (work);
  return original (pool, work, error);
}

void
g_thread_pool_free (GThreadPool *pool, gboolean immediate, gboolean wait)
{
  ORIGINAL (g_thread_pool_free);
  gpointer data = pool->user_data;

  original (pool, immediate, wait);
  __tsan_acquire (data);
}

#define HAND_OVER(name)                                                                                                                       \
  void name (GAsyncQueue *queue, gpointer work)                                                                                               \
  {                                                                                                                                           \
    ORIGINAL (name);                                                                                                                          \
    __tsan_release (work);                                                                                                                    \
    original (queue, work);                                                                                                                   \
  }

HAND_OVER (g_async_queue_push)

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  ORIGINAL (g_async_queue_pop);
  gpointer work = original (queue);

  __tsan_acquire (work);
  return work;
}
