/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory-connect.h"

#include <gio/gunixsocketaddress.h>

#include "smimed-error.h"

G_GNUC_PRINTF (3, 4) static gboolean
fail (GError **error, const SmdDirectoryUrl *url, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list arguments;

  va_start (arguments, format);
  why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The directory %s can't be asked: %s", url->text, why);
  return FALSE;
}

static GSocketConnection *
connect_socket (const SmdDirectoryUrl *url, GCancellable *stop, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) place = NULL;
  g_autoptr (GError) failure = NULL;
  GSocketConnection *connection;

  if (url->path != NULL)
    place = G_SOCKET_CONNECTABLE (g_unix_socket_address_new (url->path));
  else
    place = g_network_address_new (url->host, url->port);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, SMD_LDAP_CONNECT_TIME);
  connection = g_socket_client_connect (client, place, stop, &failure);
  if (connection == NULL)
    fail (error, url, "%s", failure->message);
  return connection;
}

static gboolean
check (SmdLdapConnection *connection, const SmdDirectoryUrl *url, const char *what, int code, GError **error)
{
  g_autofree char *text = code != LDAP_SUCCESS ? smd_ldap_connection_explain (connection, code) : NULL;

  return code == LDAP_SUCCESS || fail (error, url, "%s: %s", what, text);
}

static gboolean
check_tls (SmdLdapConnection *connection, const SmdDirectoryUrl *url, int code, GError **error)
{
  g_autofree char *text = code != LDAP_SUCCESS ? smd_ldap_connection_explain (connection, code) : NULL;

  return code == LDAP_SUCCESS ||
         fail (error, url, "no secure connection: %s; its certificate must be made out to “%s” by an authority that TLS_CACERT in ldap.conf names",
               text, url->host);
}

/* RFC 4511, 4.14.2: only a server that doesn't know the operation is spoken to in the clear. */
static gboolean
start_tls (SmdLdapConnection *connection, const SmdDirectoryUrl *url, GError **error)
{
  int code = smd_ldap_connection_start_tls (connection);

  return code == LDAP_PROTOCOL_ERROR || check_tls (connection, url, code, error);
}

/* RFC 4513, 5.2.3. A server that doesn't know us that way still serves everybody. */
static gboolean
log_in (SmdLdapConnection *connection, const SmdDirectoryUrl *url, GError **error)
{
  const SmdLdapLibrary *library = connection->library;
  struct berval nobody = { 0, (char *) "" };
  struct timeval time = { SMD_LDAP_CONNECT_TIME, 0 };
  LDAPMessage *message = NULL;
  int code = LDAP_TIMEOUT;
  int id = -1;

  if (library->sasl_bind (connection->handle, NULL, "EXTERNAL", &nobody, NULL, NULL, &id) == LDAP_SUCCESS &&
      library->result (connection->handle, id, LDAP_MSG_ALL, &time, &message) > 0)
    library->parse_result (connection->handle, message, &code, NULL, NULL, NULL, NULL, 1);
  else
    code = smd_ldap_connection_get_code (connection);
  if (code == LDAP_AUTH_METHOD_NOT_SUPPORTED || code == LDAP_INAPPROPRIATE_AUTH || code == LDAP_INVALID_CREDENTIALS)
    code = LDAP_SUCCESS;
  return check (connection, url, "the login (SASL EXTERNAL) failed", code, error);
}

static gboolean
begin (SmdLdapConnection *connection, const SmdDirectoryUrl *url, GError **error)
{
  if (g_str_equal (url->scheme, "ldapi"))
    return log_in (connection, url, error);
  if (g_str_equal (url->scheme, "ldap"))
    return start_tls (connection, url, error);
  return check_tls (connection, url, smd_ldap_connection_install_tls (connection), error);
}

SmdLdapConnection *
smd_directory_connect (const SmdLdapLibrary *library, const SmdDirectoryUrl *url, gsize largest, GCancellable *stop, GError **error)
{
  GSocketConnection *socket = connect_socket (url, stop, error);
  g_autoptr (SmdLdapConnection) connection = NULL;
  int code = LDAP_SUCCESS;

  if (socket == NULL)
    return NULL;
  connection = smd_ldap_connection_new (library, socket, url->server, largest, stop, &code);
  if (connection == NULL)
    fail (error, url, "%s", library->err2string (code));
  return connection != NULL && begin (connection, url, error) ? g_steal_pointer (&connection) : NULL;
}
