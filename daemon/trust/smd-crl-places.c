/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-places.h"

#include <string.h>

#include "smd-directory-url.h"

#define MOST_PLACES 32
#define HOSTLESS "ldap:///"

static const char *
find_attributes (SmdWantKind kind, gboolean authority)
{
  if (kind == SMD_WANT_DELTA_CRL)
    return "deltaRevocationList;binary";
  return authority ? "authorityRevocationList;binary,certificateRevocationList;binary"
                   : "certificateRevocationList;binary,authorityRevocationList;binary";
}

static gboolean
is_hostless (const char *url)
{
  return g_ascii_strncasecmp (url, HOSTLESS, strlen (HOSTLESS)) == 0;
}

static void
add_entries (GPtrArray *places, const SmdCrlPoint *point, const SmdDirectoryUrl *directory, const char *attributes)
{
  for (char **url = point->urls; *url != NULL && places->len < MOST_PLACES; url++)
    if (is_hostless (*url))
      g_ptr_array_add (places, g_strdup_printf ("%s/%s", directory->server, *url + strlen (HOSTLESS)));
  for (char **name = point->names; *name != NULL && places->len < MOST_PLACES; name++)
    g_ptr_array_add (places, smd_directory_url_make_entry (directory, *name, attributes));
}

char **
smd_crl_places_list (const SmdCrlPoint *point, SmdWantKind kind, gboolean authority, const char *const *directories)
{
  GPtrArray *places = g_ptr_array_new ();

  for (char **url = point->urls; *url != NULL; url++)
    if (!is_hostless (*url))
      g_ptr_array_add (places, g_strdup (*url));
  for (; directories != NULL && *directories != NULL; directories++)
    {
      g_autoptr (SmdDirectoryUrl) directory = smd_directory_url_new (*directories, NULL);

      if (directory != NULL)
        add_entries (places, point, directory, find_attributes (kind, authority));
    }

  g_ptr_array_add (places, NULL);
  return (char **) g_ptr_array_free (places, FALSE);
}

void
smd_crl_places_add (GPtrArray *places, GPtrArray *points, SmdWantKind kind, gboolean authority, const char *const *directories)
{
  for (guint i = 0; i < points->len; i++)
    {
      g_autofree char **list = smd_crl_places_list (points->pdata[i], kind, authority, directories);

      for (char **place = list; *place != NULL; place++)
        g_ptr_array_add (places, *place);
    }
}

gboolean
smd_crl_places_lack_directory (const SmdCrlPoint *point, const char *const *directories)
{
  gboolean wanted = point->names[0] != NULL;
  g_auto (GStrv) places = NULL;

  for (char **url = point->urls; *url != NULL; url++)
    wanted |= is_hostless (*url);
  if (!wanted)
    return FALSE;

  places = smd_crl_places_list (point, SMD_WANT_CRL, FALSE, directories);
  return places[0] == NULL;
}
