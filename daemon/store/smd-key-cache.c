/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-key-cache.h"

struct _SmdKeyCache
{
  gatomicrefcount references;
  GMutex mutex;    /* guards all below */
  GHashTable *keys; /* (owned) fingerprint -> CachedKey */
  guint seconds;
  GSource *timer; /* (owned) (nullable) only while there are keys */
};

typedef struct
{
  SmdPrivateKey *key; /* (owned) */
  gint64 used;        /* monotonic microseconds */
} CachedKey;

static void
cached_key_free (gpointer data)
{
  CachedKey *cached = data;

  smd_private_key_unref (cached->key);
  g_free (cached);
}

SmdKeyCache *
smd_key_cache_new (guint seconds)
{
  SmdKeyCache *self = g_new0 (SmdKeyCache, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cached_key_free);
  self->seconds = seconds;
  return self;
}

SmdKeyCache *
smd_key_cache_ref (SmdKeyCache *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_key_cache_unref (SmdKeyCache *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  /* The timer holds a reference, so that there is none now. */
  g_hash_table_unref (self->keys);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static void
stop_timer (SmdKeyCache *self)
{
  if (self->timer == NULL)
    return;

  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gint64
get_lifetime (SmdKeyCache *self)
{
  return (gint64) self->seconds * G_USEC_PER_SEC;
}

/* Drops what has lain too long. Returns: when the next one will have, G_MAXINT64 if none is left */
static gint64
drop_unused (SmdKeyCache *self, gint64 now)
{
  GHashTableIter iter;
  gpointer value;
  gint64 next = G_MAXINT64;

  g_hash_table_iter_init (&iter, self->keys);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      gint64 end = ((CachedKey *) value)->used + get_lifetime (self);

      if (end <= now)
        g_hash_table_iter_remove (&iter);
      else
        next = MIN (next, end);
    }
  return next;
}

static gboolean on_timer (gpointer data);

static void
start_timer (SmdKeyCache *self, gint64 when)
{
  gint64 wait = MAX (when - g_get_monotonic_time (), 0);

  stop_timer (self);
  self->timer = g_timeout_source_new ((guint) MIN (wait / 1000 + 1, G_MAXUINT));
  g_source_set_static_name (self->timer, "key cache");
  g_source_set_callback (self->timer, on_timer, smd_key_cache_ref (self), (GDestroyNotify) smd_key_cache_unref);
  g_source_attach (self->timer, NULL);
}

static gboolean
on_timer (gpointer data)
{
  SmdKeyCache *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gint64 next;

  /* A timer that was replaced meanwhile has nothing to say. */
  if (g_source_is_destroyed (g_main_current_source ()))
    return G_SOURCE_REMOVE;

  next = drop_unused (self, g_get_monotonic_time ());
  if (next == G_MAXINT64)
    g_clear_pointer (&self->timer, g_source_unref);
  else
    start_timer (self, next);
  return G_SOURCE_REMOVE;
}

void
smd_key_cache_set_seconds (SmdKeyCache *self, guint seconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gint64 next;

  self->seconds = seconds;
  next = drop_unused (self, g_get_monotonic_time ());
  if (next == G_MAXINT64)
    stop_timer (self);
  else
    start_timer (self, next);
}

SmdPrivateKey *
smd_key_cache_lookup (SmdKeyCache *self, const char *fingerprint)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  CachedKey *cached = g_hash_table_lookup (self->keys, fingerprint);
  gint64 now = g_get_monotonic_time ();

  if (cached == NULL || cached->used + get_lifetime (self) <= now)
    return NULL;

  cached->used = now;
  return smd_private_key_ref (cached->key);
}

void
smd_key_cache_insert (SmdKeyCache *self, SmdPrivateKey *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  CachedKey *cached;

  if (self->seconds == 0)
    return;

  cached = g_new0 (CachedKey, 1);
  cached->key = smd_private_key_ref (key);
  cached->used = g_get_monotonic_time ();
  g_hash_table_replace (self->keys, g_strdup (smd_private_key_get_fingerprint (key)), cached);
  if (self->timer == NULL)
    start_timer (self, cached->used + get_lifetime (self));
}

void
smd_key_cache_remove (SmdKeyCache *self, const char *fingerprint)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->keys, fingerprint);
}

void
smd_key_cache_clear (SmdKeyCache *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove_all (self->keys);
  stop_timer (self);
}
