/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-done.h"

gboolean
smd_done_push (SmdDoneLink **list, SmdDoneLink *link)
{
  SmdDoneLink *before;

  do
    link->next = before = g_atomic_pointer_get (list);
  while (!g_atomic_pointer_compare_and_exchange (list, before, link));

  /* @link may be gone already. */
  return before == NULL;
}

SmdDoneLink *
smd_done_take (SmdDoneLink **list)
{
  SmdDoneLink *last;
  SmdDoneLink *first = NULL;

  do
    last = g_atomic_pointer_get (list);
  while (!g_atomic_pointer_compare_and_exchange (list, last, NULL));

  while (last != NULL)
    {
      SmdDoneLink *before = last->next;

      last->next = first;
      first = last;
      last = before;
    }
  return first;
}
