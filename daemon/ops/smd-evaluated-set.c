/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-evaluated-set.h"

#include "smd-address.h"

#define MOST_MEMBERS 1000 /* of all groups of one call together */

static void
evaluated_free (gpointer data)
{
  SmdEvaluated *self = data;

  g_clear_pointer (&self->verdict, smd_verdict_unref);
  g_free (self);
}

static SmdEvaluated *
find (SmdEvaluatedSet *self, const char *address)
{
  g_autofree char *normal = smd_address_normalize (address);

  return g_hash_table_lookup (self->by_address, normal != NULL ? normal : address);
}

/* Unless it is there. */
static void
add (SmdEvaluatedSet *self, const char *address)
{
  char *normal = smd_address_normalize (address);
  char *key = normal != NULL ? normal : g_strdup (address);
  SmdEvaluated *evaluated;

  if (g_hash_table_contains (self->by_address, key))
    {
      g_free (key);
      return;
    }
  evaluated = g_new (SmdEvaluated, 1);
  *evaluated = (SmdEvaluated){ .address = address, .normal = normal };
  g_ptr_array_add (self->list, evaluated);
  g_hash_table_insert (self->by_address, key, evaluated);
}

SmdEvaluatedSet *
smd_evaluated_set_new (const char *const *addresses)
{
  SmdEvaluatedSet *self = g_new0 (SmdEvaluatedSet, 1);

  self->list = g_ptr_array_new_full (g_strv_length ((char **) addresses), evaluated_free);
  self->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->lookups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; addresses[i] != NULL; i++)
    add (self, addresses[i]);
  self->given = self->list->len;
  return self;
}

void
smd_evaluated_set_free (SmdEvaluatedSet *self)
{
  g_hash_table_unref (self->by_address);
  g_ptr_array_unref (self->list);
  g_ptr_array_unref (self->lookups);
  g_free (self);
}

SmdVerdict *
smd_evaluated_get_verdict (SmdEvaluated *self)
{
  if (self->verdict == NULL)
    self->verdict = smd_verdict_new (self->address);
  return self->verdict;
}

gboolean
smd_evaluated_is_open (const SmdEvaluated *self)
{
  return (self->verdict == NULL || !self->verdict->usable) && self->group == NULL && !self->too_deep;
}

/* The first directory that knows the address decides what it is; a group that has certificates is one that reads its mail itself. */
static void
take_answers (SmdEvaluated *self, SmdDirectoryAnswer **answers, guint count)
{
  self->answers = answers;
  self->answer_count = count;
  for (guint i = 0; i < count && self->group == NULL; i++)
    {
      SmdDirectoryAnswer *answer = answers[i];

      if (answer->certificates->len > 0)
        return;
      self->group = answer->is_group ? answer : NULL;
      self->too_deep = answer->is_group && answer->too_large;
    }
}

/* Returns: (transfer container) (element-type SmdEvaluated): those from @first on about whom somebody may know more; @addresses: gets theirs */
static GPtrArray *
list_open (SmdEvaluatedSet *self, guint first, GPtrArray *addresses)
{
  GPtrArray *open = g_ptr_array_new ();

  for (guint i = first; i < self->list->len; i++)
    {
      SmdEvaluated *one = self->list->pdata[i];

      if (one->normal == NULL || !smd_evaluated_is_open (one))
        continue;
      g_ptr_array_add (open, one);
      g_ptr_array_add (addresses, (gpointer) one->normal);
    }
  g_ptr_array_add (addresses, NULL);
  return open;
}

static void
ask (SmdEvaluatedSet *self, const SmdEnv *env, const SmdCall *call, guint first)
{
  gint64 own = -1;
  gint64 none = 0;
  gint64 *left = call->cache_only ? &none : smd_call_get_network_left (call, &own);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  g_autoptr (GPtrArray) asked = list_open (self, first, addresses);
  GPtrArray *all;

  smd_progress_enter (call->progress, "searching", 0);
  all = smd_directory_lookup_many (env->directory, call->policy.directories, (const char *const *) addresses->pdata, call->deadline, left,
                                   call->cancellable);
  g_ptr_array_add (self->lookups, all);
  for (guint i = 0; i < asked->len; i++)
    {
      guint each = all->len / asked->len;

      take_answers (asked->pdata[i], (SmdDirectoryAnswer **) &all->pdata[i * each], each);
    }
}

/* The members of the groups among those from @first to before @last join. */
static void
add_members (SmdEvaluatedSet *self, guint first, guint last)
{
  for (guint i = first; i < last; i++)
    {
      SmdEvaluated *one = self->list->pdata[i];
      GPtrArray *members = one->group != NULL ? one->group->members : NULL;

      if (members != NULL && self->list->len + members->len > self->given + MOST_MEMBERS)
        one->too_deep = TRUE;
      for (guint j = 0; members != NULL && !one->too_deep && j < members->len; j++)
        add (self, members->pdata[j]);
    }
}

/* Members of the groups in the last level are not asked about. */
static void
cut (SmdEvaluatedSet *self, guint first)
{
  for (guint i = first; i < self->list->len; i++)
    {
      SmdEvaluated *one = self->list->pdata[i];

      one->too_deep = one->too_deep || one->group != NULL;
    }
}

gboolean
smd_evaluated_set_look_up (SmdEvaluatedSet *self, const SmdEnv *env, const SmdCall *call, GError **error)
{
  guint first = 0;

  for (guint level = 0; first < self->list->len && level <= SMD_DIRECTORY_MOST_DEPTH; level++)
    {
      guint last = self->list->len;

      ask (self, env, call, first);
      if (g_cancellable_set_error_if_cancelled (call->cancellable, error))
        return FALSE;
      if (level < SMD_DIRECTORY_MOST_DEPTH)
        add_members (self, first, last);
      else
        cut (self, first);
      first = last;
    }

  return TRUE;
}

/* Groups */

typedef struct
{
  SmdEvaluatedSet *set; /* (unowned) */
  GHashTable *seen;     /* (owned) of SmdEvaluated (unowned) */
  GPtrArray *members;   /* (unowned) */
} Listing;

static void
add_missing (Listing *listing, const char *name, const char *why)
{
  SmdVerdict *verdict = smd_verdict_new (name);

  smd_problems_add (verdict->problems, SMIMED_PROBLEM_NO_CERTIFICATE, why);
  g_ptr_array_add (listing->members, verdict);
}

static void
take_group (Listing *listing, const SmdEvaluated *group, GQueue *open)
{
  if (group->too_deep)
    {
      add_missing (listing, group->address, "The group is too large, or inside of too many others: address its members themselves");
      return;
    }
  for (guint i = 0; i < group->group->lost->len; i++)
    add_missing (listing, group->group->lost->pdata[i], "The directory knows no address of this member of the group");
  for (guint i = 0; i < group->group->members->len; i++)
    g_queue_push_tail (open, find (listing->set, group->group->members->pdata[i]));
}

GPtrArray *
smd_evaluated_set_list_members (SmdEvaluatedSet *self, const SmdEvaluated *group)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  Listing listing = { self, seen, g_ptr_array_new_with_free_func ((GDestroyNotify) smd_verdict_unref) };
  GQueue open = G_QUEUE_INIT;

  g_queue_push_tail (&open, (gpointer) group);
  while (!g_queue_is_empty (&open))
    {
      SmdEvaluated *one = g_queue_pop_head (&open);

      if (!g_hash_table_add (seen, one))
        continue;
      if (one->group != NULL)
        take_group (&listing, one, &open);
      else
        g_ptr_array_add (listing.members, smd_verdict_ref (smd_evaluated_get_verdict (one)));
    }

  return listing.members;
}
