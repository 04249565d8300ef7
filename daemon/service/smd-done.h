/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdDoneLink:
 * @next: (unowned) (nullable)
 *
 * What threads hand to one thread, without a lock: the first member of each piece.
 */
typedef struct _SmdDoneLink SmdDoneLink;

struct _SmdDoneLink
{
  SmdDoneLink *next; /* (unowned) (nullable) */
};

/* Any thread; @link is the taker's from now on. Returns: whether it is the first one since all were taken: the taker has to be told */
gboolean smd_done_push (SmdDoneLink **list, SmdDoneLink *link) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (nullable): all that were pushed, in that order, linked by @next */
SmdDoneLink *smd_done_take (SmdDoneLink **list);

G_END_DECLS
