/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SMD_HUGE_PAGE:
 *
 * Large memfds in pages of this many bytes (what MADV_COLLAPSE makes where pages have 4 kB): one for what would be 512 of the small ones that memfds have by
 * default, so that getting, mapping and freeing them costs next to nothing, in the service and in its clients.
 */
#define SMD_HUGE_PAGE ((gsize) 2 * 1024 * 1024)

/**
 * smd_huge_pages_map:
 * @fd: a memfd, of any length
 * @size: in bytes
 *
 * Maps it shared and writable, where huge pages fit: at a multiple of their size.
 *
 * Returns: the mapping, to be ended by munmap() with @size; %NULL on error, with errno
 */
guint8 *smd_huge_pages_map (int fd, gsize size);

/**
 * smd_huge_pages_fill:
 * @mapping: of @fd, made by smd_huge_pages_map()
 * @from: offset in bytes of what is still a hole
 * @to: offset of its end, inside of the file
 *
 * Backs each whole SMD_HUGE_PAGE in between by one, zeroed. Linux does that since 6.1, whatever
 * /sys/kernel/mm/transparent_hugepage/shmem_enabled says (but for `deny`), while it has such pages free. Where it doesn't, nothing is lost:
 * who writes gets small pages.
 *
 * Returns: FALSE if huge pages can't be had, and asking again isn't worth it
 */
gboolean smd_huge_pages_fill (int fd, guint8 *mapping, gsize from, gsize to);

G_END_DECLS
