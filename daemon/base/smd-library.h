/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A function of a library, and where its address goes: an offset into the struct of functions */
typedef struct
{
  const char *name; /* (unowned) static */
  gsize offset;
} SmdSymbol;

/**
 * SmdLibrary:
 * @file: its name with the version of its ABI, such as `libcurl.so.4`
 * @symbols: what is used of it; the last one's name is %NULL
 * @size: of the struct of functions
 * @start: (nullable): called once, before anybody gets the functions; %FALSE if the library can't be used
 *
 * A library that is loaded at its first use: linking it would cost each start of the daemon, with all the libraries that it brings.
 */
typedef struct
{
  const char *file;         /* (unowned) static */
  const SmdSymbol *symbols; /* (unowned) static */
  gsize size;
  gboolean (*start) (gpointer functions);
} SmdLibrary;

/**
 * smd_library_get:
 * @functions: static, 0 at first: keeps the functions
 *
 * Loads the library if it isn't there yet; cheap to call again. It stays for good, as do its functions: libraries register what ends with
 * the process. One that can't be loaded is tried again by the next call: it may be installed by then. Any thread.
 *
 * Returns: (transfer none) (nullable): its struct of functions; %NULL if the library, or a function of it, is missing
 */
gconstpointer smd_library_get (const SmdLibrary *self, gsize *functions);

G_END_DECLS
