/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ldap.h"

#include <gmodule.h>
#include <ldap.h>
#include <openldap.h>
#include <sys/socket.h>
#include <unistd.h>

#include "smd-output.h"
#include "smimed-error.h"

#define CONNECT_TIME 10                             /* seconds */
#define OVERALL_TIME (60 * (gint64) G_USEC_PER_SEC)
#define SLICE 100000                                /* microseconds after which a stopped flight is noticed */
#define OVERHEAD (64 * 1024)                        /* bytes of an entry around its values */
#define MOST_VALUES 64

/* The libraries are loaded at the first fetch: linking them would cost each start of the daemon. */
#define LDAP_FUNCTIONS(FUNCTION) \
  FUNCTION (init_fd) FUNCTION (install_tls) FUNCTION (set_option) FUNCTION (get_option) FUNCTION (url_parse) FUNCTION (free_urldesc) \
  FUNCTION (search_ext) FUNCTION (result) FUNCTION (parse_result) FUNCTION (first_entry) FUNCTION (first_attribute) FUNCTION (next_attribute) \
  FUNCTION (get_values_len) FUNCTION (value_free_len) FUNCTION (memfree) FUNCTION (msgfree) FUNCTION (abandon_ext) FUNCTION (unbind_ext) \
  FUNCTION (err2string)
#define DECLARE(name) typeof (ldap_##name) *name; /* (unowned) */
#define LOAD(name) && g_module_symbol (module, "ldap_" #name, (gpointer) &library->name)

typedef struct
{
  LDAP_FUNCTIONS (DECLARE)
  typeof (ber_sockbuf_ctrl) *sockbuf_ctrl; /* (unowned) */
  typeof (ber_free) *free_ber;             /* (unowned) */
} Library;

struct _SmdLdap
{
  SmdFlightFunc landed;
  gpointer data;     /* (unowned) */
  GThreadPool *pool; /* (owned) of SmdFlight */
  GMutex lock;       /* for loading */
  gboolean loaded;
  Library library;
};

/* One search on its way. */
typedef struct
{
  const Library *library; /* (unowned) */
  SmdFlight *flight;      /* (unowned) */
  LDAPURLDesc *url;       /* (owned) */
  GSocketConnection *connection; /* (owned) (nullable) */
  gulong handler;                /* on the flight's stop */
  LDAP *handle;           /* (owned) */
  gint64 until;           /* monotonic microseconds */
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
fail_with (SmdFlight *flight, int code, const Library *library)
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
  g_socket_client_set_timeout (client, CONNECT_TIME);
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

/* In the thread of whoever stops the flight: the library sees the end of the connection, wherever it waits. */
static void
on_stop (GCancellable *stop, GSocket *socket)
{
  shutdown (g_socket_get_fd (socket), SHUT_RDWR);
}

static void
set_bounds (Search *self)
{
  const Library *library = self->library;
  struct timeval time = { CONNECT_TIME, 0 };
  int version = LDAP_VERSION3;
  int one = 1;
  ber_len_t largest = self->flight->request->limit + OVERHEAD;
  Sockbuf *buffer = NULL;

  library->set_option (self->handle, LDAP_OPT_PROTOCOL_VERSION, &version);
  library->set_option (self->handle, LDAP_OPT_NETWORK_TIMEOUT, &time);
  library->set_option (self->handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  library->set_option (self->handle, LDAP_OPT_RESTART, LDAP_OPT_OFF);
  library->set_option (self->handle, LDAP_OPT_SIZELIMIT, &one);
  if (library->get_option (self->handle, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS)
    library->sockbuf_ctrl (buffer, LBER_SB_OPT_SET_MAX_INCOMING, &largest);
}

static gboolean
open_handle (Search *self)
{
  SmdFlight *flight = self->flight;
  g_autofree char *server = g_strdup_printf ("%s://%s:%u", flight->target->scheme, flight->target->host, flight->target->port);
  GSocket *socket;
  int fd;
  int code;

  self->connection = connect_guarded (flight);
  if (self->connection == NULL)
    return FALSE;
  socket = g_socket_connection_get_socket (self->connection);
  self->handler = g_cancellable_connect (flight->stop, G_CALLBACK (on_stop), g_object_ref (socket), g_object_unref);
  fd = dup (g_socket_get_fd (socket));
  /* On success the handle owns the descriptor. */
  code = self->library->init_fd (fd, LDAP_PROTO_TCP, server, &self->handle);
  if (code != LDAP_SUCCESS)
    {
      close (fd);
      return fail_with (flight, code, self->library);
    }

  set_bounds (self);
  if (g_str_equal (flight->target->scheme, "ldaps"))
    code = self->library->install_tls (self->handle);
  return code == LDAP_SUCCESS || fail_with (flight, code, self->library);
}

/* Searching */

static const char *
asked_attribute (const Search *self)
{
  char **attributes = self->url->lud_attrs;

  /* RFC 5280, 4.2.1.13 demands one; a URL without is about a CRL more often than not. */
  return attributes != NULL && attributes[0] != NULL ? attributes[0] : "certificateRevocationList;binary";
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
find_values (Search *self, LDAPMessage *entry)
{
  const Library *library = self->library;
  struct berval **values = NULL;
  BerElement *position = NULL;
  char *name = library->first_attribute (self->handle, entry, &position);

  while (name != NULL)
    {
      if (values == NULL && is_attribute (name, asked_attribute (self)))
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

static gboolean
take_entry (Search *self, LDAPMessage *entry)
{
  SmdFlight *flight = self->flight;
  struct berval **values = find_values (self, entry);
  GError *error = NULL;

  if (values == NULL || values[0] == NULL || values[0]->bv_len == 0)
    fail (flight, SMD_FAULT_URL, "the entry has no %s", asked_attribute (self));
  else
    flight->result->body = join_values (values, flight->request->limit, is_attribute ("cACertificate", asked_attribute (self)), &error);
  if (values != NULL)
    self->library->value_free_len (values);

  if (g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE))
    {
      g_clear_error (&error);
      g_set_error (&error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE, "The answer of %s is larger than %" G_GSIZE_FORMAT " bytes", flight->url,
                   flight->request->limit);
    }
  if (error != NULL)
    smd_flight_fail (flight, SMD_FAULT_URL, error);
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
  int code = LDAP_SERVER_DOWN;
  gboolean good;

  if (type == LDAP_RES_SEARCH_ENTRY)
    good = take_entry (self, self->library->first_entry (self->handle, message));
  else if (type > 0)
    good = fail_search (self, message);
  else if (type == 0)
    good = fail (self->flight, SMD_FAULT_HOST, "the directory doesn't answer");
  else
    {
      self->library->get_option (self->handle, LDAP_OPT_RESULT_CODE, &code);
      good = fail_with (self->flight, code, self->library);
    }

  if (message != NULL)
    self->library->msgfree (message);
  return good;
}

static gboolean
search (Search *self)
{
  LDAPURLDesc *url = self->url;
  char *attributes[] = { (char *) asked_attribute (self), NULL };
  int scope = url->lud_scope == LDAP_SCOPE_DEFAULT ? LDAP_SCOPE_BASE : url->lud_scope;
  struct timeval time = { OVERALL_TIME / G_USEC_PER_SEC, 0 };
  int id = -1;
  int code = self->library->search_ext (self->handle, url->lud_dn, scope, url->lud_filter, attributes, 0, NULL, NULL, &time, 1, &id);
  gboolean good;

  if (code != LDAP_SUCCESS)
    return fail_with (self->flight, code, self->library);
  good = take_result (self, id);
  self->library->abandon_ext (self->handle, id, NULL, NULL);
  return good;
}

static void
fetch (const Library *library, SmdFlight *flight)
{
  Search self = { .library = library, .flight = flight, .until = g_get_monotonic_time () + OVERALL_TIME };

  if (library->url_parse (flight->url, &self.url) != LDAP_URL_SUCCESS)
    {
      fail (flight, SMD_FAULT_URL, "it isn't an LDAP URL");
      return;
    }
  if (open_handle (&self))
    (void) search (&self);
  if (self.handle != NULL)
    library->unbind_ext (self.handle, NULL, NULL);
  g_cancellable_disconnect (flight->stop, self.handler);
  g_clear_object (&self.connection);
  library->free_urldesc (self.url);
}

/* The library */

static gboolean
load (Library *library)
{
  GModule *module = g_module_open (SMD_LDAP_LIBRARY, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);

  /* liblber comes with it. */
  return module != NULL LDAP_FUNCTIONS (LOAD) && g_module_symbol (module, "ber_sockbuf_ctrl", (gpointer) &library->sockbuf_ctrl) &&
         g_module_symbol (module, "ber_free", (gpointer) &library->free_ber);
}

static gboolean
make_ready (SmdLdap *self)
{
  gboolean loaded;

  g_mutex_lock (&self->lock);
  self->loaded = self->loaded || load (&self->library);
  loaded = self->loaded;
  g_mutex_unlock (&self->lock);
  return loaded;
}

static void
run (gpointer data, gpointer user_data)
{
  g_autoptr (SmdFlight) flight = data;
  SmdLdap *self = user_data;

  if (make_ready (self))
    fetch (&self->library, flight);
  else
    smd_flight_fail (flight, SMD_FAULT_NONE, g_error_new (SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
                                                          SMD_LDAP_LIBRARY " is missing; install libldap to fetch over LDAP"));
  self->landed (flight, self->data);
}

SmdLdap *
smd_ldap_new (SmdFlightFunc landed, gpointer data)
{
  SmdLdap *self = g_new0 (SmdLdap, 1);

  self->landed = landed;
  self->data = data;
  g_mutex_init (&self->lock);
  self->pool = g_thread_pool_new (run, self, SMD_LDAP_THREADS, FALSE, NULL);
  return self;
}

void
smd_ldap_free (SmdLdap *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
smd_ldap_start (SmdLdap *self, SmdFlight *flight)
{
  g_thread_pool_push (self->pool, smd_flight_ref (flight), NULL);
}
