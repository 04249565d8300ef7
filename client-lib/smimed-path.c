/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-path.h"

#include <string.h>

const char *
smimed_path_to_fingerprint (const char *path)
{
  const char *last = strrchr (path, '/');

  return last != NULL && last[1] != '\0' ? last + 1 : NULL;
}

char *
smimed_path_for_certificate (const char *fingerprint)
{
  g_autofree char *lower = fingerprint != NULL ? g_ascii_strdown (fingerprint, -1) : NULL;

  if (lower == NULL)
    return g_strdup ("/");

  if (*lower == '\0' || lower[strspn (lower, "0123456789abcdef")] != '\0')
    return g_strdup (SMIMED_CERTIFICATES "0");

  return g_strconcat (SMIMED_CERTIFICATES, lower, NULL);
}

char *
smimed_path_for_job (const char *sender, const char *token)
{
  g_autofree char *name = g_strdup (*sender == ':' ? sender + 1 : sender);

  return g_strconcat (SMIMED_ROOT "/jobs/", g_strdelimit (name, ".", '_'), "/", token, NULL);
}
