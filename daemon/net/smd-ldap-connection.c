/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ldap-connection.h"

#include <sys/socket.h>
#include <unistd.h>

#define SYSTEM_ANCHORS "/etc/ssl/certs/ca-certificates.crt"

/* In the thread of whoever stops it: the library sees the end of the connection, wherever it waits. */
static void
on_stop (GCancellable *stop, GSocket *socket)
{
  shutdown (g_socket_get_fd (socket), SHUT_RDWR);
}

static void
set_bounds (SmdLdapConnection *self, gsize largest)
{
  const SmdLdapLibrary *library = self->library;
  struct timeval time = { SMD_LDAP_CONNECT_TIME, 0 };
  int version = LDAP_VERSION3;
  ber_len_t most = largest;
  Sockbuf *buffer = NULL;

  library->set_option (self->handle, LDAP_OPT_PROTOCOL_VERSION, &version);
  library->set_option (self->handle, LDAP_OPT_NETWORK_TIMEOUT, &time);
  library->set_option (self->handle, LDAP_OPT_TIMEOUT, &time);
  library->set_option (self->handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  library->set_option (self->handle, LDAP_OPT_RESTART, LDAP_OPT_OFF);
  if (library->get_option (self->handle, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS)
    library->sockbuf_ctrl (buffer, LBER_SB_OPT_SET_MAX_INCOMING, &most);
}

SmdLdapConnection *
smd_ldap_connection_new (const SmdLdapLibrary *library, GSocketConnection *socket, const char *server, gsize largest, GCancellable *stop,
                         int *code)
{
  g_autoptr (SmdLdapConnection) self = g_new0 (SmdLdapConnection, 1);
  GSocket *inner = g_socket_connection_get_socket (socket);
  int protocol = g_str_has_prefix (server, "ldapi:") ? LDAP_PROTO_IPC : LDAP_PROTO_TCP;
  int fd = dup (g_socket_get_fd (inner));

  self->library = library;
  self->socket = socket;
  self->stop = g_object_ref (stop);
  self->handler = g_cancellable_connect (stop, G_CALLBACK (on_stop), g_object_ref (inner), g_object_unref);
  /* On success the handle owns the descriptor. */
  *code = library->init_fd (fd, protocol, server, &self->handle);
  if (*code != LDAP_SUCCESS)
    {
      close (fd);
      return NULL;
    }
  set_bounds (self, largest);
  return g_steal_pointer (&self);
}

void
smd_ldap_connection_free (SmdLdapConnection *self)
{
  if (self->handle != NULL)
    self->library->unbind_ext (self->handle, NULL, NULL);
  g_cancellable_disconnect (self->stop, self->handler);
  g_object_unref (self->socket);
  g_object_unref (self->stop);
  g_free (self);
}

/* A context of its own knows nothing of ldap.conf by itself. Returns: whether there was such a line in it */
static gboolean
inherit (SmdLdapConnection *self, int option)
{
  char *value = NULL;
  gboolean found;

  self->library->get_option (NULL, option, &value);
  found = value != NULL;
  if (found)
    self->library->set_option (self->handle, option, value);
  if (found)
    self->library->memfree (value);
  return found;
}

/* Whatever ldap.conf says of that (TLS_REQCERT): a server that can't be told from another isn't spoken to. Where it names no authorities, the
 * system's count. */
static void
require_certificate (SmdLdapConnection *self)
{
  static const int others[] = { LDAP_OPT_X_TLS_CERTFILE, LDAP_OPT_X_TLS_KEYFILE, LDAP_OPT_X_TLS_CIPHER_SUITE, LDAP_OPT_X_TLS_CRLFILE };
  int demand = LDAP_OPT_X_TLS_DEMAND;
  int client = 0;
  gboolean file = inherit (self, LDAP_OPT_X_TLS_CACERTFILE);
  gboolean folder = inherit (self, LDAP_OPT_X_TLS_CACERTDIR);

  if (!file && !folder && access (SYSTEM_ANCHORS, R_OK) == 0)
    self->library->set_option (self->handle, LDAP_OPT_X_TLS_CACERTFILE, SYSTEM_ANCHORS);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    inherit (self, others[i]);
  self->library->set_option (self->handle, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
  self->library->set_option (self->handle, LDAP_OPT_X_TLS_NEWCTX, &client);
}

int
smd_ldap_connection_install_tls (SmdLdapConnection *self)
{
  require_certificate (self);
  return self->library->install_tls (self->handle);
}

int
smd_ldap_connection_start_tls (SmdLdapConnection *self)
{
  require_certificate (self);
  return self->library->start_tls_s (self->handle, NULL, NULL);
}

char *
smd_ldap_connection_explain (SmdLdapConnection *self, int code)
{
  char *diagnostic = NULL;
  g_autofree char *valid = NULL;
  const char *text = self->library->err2string (code);

  self->library->get_option (self->handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnostic);
  if (diagnostic == NULL || *diagnostic == '\0')
    valid = g_strdup (text);
  else
    {
      g_autofree char *readable = g_utf8_make_valid (diagnostic, (gssize) strnlen (diagnostic, 200));

      valid = g_strdup_printf ("%s (%s)", text, readable);
    }
  if (diagnostic != NULL)
    self->library->memfree (diagnostic);
  return g_steal_pointer (&valid);
}

int
smd_ldap_connection_get_code (SmdLdapConnection *self)
{
  int code = LDAP_SERVER_DOWN;

  self->library->get_option (self->handle, LDAP_OPT_RESULT_CODE, &code);
  return code != LDAP_SUCCESS ? code : LDAP_SERVER_DOWN;
}
