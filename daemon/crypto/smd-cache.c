/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cache.h"

#include <string.h>

typedef struct
{
  SmdCache *cache; /* (unowned) */
  guint8 hash[SMD_CACHE_HASH_SIZE];
  gpointer value; /* (owned) */
  GList link;     /* in SmdCache.recent, its data is this entry */
} Entry;

struct _SmdCache
{
  GMutex lock;
  guint limit;
  SmdCacheRef ref;
  GDestroyNotify unref;
  GHashTable *entries; /* (owned) hash -> Entry, which holds the hash */
  GQueue recent;       /* links inside the entries, the one used last in front */
};

/* The key is a digest already: any of its bytes are as good as others. */
static guint
hash_of_hash (gconstpointer key)
{
  guint value;

  memcpy (&value, key, sizeof value);
  return value;
}

static gboolean
hash_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, SMD_CACHE_HASH_SIZE) == 0;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  entry->cache->unref (entry->value);
  g_free (entry);
}

SmdCache *
smd_cache_new (guint limit, SmdCacheRef ref, GDestroyNotify unref)
{
  SmdCache *self = g_new0 (SmdCache, 1);

  g_mutex_init (&self->lock);
  self->limit = limit;
  self->ref = ref;
  self->unref = unref;
  self->entries = g_hash_table_new_full (hash_of_hash, hash_equal, NULL, entry_free);
  g_queue_init (&self->recent);
  return self;
}

void
smd_cache_free (SmdCache *self)
{
  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gpointer
smd_cache_get (SmdCache *self, const guint8 *hash)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Entry *entry = g_hash_table_lookup (self->entries, hash);

  if (entry == NULL)
    return NULL;
  g_queue_unlink (&self->recent, &entry->link);
  g_queue_push_head_link (&self->recent, &entry->link);
  return self->ref (entry->value);
}

static void
make_room (SmdCache *self)
{
  GList *oldest;

  if (g_queue_get_length (&self->recent) < self->limit)
    return;
  oldest = g_queue_pop_tail_link (&self->recent);
  g_hash_table_remove (self->entries, ((Entry *) oldest->data)->hash);
}

void
smd_cache_add (SmdCache *self, const guint8 *hash, gpointer value)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Entry *entry = g_hash_table_lookup (self->entries, hash);

  if (entry != NULL)
    {
      gpointer old = entry->value;

      entry->value = self->ref (value);
      self->unref (old);
      return;
    }

  make_room (self);
  entry = g_new0 (Entry, 1);
  entry->cache = self;
  memcpy (entry->hash, hash, SMD_CACHE_HASH_SIZE);
  entry->value = self->ref (value);
  entry->link.data = entry;
  g_queue_push_head_link (&self->recent, &entry->link);
  g_hash_table_insert (self->entries, entry->hash, entry);
}
