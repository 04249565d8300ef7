/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ldap-directory.h"

#include "smd-directory-server.h"
#include "smimed-error.h"

#define MOST_THREADS 64

struct _SmdLdapDirectory
{
  GObject parent_instance;
  SmdCrypto *crypto;      /* (owned) */
  GThreadPool *pool;      /* (owned) of SmdDirectoryServer */
  GMutex lock;            /* for what follows, and the servers */
  GCond landing;          /* a question has its answer, or a call was cancelled */
  guint64 serial;         /* of the last answer */
  GHashTable *servers;    /* (owned) URL -> SmdDirectoryServer (owned) */
};

static void init_interface (SmdDirectoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdLdapDirectory, smd_ldap_directory, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_DIRECTORY, init_interface))

/* One address, one directory. */
typedef struct
{
  SmdDirectoryServer *server;     /* (owned) */
  SmdDirectoryQuestion *question; /* (owned) (nullable): under way */
  SmdDirectoryAnswer *answer;     /* (owned) (nullable): known without asking */
} Asked;

/* One call. */
typedef struct
{
  SmdLdapDirectory *directory; /* (unowned) */
  gint64 begun;                /* monotonic microseconds */
  gint64 deadline;
  gboolean known_only;
  const char *const *urls;     /* (unowned) */
  GArray *asked;               /* (owned) of Asked; servers of the first address, then those of the second, ... */
} Lookup;

static void
asked_clear (gpointer data)
{
  Asked *self = data;

  smd_directory_server_unref (self->server);
  g_clear_pointer (&self->question, smd_directory_question_unref);
  g_clear_pointer (&self->answer, smd_directory_answer_unref);
}

/* Lock held in all of the following. */

/* A call goes on with the settings that it began with. Returns: (transfer none) */
static SmdDirectoryServer *
get_server (SmdLdapDirectory *self, const char *url)
{
  SmdDirectoryServer *server = g_hash_table_lookup (self->servers, url);

  if (server != NULL)
    return server;
  server = smd_directory_server_new (url, self->crypto, &self->serial, &self->lock, &self->landing);
  g_hash_table_insert (self->servers, (gpointer) smd_directory_server_get_url (server), server);
  return server;
}

static void
ask (Lookup *self, SmdDirectoryServer *server, const char *address)
{
  Asked asked = { smd_directory_server_ref (server), NULL, smd_directory_server_recall (server, address, self->begun) };
  gboolean more = FALSE;

  if (asked.answer == NULL && !self->known_only)
    asked.question = smd_directory_server_ask (server, address, &more);
  if (more)
    g_thread_pool_push (self->directory->pool, smd_directory_server_ref (server), NULL);
  g_array_append_val (self->asked, asked);
}

static gboolean
is_over (const Lookup *self)
{
  for (guint i = 0; i < self->asked->len; i++)
    {
      const Asked *asked = &g_array_index (self->asked, Asked, i);

      if (asked->question != NULL && !asked->question->landed && !smd_directory_server_is_silent (asked->server, self->begun))
        return FALSE;
    }
  return TRUE;
}

static void
await (const Lookup *self, GCancellable *cancellable)
{
  SmdLdapDirectory *directory = self->directory;

  while (!is_over (self) && !g_cancellable_is_cancelled (cancellable))
    if (!g_cond_wait_until (&directory->landing, &directory->lock, self->deadline))
      return;
}

static SmdDirectoryAnswer *
make_missing (const Lookup *self, const char *url, GCancellable *cancellable)
{
  SmdDirectoryAnswer *answer = smd_directory_answer_new (url);

  if (g_cancellable_is_cancelled (cancellable))
    g_set_error (&answer->failure, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  else if (self->known_only)
    g_set_error (&answer->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The directory %s isn't asked: this call may not use the network", url);
  else
    g_set_error (&answer->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED,
                 "The directory %s hasn't answered within the time of this call", url);
  return answer;
}

static SmdDirectoryAnswer *
take_answer (const Lookup *self, Asked *asked, GCancellable *cancellable)
{
  if (asked->answer != NULL)
    return g_steal_pointer (&asked->answer);
  if (asked->question != NULL && asked->question->landed)
    return smd_directory_answer_ref (asked->question->answer);
  return make_missing (self, smd_directory_server_get_url (asked->server), cancellable);
}

static GPtrArray *
collect (const Lookup *self, GCancellable *cancellable)
{
  GPtrArray *all = g_ptr_array_new_full (self->asked->len, (GDestroyNotify) smd_directory_answer_unref);

  for (guint i = 0; i < self->asked->len; i++)
    g_ptr_array_add (all, take_answer (self, &g_array_index (self->asked, Asked, i), cancellable));
  return all;
}

static void
ask_all (Lookup *self, GPtrArray *servers, const char *address)
{
  for (guint i = 0; i < servers->len; i++)
    ask (self, servers->pdata[i], address);
}

/* Returns: (transfer container) */
static GPtrArray *
get_servers (const Lookup *self)
{
  GPtrArray *servers = g_ptr_array_new ();

  for (guint i = 0; self->urls[i] != NULL; i++)
    g_ptr_array_add (servers, get_server (self->directory, self->urls[i]));
  return servers;
}

static GPtrArray *
look_up (Lookup *self, const char *const *addresses, GCancellable *cancellable)
{
  guint count = g_strv_length ((char **) addresses);
  /* Those that are asked are held from then on; while it is waited for them, others may be dropped. */
  g_autoptr (GPtrArray) servers = get_servers (self);
  GPtrArray *all;

  self->asked = g_array_sized_new (FALSE, FALSE, sizeof (Asked), count * servers->len);
  g_array_set_clear_func (self->asked, asked_clear);
  for (guint i = 0; i < count; i++)
    ask_all (self, servers, addresses[i]);
  await (self, cancellable);
  all = collect (self, cancellable);
  g_array_unref (self->asked);
  return all;
}

/* Lock not held any more. */

static void
on_cancelled (GCancellable *cancellable, SmdLdapDirectory *self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->landing);
  g_mutex_unlock (&self->lock);
}

/* Returns: monotonic microseconds */
static gint64
choose_end (gint64 now, gint64 deadline, gint64 left)
{
  gint64 end = now + left / 2;

  return deadline != 0 ? MIN (end, now + MAX (deadline - now, 0) / 2) : end;
}

static GPtrArray *
smd_ldap_directory_lookup_many (SmdDirectory *directory, const char *const *urls, const char *const *addresses, gint64 deadline,
                                gint64 *left, GCancellable *cancellable)
{
  SmdLdapDirectory *self = SMD_LDAP_DIRECTORY (directory);
  gulong handler = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL) : 0;
  gint64 now = g_get_monotonic_time ();
  Lookup lookup = { self, now, choose_end (now, deadline, *left), *left == 0, urls, NULL };
  GPtrArray *all;

  g_mutex_lock (&self->lock);
  all = look_up (&lookup, addresses, cancellable);
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  /* Nothing left would mean to ask nobody; the next one gives up at once. */
  if (*left > 0)
    *left = MAX (*left - (g_get_monotonic_time () - now), 1);
  return all;
}

static void
serve (gpointer data, gpointer user_data)
{
  SmdDirectoryServer *server = data;
  SmdLdapDirectory *self = user_data;

  smd_directory_server_serve (server);
  g_mutex_lock (&self->lock);
  smd_directory_server_unref (server);
  g_mutex_unlock (&self->lock);
}

void
smd_ldap_directory_set_urls (SmdLdapDirectory *self, const char *const *urls)
{
  GHashTableIter iter;
  gpointer url;
  gpointer server;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->servers);
  while (g_hash_table_iter_next (&iter, &url, &server))
    if (!g_strv_contains (urls, url))
      {
        smd_directory_server_stop (server);
        g_hash_table_iter_remove (&iter);
      }
  g_mutex_unlock (&self->lock);
}

void
smd_ldap_directory_reset (SmdLdapDirectory *self)
{
  GHashTableIter iter;
  gpointer server;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->servers);
  while (g_hash_table_iter_next (&iter, NULL, &server))
    smd_directory_server_flush (server);
  g_mutex_unlock (&self->lock);
}

/* No thread is left that could call back. */
static void
smd_ldap_directory_finalize (GObject *object)
{
  SmdLdapDirectory *self = SMD_LDAP_DIRECTORY (object);
  const char *const none[] = { NULL };

  smd_ldap_directory_set_urls (self, none);
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_hash_table_unref (self->servers);
  smd_crypto_unref (self->crypto);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->landing);
  G_OBJECT_CLASS (smd_ldap_directory_parent_class)->finalize (object);
}

static void
smd_ldap_directory_class_init (SmdLdapDirectoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_ldap_directory_finalize;
}

static void
smd_ldap_directory_init (SmdLdapDirectory *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->landing);
  self->servers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) smd_directory_server_unref);
  /* Not exclusive: no thread before there is work. */
  self->pool = g_thread_pool_new (serve, self, MOST_THREADS, FALSE, NULL);
}

static void
init_interface (SmdDirectoryInterface *iface)
{
  iface->lookup_many = smd_ldap_directory_lookup_many;
}

SmdLdapDirectory *
smd_ldap_directory_new (SmdCrypto *crypto)
{
  SmdLdapDirectory *self = g_object_new (SMD_TYPE_LDAP_DIRECTORY, NULL);

  self->crypto = smd_crypto_ref (crypto);
  return self;
}
