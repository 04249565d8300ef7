/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificate-cache.h"

typedef struct
{
  guint8 hash[SMD_CERTIFICATE_HASH_SIZE];
  SmdCertificate *certificate; /* (owned) */
  GList link;                  /* in SmdCertificateCache.recent, its data is this entry */
} Entry;

struct _SmdCertificateCache
{
  GMutex lock;
  guint limit;
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
  return memcmp (a, b, SMD_CERTIFICATE_HASH_SIZE) == 0;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  smd_certificate_unref (entry->certificate);
  g_free (entry);
}

SmdCertificateCache *
smd_certificate_cache_new (guint limit)
{
  SmdCertificateCache *self = g_new0 (SmdCertificateCache, 1);

  g_mutex_init (&self->lock);
  self->limit = limit;
  self->entries = g_hash_table_new_full (hash_of_hash, hash_equal, NULL, entry_free);
  g_queue_init (&self->recent);
  return self;
}

void
smd_certificate_cache_free (SmdCertificateCache *self)
{
  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->lock);
  g_free (self);
}

SmdCertificate *
smd_certificate_cache_get (SmdCertificateCache *self, const guint8 *hash)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Entry *entry = g_hash_table_lookup (self->entries, hash);

  if (entry == NULL)
    return NULL;
  g_queue_unlink (&self->recent, &entry->link);
  g_queue_push_head_link (&self->recent, &entry->link);
  return smd_certificate_ref (entry->certificate);
}

void
smd_certificate_cache_add (SmdCertificateCache *self, const guint8 *hash, SmdCertificate *certificate)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Entry *entry;

  /* Another thread may have read the same certificate meanwhile. */
  if (g_hash_table_contains (self->entries, hash))
    return;

  if (g_queue_get_length (&self->recent) >= self->limit)
    {
      GList *oldest = g_queue_pop_tail_link (&self->recent);

      g_hash_table_remove (self->entries, ((Entry *) oldest->data)->hash);
    }

  entry = g_new0 (Entry, 1);
  memcpy (entry->hash, hash, SMD_CERTIFICATE_HASH_SIZE);
  entry->certificate = smd_certificate_ref (certificate);
  entry->link.data = entry;
  g_queue_push_head_link (&self->recent, &entry->link);
  g_hash_table_insert (self->entries, entry->hash, entry);
}
