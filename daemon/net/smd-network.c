/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-network.h"

#include "smd-curl.h"
#include "smd-departures.h"
#include "smd-flight-history.h"
#include "smd-haste.h"
#include "smd-late.h"
#include "smd-ldap.h"
#include "smd-proxy.h"
#include "smimed-error.h"

#define PATIENCE (5 * G_USEC_PER_SEC) /* with a server that says nothing; later askers aren't made to wait for it, too */
#define MOST_PARTED 256 /* of which it is known when they were let go of */
#define LOOKUPS 8 /* threads that ask for proxies: a script may hang */

/*
 * A flight waits for its turn, then belongs to the thread that looks for its proxy, then to libcurl's or one of libldap's, and lands in
 * that one. It can be joined from when somebody asks until it fails, or until all who hold it have let go: those who wait for it, and
 * their results.
 */
typedef struct
{
  SmdNetwork *network; /* (unowned) */
  SmdFlight *flight;   /* (owned) */
  char *key;           /* (owned) (nullable): no longer in the table */
  gint64 begun;        /* monotonic microseconds */
  guint holders;
  gboolean landed;
  gboolean taken;      /* somebody has been told what came */
} Entry;

struct _SmdNetwork
{
  GObject parent_instance;
  GProxyResolver *proxies; /* (owned) (nullable) the desktop's */
  SmdCurl *curl;           /* (owned) */
  SmdLdap *ldap;           /* (owned) */
  GThreadPool *lookups;    /* (owned) of SmdFlight */
  SmdLate *late;           /* (owned) */

  GMutex lock;             /* for what follows */
  GCond landing;           /* something has landed, or a call was cancelled */
  SmdUrlGuard *guard;      /* (owned) */
  SmdBackOff *back_off;    /* (owned) */
  GHashTable *entries;     /* (owned) key -> Entry: what can be joined */
  GHashTable *aloft;       /* (owned) SmdFlight -> Entry (owned): what was begun and hasn't landed; then its holders own it */
  GHashTable *parted;      /* (owned) content -> when its fruit was let go of, monotonic microseconds (owned) */
  SmdDepartures *departures; /* (owned) */
};

static void init_interface (SmdFetcherInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdNetwork, smd_network, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (SMD_TYPE_FETCHER, init_interface))

static void
entry_free (gpointer data)
{
  Entry *self = data;

  smd_flight_unref (self->flight);
  g_free (self->key);
  g_free (self);
}

/* All of the following with the lock held. */

static void
start (SmdFlight *flight, gpointer data)
{
  SmdNetwork *self = data;

  if (g_str_has_prefix (flight->target->scheme, "http"))
    g_thread_pool_push (self->lookups, smd_flight_ref (flight), NULL);
  else
    smd_ldap_start (self->ldap, flight);
}

static void
leave_table (SmdNetwork *self, Entry *entry)
{
  g_autofree char *key = g_steal_pointer (&entry->key);

  if (key != NULL)
    g_hash_table_remove (self->entries, key);
}

static void let_go (gpointer data);

/* Returns: (transfer full): what whoever holds @entry is told; then the result holds it */
static SmdFetchResult *
hand_out (Entry *entry, const SmdFetchRequest *request, GCancellable *cancellable)
{
  SmdFetchResult *result = smd_flight_dup_result (entry->flight, entry->landed, request, cancellable);

  entry->taken |= entry->landed;
  result->hold = entry;
  result->let_go = let_go;
  return result;
}

/* Whoever had it has kept what is worth it by now. */
static void
note_parted (SmdNetwork *self, const SmdFetchRequest *request)
{
  gint64 now = g_get_monotonic_time ();

  if (g_hash_table_size (self->parted) >= MOST_PARTED)
    g_hash_table_remove_all (self->parted);
  g_hash_table_replace (self->parted, smd_flight_name_content (request), g_memdup2 (&now, sizeof now));
}

/* An asker looks at what is at hand, and asks for what isn't there: what somebody else brings between the two must not come twice. */
static gboolean
is_overtaken (SmdNetwork *self, const SmdFetchRequest *request)
{
  g_autofree char *content = request->looked != 0 && !request->force ? smd_flight_name_content (request) : NULL;
  const gint64 *parted = content != NULL ? g_hash_table_lookup (self->parted, content) : NULL;

  return parted != NULL && *parted >= request->looked;
}

/* @entry has landed, and nobody holds it: what nobody was told goes to whoever takes it all the same. */
static void
part_with (SmdNetwork *self, Entry *entry)
{
  if (!entry->taken && entry->flight->result->failure == NULL)
    {
      entry->holders++;
      smd_late_push (self->late, hand_out (entry, entry->flight->request, NULL));
      return;
    }

  if (entry->flight->result->failure == NULL)
    note_parted (self, entry->flight->request);
  leave_table (self, entry);
  entry_free (entry);
}

/* @entry may be gone afterwards. Failures are remembered apart (#SmdBackOff). */
static void
finish (SmdNetwork *self, Entry *entry)
{
  entry->landed = TRUE;
  if (entry->flight->result->failure != NULL)
    leave_table (self, entry);
  g_hash_table_steal (self->aloft, entry->flight);
  g_cond_broadcast (&self->landing);
  if (entry->holders == 0)
    part_with (self, entry);
}

static void
abandon (SmdNetwork *self, Entry *entry)
{
  leave_table (self, entry);
  g_cancellable_cancel (entry->flight->stop);
  if (!smd_departures_withdraw (self->departures, entry->flight))
    return;
  smd_flight_fail (entry->flight, SMD_FAULT_NONE, g_error_new (SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "Nobody wants it any more"));
  finish (self, entry);
}

/* A result ends. Without the lock. */
static void
let_go (gpointer data)
{
  Entry *entry = data;
  SmdNetwork *self = entry->network;
  gboolean unwanted;

  g_mutex_lock (&self->lock);
  entry->holders--;
  unwanted = entry->holders == 0 && !entry->landed && !smd_late_is_wanted (self->late);
  if (unwanted)
    abandon (self, entry);
  else if (entry->holders == 0 && entry->landed)
    part_with (self, entry);
  g_mutex_unlock (&self->lock);
  if (unwanted)
    smd_curl_wake (self->curl);
}

/* Returns: whether it goes on elsewhere */
static gboolean
follow (SmdNetwork *self, Entry *entry)
{
  GError *error = NULL;

  if (entry->flight->result->failure != NULL || entry->flight->location == NULL)
    return FALSE;
  if (!smd_flight_redirect (entry->flight, &error))
    {
      smd_flight_fail (entry->flight, SMD_FAULT_URL, error);
      return FALSE;
    }
  smd_departures_add_again (self->departures, entry->flight);
  return TRUE;
}

static void
on_landed (SmdFlight *flight, gpointer data)
{
  SmdNetwork *self = data;
  Entry *entry;

  g_mutex_lock (&self->lock);
  entry = g_hash_table_lookup (self->aloft, flight);
  smd_departures_note_landed (self->departures, flight);
  if (!follow (self, entry))
    {
      smd_flight_history_record (self->back_off, flight, g_get_monotonic_time ());
      finish (self, entry);
    }
  smd_departures_admit (self->departures);
  g_mutex_unlock (&self->lock);
}

static void
look_up_proxy (gpointer data, gpointer user_data)
{
  g_autoptr (SmdFlight) flight = data;
  SmdNetwork *self = user_data;

  g_free (flight->proxy);
  flight->proxy = smd_proxy_find (self->proxies, flight->url, flight->stop);
  smd_curl_start (self->curl, flight);
}

/* Asking */

static Entry *
begin (SmdNetwork *self, const SmdFetchRequest *request, char *key, GError **error)
{
  g_autoptr (SmdFlight) flight = smd_flight_new (request, self->guard, error);
  g_autofree char *name = key;
  Entry *entry;

  if (flight == NULL || !smd_flight_history_check (self->back_off, flight, request, g_get_monotonic_time (), error))
    return NULL;
  if (!smd_departures_has_room (self->departures))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED, "Too much is being fetched already; try again later");
      return NULL;
    }

  entry = g_new0 (Entry, 1);
  entry->network = self;
  entry->begun = g_get_monotonic_time ();
  entry->flight = g_steal_pointer (&flight);
  entry->key = g_steal_pointer (&name);
  g_hash_table_insert (self->entries, entry->key, entry);
  g_hash_table_insert (self->aloft, entry->flight, entry);
  smd_departures_add (self->departures, entry->flight);
  return entry;
}

/* Who insists wants what is there now, not what came before. Returns: (nullable): held; on error nothing is under way; %NULL without error: it is
 * overtaken */
static Entry *
join (SmdNetwork *self, const SmdFetchRequest *request, GError **error)
{
  g_autofree char *key = smd_flight_make_key (request);
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL && entry->landed && request->force)
    leave_table (self, g_steal_pointer (&entry));
  if (entry == NULL && is_overtaken (self, request))
    return NULL;
  if (entry == NULL)
    entry = begin (self, request, g_steal_pointer (&key), error);
  if (entry != NULL)
    entry->holders++;
  return entry;
}

static gboolean
is_silent (const Entry *entry, gint64 asked)
{
  return asked - entry->begun > PATIENCE && !g_atomic_int_get (&entry->flight->answering);
}

/* @now: when this asker came, monotonic microseconds */
static gboolean
all_landed (Entry **entries, GPtrArray *requests, gint64 now)
{
  for (guint i = 0; i < requests->len; i++)
    {
      const SmdFetchRequest *request = requests->pdata[i];

      if (entries[i] != NULL && !entries[i]->landed && !is_silent (entries[i], request->since != 0 ? request->since : now))
        return FALSE;
    }
  return TRUE;
}

static void
on_cancelled (GCancellable *cancellable, SmdNetwork *self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->landing);
  g_mutex_unlock (&self->lock);
}

static void
wait_for (SmdNetwork *self, Entry **entries, GPtrArray *requests, gint64 deadline, GCancellable *cancellable)
{
  gint64 now = g_get_monotonic_time ();
  gboolean hastened = smd_haste_begin ();
  gboolean timely = TRUE;

  while (timely && !all_landed (entries, requests, now) && !g_cancellable_is_cancelled (cancellable))
    timely = g_cond_wait_until (&self->landing, &self->lock, deadline);
  if (hastened)
    smd_haste_end ();
}

/* @error: (transfer full) (nullable): of the back-off, or of the guard, which would say the same next time, too; %NULL: it is overtaken */
static void
fail_unasked (SmdFetchResult *result, GError *error)
{
  result->overtaken = error == NULL;
  result->failure = error;
  result->unasked = g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
}

static GPtrArray *
fetch_locked (SmdNetwork *self, GPtrArray *requests, gint64 deadline, GCancellable *cancellable)
{
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fetch_result_free);
  g_autofree Entry **entries = g_new0 (Entry *, requests->len + 1);
  g_autofree GError **errors = g_new0 (GError *, requests->len + 1);

  for (guint i = 0; i < requests->len; i++)
    entries[i] = join (self, requests->pdata[i], &errors[i]);
  smd_departures_admit (self->departures);
  wait_for (self, entries, requests, deadline, cancellable);

  for (guint i = 0; i < requests->len; i++)
    {
      const SmdFetchRequest *request = requests->pdata[i];
      SmdFetchResult *result;

      result = entries[i] != NULL ? hand_out (entries[i], request, cancellable) : smd_fetch_result_new (request->url);
      if (entries[i] == NULL)
        fail_unasked (result, g_steal_pointer (&errors[i]));
      g_ptr_array_add (results, result);
    }
  return results;
}

static GPtrArray *
smd_network_fetch_all (SmdFetcher *fetcher, GPtrArray *requests, gint64 deadline, GCancellable *cancellable)
{
  SmdNetwork *self = SMD_NETWORK (fetcher);
  gulong handler = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL) : 0;
  GPtrArray *results;

  g_mutex_lock (&self->lock);
  results = fetch_locked (self, requests, deadline, cancellable);
  g_mutex_unlock (&self->lock);
  smd_curl_wake (self->curl);
  g_cancellable_disconnect (cancellable, handler);
  return results;
}

static void
smd_network_set_late (SmdFetcher *fetcher, SmdFetchedFunc late, gpointer data)
{
  smd_late_set (SMD_NETWORK (fetcher)->late, late, data);
}

static void
smd_network_note_content (SmdFetcher *fetcher, const SmdFetchRequest *request, const char *fault)
{
  SmdNetwork *self = SMD_NETWORK (fetcher);

  g_mutex_lock (&self->lock);
  smd_flight_history_note_content (self->back_off, request, fault, g_get_monotonic_time ());
  g_mutex_unlock (&self->lock);
}

static void
stop_all (SmdNetwork *self)
{
  GHashTableIter iter;
  gpointer flight;

  g_mutex_lock (&self->lock);
  smd_departures_close (self->departures);
  g_hash_table_iter_init (&iter, self->aloft);
  while (g_hash_table_iter_next (&iter, &flight, NULL))
    g_cancellable_cancel (((SmdFlight *) flight)->stop);
  g_mutex_unlock (&self->lock);
}

/* No thread is left that could call back. */
static void
smd_network_finalize (GObject *object)
{
  SmdNetwork *self = SMD_NETWORK (object);

  smd_late_set (self->late, NULL, NULL);
  stop_all (self);
  g_thread_pool_free (self->lookups, FALSE, TRUE);
  smd_ldap_free (self->ldap);
  smd_curl_free (self->curl);
  smd_late_free (self->late);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->aloft);
  g_hash_table_unref (self->parted);
  smd_departures_free (self->departures);
  smd_back_off_free (self->back_off);
  smd_url_guard_unref (self->guard);
  g_clear_object (&self->proxies);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->landing);
  G_OBJECT_CLASS (smd_network_parent_class)->finalize (object);
}

static void
smd_network_class_init (SmdNetworkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_network_finalize;
}

static void
smd_network_init (SmdNetwork *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->landing);
  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
  self->aloft = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  self->parted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->departures = smd_departures_new (start, self);
  self->guard = smd_url_guard_new (NULL, NULL);
  self->back_off = smd_back_off_new (g_random_int ());
  self->curl = smd_curl_new (on_landed, self);
  self->ldap = smd_ldap_new (on_landed, self);
  /* Not exclusive: no thread before there is work. */
  self->lookups = g_thread_pool_new (look_up_proxy, self, LOOKUPS, FALSE, NULL);
  self->late = smd_late_new ();
}

static void
init_interface (SmdFetcherInterface *iface)
{
  iface->fetch_all = smd_network_fetch_all;
  iface->set_late = smd_network_set_late;
  iface->note_content = smd_network_note_content;
}

SmdNetwork *
smd_network_new (GProxyResolver *proxies)
{
  SmdNetwork *self = g_object_new (SMD_TYPE_NETWORK, NULL);

  self->proxies = proxies != NULL ? g_object_ref (proxies) : NULL;
  return self;
}

void
smd_network_set_allow (SmdNetwork *self, const char *const *allow, const char *const *directories)
{
  SmdUrlGuard *guard = smd_url_guard_new (allow, directories);
  SmdUrlGuard *old;

  g_mutex_lock (&self->lock);
  old = self->guard;
  self->guard = guard;
  g_mutex_unlock (&self->lock);
  smd_url_guard_unref (old);
}

void
smd_network_reset (SmdNetwork *self)
{
  g_mutex_lock (&self->lock);
  smd_back_off_reset (self->back_off);
  g_mutex_unlock (&self->lock);
}
