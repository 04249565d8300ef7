/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-paths.h"

#include <string.h>

#define FINGERPRINT_LENGTH 64

char *
smd_path_for_account (const char *id)
{
  return g_strconcat (SMD_PATH_ACCOUNTS "/", id, NULL);
}

char *
smd_path_for_certificate (const char *fingerprint)
{
  return fingerprint != NULL ? g_strconcat (SMD_PATH_CERTIFICATES "/", fingerprint, NULL) : g_strdup ("/");
}

char *
smd_path_for_job (const char *sender, const char *token)
{
  g_autofree char *escaped = g_strdelimit (g_strdup (sender + (*sender == ':')), ".", '_');

  return g_strconcat (SMD_PATH_JOBS "/", escaped, "/", token, NULL);
}

static const char *
element_below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  if (strncmp (path, folder, length) != 0 || path[length] != '/' || path[length + 1] == '\0')
    return NULL;

  return strchr (path + length + 1, '/') == NULL ? path + length + 1 : NULL;
}

const char *
smd_path_get_account (const char *path)
{
  return element_below (path, SMD_PATH_ACCOUNTS);
}

const char *
smd_path_get_certificate (const char *path)
{
  const char *fingerprint = element_below (path, SMD_PATH_CERTIFICATES);

  if (fingerprint == NULL || strlen (fingerprint) != FINGERPRINT_LENGTH)
    return NULL;

  return fingerprint[strspn (fingerprint, G_CSET_DIGITS "abcdef")] == '\0' ? fingerprint : NULL;
}
