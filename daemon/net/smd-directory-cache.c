/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory-cache.h"

#define OVERHEAD 1024 /* bytes of an answer without certificates, at a guess */

typedef struct
{
  char *address;              /* (owned) */
  SmdDirectoryAnswer *answer; /* (owned) */
  gint64 until;               /* monotonic microseconds */
  GList link;                 /* in @order */
} Entry;

struct _SmdDirectoryCache
{
  GHashTable *entries; /* (owned) address -> Entry (owned) */
  GQueue order;        /* of Entry (unowned), oldest first */
  gsize bytes;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->address);
  smd_directory_answer_unref (entry->answer);
  g_free (entry);
}

SmdDirectoryCache *
smd_directory_cache_new (void)
{
  SmdDirectoryCache *self = g_new0 (SmdDirectoryCache, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  g_queue_init (&self->order);
  return self;
}

void
smd_directory_cache_free (SmdDirectoryCache *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

static void
drop (SmdDirectoryCache *self, Entry *entry)
{
  self->bytes -= entry->answer->bytes + OVERHEAD;
  g_queue_unlink (&self->order, &entry->link);
  g_hash_table_remove (self->entries, entry->address);
}

SmdDirectoryAnswer *
smd_directory_cache_lookup (SmdDirectoryCache *self, const char *address, gint64 now)
{
  Entry *entry = g_hash_table_lookup (self->entries, address);

  if (entry == NULL || now < entry->until)
    return entry != NULL ? entry->answer : NULL;
  drop (self, entry);
  return NULL;
}

static gint64
age_of (const SmdDirectoryAnswer *answer)
{
  gboolean known = answer->is_group || answer->certificates->len > 0;

  return known ? SMD_DIRECTORY_AGE_KNOWN : SMD_DIRECTORY_AGE_UNKNOWN;
}

void
smd_directory_cache_store (SmdDirectoryCache *self, const char *address, SmdDirectoryAnswer *answer, gint64 now)
{
  Entry *entry = g_hash_table_lookup (self->entries, address);

  if (answer->failure != NULL)
    return;
  if (entry != NULL)
    drop (self, entry);

  entry = g_new0 (Entry, 1);
  entry->address = g_strdup (address);
  entry->answer = smd_directory_answer_ref (answer);
  entry->until = now + age_of (answer);
  entry->link.data = entry;
  g_hash_table_insert (self->entries, entry->address, entry);
  g_queue_push_tail_link (&self->order, &entry->link);
  self->bytes += answer->bytes + OVERHEAD;
  while (self->order.length > SMD_DIRECTORY_CACHE_ANSWERS || (self->bytes > SMD_DIRECTORY_CACHE_BYTES && self->order.length > 1))
    drop (self, self->order.head->data);
}

void
smd_directory_cache_flush (SmdDirectoryCache *self)
{
  while (self->order.length > 0)
    drop (self, self->order.head->data);
}
