/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-huge-pages.h"

#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* glibc knows it since 2.37 */
#endif

static gsize
round_up (gsize value)
{
  return (value + SMD_HUGE_PAGE - 1) / SMD_HUGE_PAGE * SMD_HUGE_PAGE;
}

/* More address space than is needed, of which what lies in front and behind goes back. */
guint8 *
smd_huge_pages_map (int fd, gsize size)
{
  guint8 *whole = mmap (NULL, size + SMD_HUGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  gsize before = whole != MAP_FAILED ? round_up ((gsize) whole) - (gsize) whole : 0;
  guint8 *mapping;

  if (whole == MAP_FAILED)
    return NULL;

  mapping = mmap (whole + before, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE | MAP_FIXED, fd, 0);
  if (mapping == MAP_FAILED)
    {
      munmap (whole, size + SMD_HUGE_PAGE);
      return NULL;
    }

  if (before > 0)
    munmap (whole, before);
  munmap (mapping + size, SMD_HUGE_PAGE - before);
  return mapping;
}

/* The kernel makes no huge page of a hole: an octet must be in it. */
static gboolean
touch (int fd, gsize from, gsize to)
{
  for (gsize offset = from; offset < to; offset += SMD_HUGE_PAGE)
    if (pwrite (fd, "", 1, (off_t) offset) != 1)
      return FALSE;

  return TRUE;
}

gboolean
smd_huge_pages_fill (int fd, guint8 *mapping, gsize from, gsize to)
{
  gsize first = round_up (from);
  gsize end = to / SMD_HUGE_PAGE * SMD_HUGE_PAGE;

  if (first >= end)
    return TRUE;
  return touch (fd, first, end) && madvise (mapping + first, end - first, MADV_COLLAPSE) == 0;
}
