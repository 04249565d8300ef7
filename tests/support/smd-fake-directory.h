/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-directory.h"

G_BEGIN_DECLS

#define SMD_TYPE_FAKE_DIRECTORY (smd_fake_directory_get_type ())
G_DECLARE_FINAL_TYPE (SmdFakeDirectory, smd_fake_directory, SMD, FAKE_DIRECTORY, GObject)

/**
 * SmdFakeDirectory:
 *
 * Directories in memory. Each address has one answer of each; who isn't known has empty ones.
 */
struct _SmdFakeDirectory
{
  GObject parent;
  GHashTable *answers; /* (owned) "URL address" -> SmdDirectoryAnswer */
  char *down;          /* (owned) (nullable) URL of the one that can't be asked */
  guint calls;
  guint asked;         /* addresses in all calls */
};

SmdFakeDirectory *smd_fake_directory_new (void);
/* Returns: (transfer none): what the directory says of @address from now on, to be filled */
SmdDirectoryAnswer *smd_fake_directory_say (SmdFakeDirectory *self, const char *url, const char *address);

G_END_DECLS
