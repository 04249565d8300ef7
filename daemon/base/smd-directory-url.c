/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory-url.h"

#include <string.h>

#include "smimed-error.h"

#define DEFAULT_SOCKET "/var/run/slapd/ldapi"

void
smd_directory_url_free (SmdDirectoryUrl *self)
{
  g_free (self->text);
  g_free (self->scheme);
  g_free (self->host);
  g_free (self->path);
  g_free (self->server);
  g_free (self->base);
  g_free (self->filter);
  g_free (self);
}

/* Returns: 0: not one of ours */
static guint16
default_port (const char *scheme)
{
  if (g_str_equal (scheme, "ldaps"))
    return 636;
  return g_str_equal (scheme, "ldap") || g_str_equal (scheme, "ldapi") ? 389 : 0;
}

/* `host`, `host:port`, `[address]:port` */
static gboolean
read_place (SmdDirectoryUrl *self, const char *place)
{
  const char *end = *place == '[' ? strchr (place, ']') : strchrnul (place, ':');
  const char *rest = end != NULL && *place == '[' ? end + 1 : end;
  guint64 port = self->port;

  if (end == NULL || end == place || (*rest != '\0' && *rest != ':'))
    return FALSE;
  if (*rest == ':' && !g_ascii_string_to_unsigned (rest + 1, 10, 1, 65535, &port, NULL))
    return FALSE;
  self->host = *place == '[' ? g_strndup (place + 1, (gsize) (end - place - 1)) : g_strndup (place, (gsize) (end - place));
  self->port = (guint16) port;
  self->server = g_strdup_printf (strchr (self->host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u", self->scheme, self->host, self->port);
  return *self->host != '\0';
}

static gboolean
read_socket (SmdDirectoryUrl *self, const char *place)
{
  self->path = *place != '\0' ? g_uri_unescape_string (place, NULL) : g_strdup (DEFAULT_SOCKET);
  self->server = g_strdup_printf ("ldapi://%s", place);
  return self->path != NULL && g_path_is_absolute (self->path);
}

/* `base?attributes?scope?filter`: what is asked for and how deep is our business */
static gboolean
read_base (SmdDirectoryUrl *self, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "?", 4);
  guint count = g_strv_length (parts);

  self->base = g_uri_unescape_string (count > 0 ? parts[0] : "", NULL);
  if (count > 3 && *parts[3] != '\0')
    self->filter = g_uri_unescape_string (parts[3], NULL);
  return self->base != NULL && (count <= 3 || *parts[3] == '\0' || (self->filter != NULL && *self->filter == '('));
}

static gboolean
read_all (SmdDirectoryUrl *self)
{
  const char *colon = strstr (self->text, "://");
  const char *slash = colon != NULL ? strchrnul (colon + 3, '/') : NULL;
  g_autofree char *place = colon != NULL ? g_strndup (colon + 3, (gsize) (slash - colon - 3)) : NULL;

  if (colon == NULL || !g_utf8_validate (self->text, -1, NULL))
    return FALSE;
  self->scheme = g_ascii_strdown (self->text, colon - self->text);
  self->port = default_port (self->scheme);
  if (self->port == 0)
    return FALSE;
  if (!(g_str_equal (self->scheme, "ldapi") ? read_socket (self, place) : read_place (self, place)))
    return FALSE;
  return read_base (self, *slash == '/' ? slash + 1 : "");
}

SmdDirectoryUrl *
smd_directory_url_new (const char *text, GError **error)
{
  g_autoptr (SmdDirectoryUrl) self = g_new0 (SmdDirectoryUrl, 1);

  self->text = g_strdup (text);
  if (read_all (self))
    return g_steal_pointer (&self);

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
               "“%s” isn't the URL of a directory; write ldaps://HOST/BASE, ldap://HOST/BASE or ldapi://ESCAPED-SOCKET/BASE into the setting "
               "directories", text);
  return NULL;
}

char *
smd_directory_url_make_entry (const SmdDirectoryUrl *self, const char *name, const char *attributes)
{
  /* What separates the parts of a name may stand as it is, so that it can be read. */
  g_autofree char *escaped = g_uri_escape_string (name, "=,", FALSE);

  return g_strdup_printf ("%s/%s?%s", self->server, escaped, attributes);
}

gboolean
smd_directory_url_contains (const SmdDirectoryUrl *self, const char *url)
{
  gsize size = strlen (self->server);

  return strncmp (url, self->server, size) == 0 && url[size] == '/';
}
