/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-url-guard.h"

#include <string.h>

#include "smimed-error.h"

struct _SmdUrlGuard
{
  GPtrArray *special; /* (owned) of GInetAddressMask: not to be fetched from */
  GPtrArray *allowed; /* (owned) of GInetAddressMask */
  GHashTable *hosts;  /* (owned) names that are allowed, lower case */
  GPtrArray *directories; /* (owned) of SmdDirectoryUrl */
};

/* The special-purpose registries (RFC 6890) as far as they aren't parts of the public network. */
static const char *const special_networks[] = {
  "0.0.0.0/8",      /* this host (RFC 1122) */
  "10.0.0.0/8",     /* private (RFC 1918) */
  "100.64.0.0/10",  /* shared, CGNAT (RFC 6598) */
  "127.0.0.0/8",    /* loopback */
  "169.254.0.0/16", /* link-local (RFC 3927) */
  "172.16.0.0/12",  /* private (RFC 1918) */
  "192.0.0.0/24",   /* protocol assignments (RFC 6890) */
  "192.168.0.0/16", /* private (RFC 1918) */
  "198.18.0.0/15",  /* benchmarks (RFC 2544) */
  "224.0.0.0/4",    /* multicast */
  "240.0.0.0/4",    /* reserved, broadcast */
  "::/128",         /* unspecified */
  "::1/128",        /* loopback */
  "64:ff9b:1::/48", /* local translation (RFC 8215) */
  "100::/64",       /* discard (RFC 6666) */
  "fc00::/7",       /* unique local (RFC 4193) */
  "fe80::/10",      /* link-local */
  "fec0::/10",      /* site-local (RFC 3879) */
  "ff00::/8",       /* multicast */
};

/* IPv6 networks that carry an IPv4 address, and the octet where that begins. */
static const struct
{
  guint8 prefix[12];
  gsize size;
  gsize offset;
} carriers[] = {
  { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 12, 12 }, /* ::ffff:0:0/96, mapped (RFC 4291) */
  { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 12, 12 },       /* ::/96, compatible (RFC 4291) */
  { { 0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0 }, 12, 12 }, /* 64:ff9b::/96, NAT64 (RFC 6052) */
  { { 0x20, 0x02 }, 2, 2 },                                  /* 2002::/16, 6to4 (RFC 3056) */
};

static const struct
{
  const char *scheme;
  guint16 port;
} schemes[] = { { "http", 80 }, { "https", 443 }, { "ldap", 389 }, { "ldaps", 636 } };

void
smd_url_target_free (SmdUrlTarget *self)
{
  g_free (self->scheme);
  g_free (self->host);
  g_free (self);
}

/* Returns: (transfer full) (nullable): GLib complains aloud of a length that no address has, and would go on. */
static GInetAddressMask *
parse_network (const char *text)
{
  const char *slash = strchr (text, '/');
  guint64 length;

  if (slash != NULL && !g_ascii_string_to_unsigned (slash + 1, 10, 0, 128, &length, NULL))
    return NULL;
  return g_inet_address_mask_new_from_string (text, NULL);
}

/* Those that can't be read are told by whoever looks addresses up in them. */
static GPtrArray *
read_directories (const char *const *urls)
{
  GPtrArray *directories = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_directory_url_free);

  for (; urls != NULL && *urls != NULL; urls++)
    {
      SmdDirectoryUrl *one = smd_directory_url_new (*urls, NULL);

      if (one != NULL)
        g_ptr_array_add (directories, one);
    }
  return directories;
}

SmdUrlGuard *
smd_url_guard_new (const char *const *allow, const char *const *directories)
{
  SmdUrlGuard *self = g_atomic_rc_box_new0 (SmdUrlGuard);

  self->special = g_ptr_array_new_with_free_func (g_object_unref);
  self->allowed = g_ptr_array_new_with_free_func (g_object_unref);
  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->directories = read_directories (directories);
  for (gsize i = 0; i < G_N_ELEMENTS (special_networks); i++)
    g_ptr_array_add (self->special, g_inet_address_mask_new_from_string (special_networks[i], NULL));

  for (; allow != NULL && *allow != NULL; allow++)
    {
      GInetAddressMask *mask = parse_network (*allow);

      if (mask != NULL)
        g_ptr_array_add (self->allowed, mask);
      else
        g_hash_table_add (self->hosts, g_ascii_strdown (*allow, -1));
    }
  return self;
}

SmdUrlGuard *
smd_url_guard_ref (SmdUrlGuard *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SmdUrlGuard *self = data;

  g_ptr_array_unref (self->special);
  g_ptr_array_unref (self->allowed);
  g_hash_table_unref (self->hosts);
  g_ptr_array_unref (self->directories);
}

void
smd_url_guard_unref (SmdUrlGuard *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static gboolean
is_listed (SmdUrlGuard *self, const char *host)
{
  g_autofree char *name = g_ascii_strdown (host, -1);

  return g_hash_table_contains (self->hosts, name);
}

static gboolean
matches (GPtrArray *masks, GInetAddress *address)
{
  for (guint i = 0; i < masks->len; i++)
    if (g_inet_address_mask_matches (masks->pdata[i], address))
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full) (nullable): the IPv4 address inside of @address */
static GInetAddress *
carried (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (carriers); i++)
    if (memcmp (bytes, carriers[i].prefix, carriers[i].size) == 0)
      return g_inet_address_new_from_bytes (bytes + carriers[i].offset, G_SOCKET_FAMILY_IPV4);
  return NULL;
}

static gboolean
is_open (SmdUrlGuard *self, GInetAddress *address)
{
  return matches (self->allowed, address) || !matches (self->special, address);
}

gboolean
smd_url_guard_check_address (SmdUrlGuard *self, const char *host, GInetAddress *address, GError **error)
{
  g_autoptr (GInetAddress) inner = carried (address);
  g_autofree char *text = g_inet_address_to_string (address);

  if (is_listed (self, host) || matches (self->allowed, address))
    return TRUE;
  if (inner != NULL ? matches (self->allowed, inner) : FALSE)
    return TRUE;
  if (is_open (self, address) && (inner == NULL || is_open (self, inner)))
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS,
               "%s is an address of this machine or of a local network; add “%s” to the setting network-allow if it may be fetched from",
               text, host);
  return FALSE;
}

static gboolean
forbid (const char *url, const char *why, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS, "“%s” isn't fetched: %s", url, why);
  return FALSE;
}

/* What can't be an address, but resolvers take for one: 127.1, 0x7f000001, 2130706433. */
static gboolean
looks_numeric (const char *host)
{
  const char *last = strrchr (host, '.');

  last = last != NULL ? last + 1 : host;
  return g_ascii_isdigit (*last) && (last[strspn (last, "0123456789")] == '\0' || g_str_has_prefix (last, "0x"));
}

/* Names are resolved later, perhaps by a proxy that is out of sight. */
static gboolean
check_host (SmdUrlGuard *self, const char *url, const char *host, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autofree char *name = g_ascii_strdown (host, -1);

  if (address != NULL && smd_url_guard_check_address (self, host, address, error))
    return TRUE;
  if (address != NULL)
    {
      g_prefix_error (error, "“%s” isn't fetched: ", url);
      return FALSE;
    }
  if (is_listed (self, host))
    return TRUE;
  if (strchr (host, '%') != NULL)
    return forbid (url, "its host is written with escapes", error);
  if (looks_numeric (name))
    return forbid (url, "its host is a number that isn't written as an address", error);
  if (g_str_equal (name, "localhost") || g_str_has_suffix (name, ".localhost") || g_str_has_suffix (name, "localhost."))
    return forbid (url, "it leads to this machine; add its host to the setting network-allow if that is wanted", error);
  return TRUE;
}

/* Returns: 0: not one of ours */
static guint16
default_port (const char *scheme)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (schemes[i].scheme, scheme))
      return schemes[i].port;
  return 0;
}

/* Whether there is more between `://` and the path than names, addresses and ports are made of, in any script */
static gboolean
has_odd_authority (const char *url)
{
  const char *start = strstr (url, "://");
  const char *end = start != NULL ? start + 3 + strcspn (start + 3, "/?#") : NULL;

  for (const char *at = start != NULL ? start + 3 : NULL; at != end; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-._:%[]@", *at) == NULL && (guchar) *at < 0x80)
      return TRUE;
  return FALSE;
}

/* Programs differ on these, so that what was checked would not be what is connected to. */
static gboolean
is_ambiguous (const char *url)
{
  if (has_odd_authority (url))
    return TRUE;
  for (; *url != '\0'; url++)
    if (*url == '\\' || g_ascii_iscntrl (*url))
      return TRUE;
  return FALSE;
}

static gboolean
check_parts (SmdUrlGuard *self, const char *url, GUri *uri, GError **error)
{
  if (default_port (g_uri_get_scheme (uri)) == 0)
    return forbid (url, "only http, https, ldap and ldaps are", error);
  if (g_uri_get_userinfo (uri) != NULL)
    return forbid (url, "it holds a user name", error);
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return forbid (url, "it names no host", error);
  return check_host (self, url, g_uri_get_host (uri), error);
}

const SmdDirectoryUrl *
smd_url_guard_find_directory (SmdUrlGuard *self, const char *url)
{
  for (guint i = 0; i < self->directories->len; i++)
    if (smd_directory_url_contains (self->directories->pdata[i], url))
      return self->directories->pdata[i];
  return NULL;
}

static SmdUrlTarget *
make_target (const char *scheme, const char *host, guint16 port)
{
  SmdUrlTarget *target = g_new0 (SmdUrlTarget, 1);

  target->scheme = g_strdup (scheme);
  target->host = g_strdup (host);
  target->port = port;
  return target;
}

SmdUrlTarget *
smd_url_guard_check_url (SmdUrlGuard *self, const char *url, GError **error)
{
  const SmdDirectoryUrl *directory = smd_url_guard_find_directory (self, url);
  g_autoptr (GUri) uri = is_ambiguous (url) ? NULL : g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  int port;

  if (directory != NULL)
    return make_target (directory->scheme, directory->host != NULL ? directory->host : directory->path, directory->port);
  if (uri == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "“%s” isn't a URL", url);
      return NULL;
    }
  if (!check_parts (self, url, uri, error))
    return NULL;

  port = g_uri_get_port (uri);
  return make_target (g_uri_get_scheme (uri), g_uri_get_host (uri), port > 0 ? (guint16) port : default_port (g_uri_get_scheme (uri)));
}
