/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory-session.h"

#include <poll.h>
#include <unistd.h>

#include "smd-directory-connect.h"
#include "smd-directory-entry.h"
#include "smd-directory-filter.h"
#include "smd-directory-range.h"
#include "smimed-error.h"

#define SILENCE (15 * (gint64) G_USEC_PER_SEC) /* of a server that is asked */
#define SEARCH_TIME 10                         /* seconds that the server may take */
#define MOST_ENTRIES 1000                      /* of one address */
#define MOST_MESSAGES (2 * MOST_ENTRIES)       /* about one search: a server that sends more than it was asked for */
#define LONGEST (60 * (gint64) G_USEC_PER_SEC) /* of one search, however busy the server seems */
#define PAGE 100                               /* entries */

struct _SmdDirectorySession
{
  SmdDirectorySource source;
  SmdLdapConnection *connection; /* (owned) */
  GHashTable *running;           /* (owned) id -> Search (owned) */
  GQueue ready;                  /* of Search (owned): to be sent */
  GQueue alone;                  /* of Search (owned): to be sent when nothing else runs */
  gboolean exclusive;            /* one of @alone runs */
  gint64 heard;                  /* monotonic microseconds */
};

/* One search operation: for an address, for one member of a group, or for further members of one. */
typedef struct
{
  SmdDirectoryQuestion *question; /* (unowned) */
  char *member;                   /* (owned) (nullable): its name */
  char *group;                    /* (owned) (nullable): the name of one whose members come in parts */
  char *rest;                     /* (owned) (nullable): of which this is what is asked for */
  gboolean paged;                 /* RFC 2696 */
  struct berval *cookie;          /* (owned) (nullable) */
  guint entries;
  guint messages;
  gint64 begun;                   /* monotonic microseconds */
} Search;

static Search *
search_new (SmdDirectoryQuestion *question)
{
  Search *self = g_new0 (Search, 1);

  self->question = question;
  self->begun = g_get_monotonic_time ();
  question->open++;
  return self;
}

static Search *
search_new_member (SmdDirectoryQuestion *question, const char *name)
{
  Search *self = search_new (question);

  self->member = g_strdup (name);
  return self;
}

static Search *
search_new_rest (SmdDirectoryQuestion *question, const char *group, const char *rest)
{
  Search *self = search_new (question);

  self->group = g_strdup (group);
  self->rest = g_strdup (rest);
  return self;
}

static void
clear_cookie (Search *self)
{
  if (self->cookie != NULL)
    g_free (self->cookie->bv_val);
  g_clear_pointer (&self->cookie, g_free);
}

static void
search_free (gpointer data)
{
  Search *self = data;

  clear_cookie (self);
  g_free (self->member);
  g_free (self->group);
  g_free (self->rest);
  g_free (self);
}

SmdDirectorySession *
smd_directory_session_new (const SmdDirectorySource *source, GError **error)
{
  SmdLdapConnection *connection = smd_directory_connect (source->library, source->url, SMD_DIRECTORY_LARGEST, source->stop, error);
  SmdDirectorySession *self;

  if (connection == NULL)
    return NULL;
  self = g_new0 (SmdDirectorySession, 1);
  self->source = *source;
  self->connection = connection;
  self->running = g_hash_table_new_full (NULL, NULL, NULL, search_free);
  g_queue_init (&self->ready);
  g_queue_init (&self->alone);
  return self;
}

void
smd_directory_session_free (SmdDirectorySession *self)
{
  smd_ldap_connection_free (self->connection);
  g_hash_table_unref (self->running);
  g_queue_clear_full (&self->ready, search_free);
  g_queue_clear_full (&self->alone, search_free);
  g_free (self);
}

/* Ending */

static void
fail_question (SmdDirectorySession *self, SmdDirectoryQuestion *question, int code)
{
  g_autofree char *text = smd_ldap_connection_explain (self->connection, code);
  const char *advice = code == LDAP_REFERRAL ? "; it refers to another server: name that one in the setting directories" : "";

  if (question->answer->failure == NULL)
    g_set_error (&question->answer->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The directory %s doesn't tell: %s%s",
                 self->source.url->text, text, advice);
}

static void
end_search (SmdDirectorySession *self, Search *search)
{
  SmdDirectoryQuestion *question = search->question;

  search_free (search);
  if (--question->open == 0)
    self->source.landed (question, self->source.data);
}

/* Sending */

static LDAPControl *
make_page_control (SmdDirectorySession *self, Search *search)
{
  LDAPControl *control = NULL;

  self->source.library->create_page_control (self->connection->handle, PAGE, search->cookie, FALSE, &control);
  return control;
}

/* Returns: the entry that is asked for; NULL: whatever has the address */
static const char *
get_entry (const Search *search)
{
  return search->member != NULL ? search->member : search->group;
}

static int
send_search (SmdDirectorySession *self, Search *search, int *id)
{
  const SmdDirectoryUrl *url = self->source.url;
  const char *entry = get_entry (search);
  g_autofree char *filter = entry == NULL ? smd_directory_filter_new (search->question->address, url->filter) : NULL;
  const char *rest[] = { search->rest, NULL };
  const char *const *attributes = search->rest != NULL ? rest : smd_directory_entry_get_attributes (search->member != NULL);
  LDAPControl *controls[] = { search->paged ? make_page_control (self, search) : NULL, NULL };
  struct timeval time = { SEARCH_TIME, 0 };
  int scope = entry != NULL ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE;
  int code = self->source.library->search_ext (self->connection->handle, entry != NULL ? entry : url->base, scope, filter, (char **) attributes,
                                               0, controls, NULL, &time, MOST_ENTRIES, id);

  if (controls[0] != NULL)
    self->source.library->control_free (controls[0]);
  return code;
}

/* Without them the group isn't whole. */
static void
lose_entry (Search *search)
{
  const char *text = search->member != NULL ? search->member : "further members";

  g_ptr_array_add (search->question->answer->lost, g_strdup (text));
}

/* @search: (transfer full). Returns: FALSE: the connection is lost */
static gboolean
start_search (SmdDirectorySession *self, Search *search)
{
  int id = -1;
  int code = send_search (self, search, &id);

  if (code == LDAP_SUCCESS)
    {
      g_hash_table_insert (self->running, GINT_TO_POINTER (id), search);
      return TRUE;
    }
  if (code == LDAP_SERVER_DOWN || code == LDAP_CONNECT_ERROR)
    {
      g_queue_push_tail (&self->ready, search);
      return FALSE;
    }
  if (get_entry (search) == NULL)
    fail_question (self, search->question, code);
  else
    lose_entry (search);
  end_search (self, search);
  return TRUE;
}

/* Returns: (transfer full) (nullable) */
static Search *
next_search (SmdDirectorySession *self)
{
  SmdDirectoryQuestion *question = g_queue_is_empty (&self->ready) ? self->source.next (self->source.data) : NULL;

  return question != NULL ? search_new (question) : g_queue_pop_head (&self->ready);
}

static gboolean
fill (SmdDirectorySession *self)
{
  Search *search = NULL;

  if (self->exclusive)
    return TRUE;
  /* Paging belongs to the connection in some servers: one such search at a time, and none beside it. */
  if (!g_queue_is_empty (&self->alone))
    {
      self->exclusive = g_hash_table_size (self->running) == 0;
      return !self->exclusive || start_search (self, g_queue_pop_head (&self->alone));
    }
  while (g_hash_table_size (self->running) < SMD_DIRECTORY_WINDOW && (search = next_search (self)) != NULL)
    if (!start_search (self, search))
      return FALSE;
  return TRUE;
}

/* Receiving */

static void
ask_for_members (SmdDirectorySession *self, SmdDirectoryQuestion *question, GPtrArray *names)
{
  question->answer->too_large = question->answer->too_large || question->members > SMD_DIRECTORY_MOST_MEMBERS;
  for (guint i = 0; i < names->len && !question->answer->too_large; i++)
    g_queue_push_tail (&self->ready, search_new_member (question, names->pdata[i]));
}

/* Nobody needs the rest of what is too large. */
static void
ask_for_rest (SmdDirectorySession *self, SmdDirectoryQuestion *question, LDAPMessage *entry, GPtrArray *rest)
{
  char *group = rest->len > 0 && !question->answer->too_large ? self->source.library->get_dn (self->connection->handle, entry) : NULL;

  for (guint i = 0; i < rest->len && group != NULL; i++)
    g_queue_push_tail (&self->ready, search_new_rest (question, group, rest->pdata[i]));
  if (group != NULL)
    self->source.library->memfree (group);
}

static void
take_entry (SmdDirectorySession *self, Search *search, LDAPMessage *entry)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) rest = g_ptr_array_new_with_free_func (g_free);
  SmdDirectoryQuestion *question = search->question;
  SmdDirectoryRange asked = { .first = 0 };
  guint before = question->answer->members->len;

  search->entries++;
  if (search->rest != NULL && !smd_directory_range_read (search->rest, &asked))
    return;
  smd_directory_entry_read (self->connection, entry, search->member != NULL, asked.first, self->source.crypto, question->answer, names, rest);
  if (search->member == NULL)
    question->members += names->len + question->answer->members->len - before;
  ask_for_members (self, question, names);
  ask_for_rest (self, question, entry, rest);
}

/* The server's answer to the control. Returns: whether there are more pages */
static gboolean
take_cookie (SmdDirectorySession *self, Search *search, LDAPControl **controls)
{
  LDAPControl *control = self->source.library->control_find (LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
  struct berval cookie = { 0, NULL };
  ber_int_t count = 0;

  clear_cookie (search);
  if (control == NULL || self->source.library->parse_pageresponse_control (self->connection->handle, control, &count, &cookie) != LDAP_SUCCESS)
    return FALSE;
  if (cookie.bv_len > 0)
    {
      search->cookie = g_new0 (struct berval, 1);
      search->cookie->bv_val = g_memdup2 (cookie.bv_val, cookie.bv_len);
      search->cookie->bv_len = cookie.bv_len;
    }
  self->source.library->memfree (cookie.bv_val);
  return search->cookie != NULL && search->entries < MOST_ENTRIES;
}

/* @search: (transfer full): the server has said all */
static void
finish_entry (SmdDirectorySession *self, Search *search)
{
  if (search->entries == 0)
    lose_entry (search);
  end_search (self, search);
}

/* @search: (transfer full). A server that gives no more than so many entries at once gives them in pages. */
static void
finish_address (SmdDirectorySession *self, Search *search, int code, gboolean more)
{
  gboolean cut = code == LDAP_SIZELIMIT_EXCEEDED && !search->paged && search->entries < MOST_ENTRIES;

  if (cut || (code == LDAP_SUCCESS && more))
    {
      search->entries = cut ? 0 : search->entries;
      search->paged = TRUE;
      /* The next page first, whoever waits. */
      if (cut)
        g_queue_push_tail (&self->alone, search);
      else
        g_queue_push_head (&self->alone, search);
      return;
    }
  if (code != LDAP_SUCCESS && code != LDAP_SIZELIMIT_EXCEEDED)
    fail_question (self, search->question, code);
  end_search (self, search);
}

static void
finish (SmdDirectorySession *self, Search *search, LDAPMessage *message)
{
  LDAPControl **controls = NULL;
  int code = LDAP_DECODING_ERROR;
  gboolean more;

  self->source.library->parse_result (self->connection->handle, message, &code, NULL, NULL, NULL, &controls, 0);
  more = search->paged && controls != NULL && take_cookie (self, search, controls);
  if (controls != NULL)
    self->source.library->controls_free (controls);
  self->exclusive = FALSE;
  if (get_entry (search) != NULL)
    finish_entry (self, search);
  else
    finish_address (self, search, code, more);
}

/* Returns: FALSE: the server goes on and on */
static gboolean
take_message (SmdDirectorySession *self, int type, LDAPMessage *message)
{
  gpointer id = GINT_TO_POINTER (self->source.library->msgid (message));
  Search *search = g_hash_table_lookup (self->running, id);

  self->heard = g_get_monotonic_time ();
  if (search == NULL)
    return TRUE;
  if (++search->messages > MOST_MESSAGES || self->heard - search->begun > LONGEST)
    return FALSE;
  /* References to other servers (RFC 4511, 4.5.3) are passed over. */
  if (type == LDAP_RES_SEARCH_ENTRY && search->entries < (get_entry (search) != NULL ? 1 : MOST_ENTRIES))
    take_entry (self, search, self->source.library->first_entry (self->connection->handle, message));
  if (type != LDAP_RES_SEARCH_RESULT)
    return TRUE;
  g_hash_table_steal (self->running, id);
  finish (self, search, message);
  return TRUE;
}

/* Returns: FALSE: the server has been silent for too long, or nobody wants to hear it */
static gboolean
await (SmdDirectorySession *self)
{
  struct pollfd places[] = { { -1, POLLIN, 0 }, { self->source.wake, POLLIN, 0 } };
  gint64 left = self->heard + SILENCE - g_get_monotonic_time ();
  guint64 count;

  self->source.library->get_option (self->connection->handle, LDAP_OPT_DESC, &places[0].fd);
  if (left <= 0 || g_cancellable_is_cancelled (self->source.stop))
    return FALSE;
  poll (places, G_N_ELEMENTS (places), (int) (left / 1000) + 1);
  if (places[1].revents != 0 && read (self->source.wake, &count, sizeof count) < 0)
    return TRUE; /* another session has heard it */
  return TRUE;
}

static gboolean
lose (SmdDirectorySession *self, const char *why, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The directory %s can't be asked: %s", self->source.url->text, why);
  return FALSE;
}

static gboolean
lose_by_code (SmdDirectorySession *self, GError **error)
{
  g_autofree char *text = smd_ldap_connection_explain (self->connection, smd_ldap_connection_get_code (self->connection));

  return lose (self, text, error);
}

/* Returns: FALSE on error: the connection is lost */
static gboolean
receive (SmdDirectorySession *self, GError **error)
{
  const SmdLdapLibrary *library = self->source.library;
  struct timeval now = { 0, 0 };
  LDAPMessage *message = NULL;
  int type = library->result (self->connection->handle, LDAP_RES_ANY, LDAP_MSG_ONE, &now, &message);
  gboolean good;

  if (type < 0)
    return lose_by_code (self, error);
  if (message == NULL)
    return await (self) || lose (self, "it doesn't answer", error);
  good = take_message (self, type, message);
  library->msgfree (message);
  return good || lose (self, "it sends more than it was asked for", error);
}

gboolean
smd_directory_session_run (SmdDirectorySession *self, GError **error)
{
  self->heard = g_get_monotonic_time ();
  while (TRUE)
    {
      if (!fill (self))
        return lose_by_code (self, error);
      if (g_hash_table_size (self->running) == 0)
        return TRUE;
      if (!receive (self, error))
        return FALSE;
    }
}

static void
take_question (GPtrArray *open, const Search *search)
{
  if (!g_ptr_array_find (open, search->question, NULL))
    g_ptr_array_add (open, search->question);
}

GPtrArray *
smd_directory_session_take_open (SmdDirectorySession *self)
{
  GPtrArray *open = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer search;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &search))
    take_question (open, search);
  for (GList *link = self->ready.head; link != NULL; link = link->next)
    take_question (open, link->data);
  for (GList *link = self->alone.head; link != NULL; link = link->next)
    take_question (open, link->data);
  return open;
}
