/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ldap.h"

#include <stdarg.h>

#include "smd-directory-connect.h"
#include "smd-output.h"
#include "smimed-error.h"

#define OVERALL_TIME (60 * (gint64) G_USEC_PER_SEC)
#define SLICE 100000                                /* microseconds after which a stopped flight is noticed */
#define OVERHEAD (64 * 1024)                        /* bytes of an entry around its values */
#define MOST_VALUES 64
#define MOST_ATTRIBUTES 4 /* that one URL may ask for */

struct _SmdLdap
{
  SmdFlightFunc landed;
  gpointer data;     /* (unowned) */
  GThreadPool *pool; /* (owned) of SmdFlight */
};

/* One search on its way. */
typedef struct
{
  const SmdLdapLibrary *library; /* (unowned) */
  SmdFlight *flight;             /* (unowned) */
  LDAPURLDesc *url;              /* (owned) */
  SmdLdapConnection *connection; /* (owned) (nullable) */
  LDAP *handle;                  /* (unowned) @connection's */
  gint64 until;                  /* monotonic microseconds */
} Search;

G_GNUC_PRINTF (3, 4) static gboolean
fail (SmdFlight *flight, SmdFault fault, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list arguments;

  va_start (arguments, format);
  why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  smd_flight_fail (flight, fault, g_error_new (SMIMED_ERROR, SMIMED_ERROR_FAILED, "%s can't be fetched: %s", flight->url, why));
  return FALSE;
}

static gboolean
fail_with (SmdFlight *flight, int code, const SmdLdapLibrary *library)
{
  gboolean url = code == LDAP_NO_SUCH_OBJECT || code == LDAP_NO_SUCH_ATTRIBUTE || code == LDAP_INSUFFICIENT_ACCESS ||
                 code == LDAP_INVALID_DN_SYNTAX || code == LDAP_FILTER_ERROR || code == LDAP_REFERRAL;

  return fail (flight, url ? SMD_FAULT_URL : SMD_FAULT_HOST, "%s", library->err2string (code));
}

/* Connecting */

static GSocketConnection *
connect_to (SmdFlight *flight, GInetAddress *address, GError **error)
{
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketAddress) to = g_inet_socket_address_new (address, flight->target->port);

  if (!smd_url_guard_check_address (flight->guard, flight->target->host, address, error))
    return NULL;
  client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, SMD_LDAP_CONNECT_TIME);
  return g_socket_client_connect (client, G_SOCKET_CONNECTABLE (to), flight->stop, error);
}

static GSocketConnection *
connect_to_any (SmdFlight *flight, GList *addresses, GError **error)
{
  for (GList *link = addresses; link != NULL; link = link->next)
    {
      GSocketConnection *connection;

      g_clear_error (error);
      connection = connect_to (flight, link->data, error);
      if (connection != NULL)
        return connection;
    }
  return NULL;
}

static gboolean
fail_to_connect (SmdFlight *flight, GError *error)
{
  gboolean guarded = g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS);

  if (guarded)
    g_prefix_error (&error, "“%s” isn't fetched: ", flight->url);
  if (guarded)
    smd_flight_fail (flight, SMD_FAULT_NONE, error);
  else
    fail (flight, SMD_FAULT_HOST, "%s", error->message);
  if (!guarded)
    g_error_free (error);
  return FALSE;
}

/* Resolved here, so that what is checked is what is connected to. Returns: (transfer full) (nullable): the flight failed */
static GSocketConnection *
connect_guarded (SmdFlight *flight)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GSocketConnection *connection = NULL;
  GError *error = NULL;
  GList *addresses = g_resolver_lookup_by_name (resolver, flight->target->host, flight->stop, &error);

  if (error == NULL)
    connection = connect_to_any (flight, addresses, &error);
  g_resolver_free_addresses (addresses);
  if (connection == NULL)
    fail_to_connect (flight, error);
  return connection;
}

/* As it is asked about addresses, too: its address isn't guarded, its login and its TLS are the directory's. */
static gboolean
open_directory (Search *self, const SmdDirectoryUrl *directory)
{
  SmdFlight *flight = self->flight;
  GError *error = NULL;

  self->connection = smd_directory_connect (self->library, directory, flight->request->limit + OVERHEAD, flight->stop, &error);
  if (self->connection == NULL)
    smd_flight_fail (flight, SMD_FAULT_HOST, error);
  return self->connection != NULL;
}

static gboolean
open_connection (Search *self)
{
  SmdFlight *flight = self->flight;
  g_autofree char *server = g_strdup_printf ("%s://%s:%u", flight->target->scheme, flight->target->host, flight->target->port);
  GSocketConnection *socket = connect_guarded (flight);
  int code = LDAP_SUCCESS;

  if (socket == NULL)
    return FALSE;
  self->connection = smd_ldap_connection_new (self->library, socket, server, flight->request->limit + OVERHEAD, flight->stop, &code);
  if (self->connection == NULL)
    return fail_with (flight, code, self->library);

  if (g_str_equal (flight->target->scheme, "ldaps"))
    code = smd_ldap_connection_install_tls (self->connection);
  return code == LDAP_SUCCESS || fail_with (flight, code, self->library);
}

static gboolean
open_handle (Search *self)
{
  const SmdDirectoryUrl *directory = smd_url_guard_find_directory (self->flight->guard, self->flight->url);
  int one = 1;

  if (!(directory != NULL ? open_directory (self, directory) : open_connection (self)))
    return FALSE;
  self->handle = self->connection->handle;
  self->library->set_option (self->handle, LDAP_OPT_SIZELIMIT, &one);
  return TRUE;
}

/* Searching */

/* In the order in which they are wanted: one is enough. */
static void
list_attributes (const Search *self, char *attributes[MOST_ATTRIBUTES + 1])
{
  char **asked = self->url->lud_attrs;
  guint count = 0;

  for (; count < MOST_ATTRIBUTES && asked != NULL && asked[count] != NULL; count++)
    attributes[count] = asked[count];
  /* RFC 5280, 4.2.1.13 demands one; a URL without is about a CRL more often than not. */
  if (count == 0)
    attributes[count++] = (char *) "certificateRevocationList;binary";
  attributes[count] = NULL;
}

/* Whatever its options (`;binary`) are: RFC 4523, 2.1. */
static gboolean
is_attribute (const char *name, const char *asked)
{
  gsize size = strcspn (asked, ";");

  return strcspn (name, ";") == size && g_ascii_strncasecmp (name, asked, size) == 0;
}

/* Returns: (transfer full) (nullable) */
static struct berval **
find_values (Search *self, LDAPMessage *entry, const char *asked)
{
  const SmdLdapLibrary *library = self->library;
  struct berval **values = NULL;
  BerElement *position = NULL;
  char *name = library->first_attribute (self->handle, entry, &position);

  while (name != NULL)
    {
      if (values == NULL && is_attribute (name, asked))
        values = library->get_values_len (self->handle, entry, name);
      library->memfree (name);
      name = library->next_attribute (self->handle, entry, position);
    }
  if (position != NULL)
    library->free_ber (position, 0);
  return values;
}

static gboolean
write_pem (SmdOutput *output, struct berval *value, GError **error)
{
  g_autofree char *text = g_base64_encode ((const guchar *) value->bv_val, value->bv_len);
  g_autofree char *pem = g_strdup_printf ("-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", text);

  return smd_output_write (output, smd_span_string (pem), error);
}

/* Returns: (transfer full): one value as it is, several certificates as PEM; on error `TooLarge`, `Failed` */
static SmdBlob *
join_values (struct berval **values, gsize limit, gboolean certificates, GError **error)
{
  g_autoptr (SmdOutput) output = smd_output_new ("fetched", limit, error);
  gboolean good = output != NULL;
  gboolean several = certificates && values[1] != NULL;

  if (good && !several)
    good = smd_output_write (output, smd_span (values[0]->bv_val, values[0]->bv_len), error);
  for (gsize i = 0; good && several && values[i] != NULL && i < MOST_VALUES; i++)
    good = write_pem (output, values[i], error);
  return good ? smd_output_seal (g_steal_pointer (&output), error) : NULL;
}

static void
take_values (SmdFlight *flight, struct berval **values, gboolean certificates)
{
  GError *error = NULL;

  flight->result->body = join_values (values, flight->request->limit, certificates, &error);
  if (g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE))
    {
      g_clear_error (&error);
      g_set_error (&error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE, "The answer of %s is larger than %" G_GSIZE_FORMAT " bytes", flight->url,
                   flight->request->limit);
    }
  if (error != NULL)
    smd_flight_fail (flight, SMD_FAULT_URL, error);
}

static gboolean
take_entry (Search *self, LDAPMessage *entry)
{
  SmdFlight *flight = self->flight;
  char *attributes[MOST_ATTRIBUTES + 1];
  gboolean found = FALSE;

  list_attributes (self, attributes);
  for (guint i = 0; attributes[i] != NULL && !found; i++)
    {
      struct berval **values = find_values (self, entry, attributes[i]);

      found = values != NULL && values[0] != NULL && values[0]->bv_len > 0;
      if (found)
        take_values (flight, values, is_attribute ("cACertificate", attributes[i]));
      if (values != NULL)
        self->library->value_free_len (values);
    }

  if (!found)
    fail (flight, SMD_FAULT_URL, "the entry has no %s", attributes[0]);
  return flight->result->body != NULL;
}

/* The search is over without an entry. */
static gboolean
fail_search (Search *self, LDAPMessage *message)
{
  int code = LDAP_NO_SUCH_OBJECT;

  self->library->parse_result (self->handle, message, &code, NULL, NULL, NULL, NULL, 0);
  return fail_with (self->flight, code != LDAP_SUCCESS ? code : LDAP_NO_SUCH_OBJECT, self->library);
}

/* Returns: as ldap_result(): 0 if the time is over or nobody wants it any more */
static int
wait_for (Search *self, int id, LDAPMessage **message)
{
  int type = 0;

  while (type == 0 && g_get_monotonic_time () < self->until && !g_cancellable_is_cancelled (self->flight->stop))
    {
      struct timeval slice = { 0, SLICE };

      type = self->library->result (self->handle, id, LDAP_MSG_ONE, &slice, message);
    }
  return type;
}

static gboolean
take_result (Search *self, int id)
{
  LDAPMessage *message = NULL;
  int type = wait_for (self, id, &message);
  gboolean good;

  if (type == LDAP_RES_SEARCH_ENTRY)
    good = take_entry (self, self->library->first_entry (self->handle, message));
  else if (type > 0)
    good = fail_search (self, message);
  else if (type == 0)
    good = fail (self->flight, SMD_FAULT_HOST, "the directory doesn't answer");
  else
    good = fail_with (self->flight, smd_ldap_connection_get_code (self->connection), self->library);

  if (message != NULL)
    self->library->msgfree (message);
  return good;
}

static gboolean
search (Search *self)
{
  LDAPURLDesc *url = self->url;
  char *attributes[MOST_ATTRIBUTES + 1];
  int scope = url->lud_scope == LDAP_SCOPE_DEFAULT ? LDAP_SCOPE_BASE : url->lud_scope;
  struct timeval time = { OVERALL_TIME / G_USEC_PER_SEC, 0 };
  int id = -1;
  int code;
  gboolean good;

  list_attributes (self, attributes);
  code = self->library->search_ext (self->handle, url->lud_dn, scope, url->lud_filter, attributes, 0, NULL, NULL, &time, 1, &id);
  if (code != LDAP_SUCCESS)
    return fail_with (self->flight, code, self->library);
  good = take_result (self, id);
  self->library->abandon_ext (self->handle, id, NULL, NULL);
  return good;
}

static void
fetch (const SmdLdapLibrary *library, SmdFlight *flight)
{
  Search self = { .library = library, .flight = flight, .until = g_get_monotonic_time () + OVERALL_TIME };

  if (library->url_parse (flight->url, &self.url) != LDAP_URL_SUCCESS)
    {
      fail (flight, SMD_FAULT_URL, "it isn't an LDAP URL");
      return;
    }
  if (open_handle (&self))
    (void) search (&self);
  g_clear_pointer (&self.connection, smd_ldap_connection_free);
  library->free_urldesc (self.url);
}

static void
run (gpointer data, gpointer user_data)
{
  g_autoptr (SmdFlight) flight = data;
  SmdLdap *self = user_data;
  GError *error = NULL;
  const SmdLdapLibrary *library = smd_ldap_library (&error);

  if (library != NULL)
    fetch (library, flight);
  else
    smd_flight_fail (flight, SMD_FAULT_NONE, error);
  self->landed (flight, self->data);
}

SmdLdap *
smd_ldap_new (SmdFlightFunc landed, gpointer data)
{
  SmdLdap *self = g_new0 (SmdLdap, 1);

  self->landed = landed;
  self->data = data;
  self->pool = g_thread_pool_new (run, self, SMD_LDAP_THREADS, FALSE, NULL);
  return self;
}

void
smd_ldap_free (SmdLdap *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self);
}

void
smd_ldap_start (SmdLdap *self, SmdFlight *flight)
{
  g_thread_pool_push (self->pool, smd_flight_ref (flight), NULL);
}
