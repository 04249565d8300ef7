/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdDirectoryUrl:
 * @text: (owned): as the setting has it
 * @scheme: (owned): `ldap`, `ldaps` or `ldapi`
 * @host: (owned) (nullable): a name, or an address without brackets; %NULL with `ldapi`
 * @path: (owned) (nullable): of the socket, with `ldapi`
 * @server: (owned): the URL without base
 * @base: (owned): distinguished name below which entries lie; may be empty
 * @filter: (owned) (nullable): what every entry must match besides
 *
 * Where a directory is (RFC 4516). Immutable.
 */
typedef struct
{
  char *text;   /* (owned) */
  char *scheme; /* (owned) */
  char *host;   /* (owned) */
  guint16 port;
  char *path;   /* (owned) */
  char *server; /* (owned) */
  char *base;   /* (owned) */
  char *filter; /* (owned) */
} SmdDirectoryUrl;

/* Returns: (transfer full): on error `InvalidArgument`, with what a directory's URL looks like */
SmdDirectoryUrl *smd_directory_url_new (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_directory_url_free (SmdDirectoryUrl *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdDirectoryUrl, smd_directory_url_free)

/* Returns: (transfer full): the URL (RFC 4516) of the entry @name (RFC 4514), wherever it lies in this directory, and of its @attributes */
char *smd_directory_url_make_entry (const SmdDirectoryUrl *self, const char *name, const char *attributes);

/* Whether @url is one of an entry of this directory, written as smd_directory_url_make_entry() writes it */
gboolean smd_directory_url_contains (const SmdDirectoryUrl *self, const char *url);

G_END_DECLS
