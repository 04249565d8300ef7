/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database-private.h"

G_BEGIN_DECLS

/**
 * SmdReading:
 *
 * A read transaction that stays open from one look-up to the next: to open and close one takes two locks of the file, which cost more than the
 * look-up. What it shows is always what was committed last: the database ends it before it writes, and what other processes write is seen in the
 * log's index, in shared memory. A log can't begin anew beneath an open transaction: so one that isn't used any more is given up, and as long as
 * others write, none stays open. What was found in it can be kept as long as it is open: asking once more costs much less.
 *
 * All zeroes at first; smd_reading_clear() before the connection is closed. With the database's connection locked.
 */
typedef struct
{
  const void *index;   /* (unowned) (nullable) the first header of the log's index; as long as the connection is open */
  guint8 seen[48];     /* that header, copied before the transaction saw anything */
  GHashTable *found;   /* (owned) (nullable) question -> GPtrArray, both owned */
  gboolean is_used;    /* since the last smd_reading_rest() */
  gboolean is_crowded; /* others have written since then */
} SmdReading;

/* Makes sure that whatever is read next is the newest, in a transaction that stays open if possible. */
void smd_reading_begin (SmdReading *self, SmdDatabase *database);
/* Makes sure that whatever is read next is the newest: ends what is open if another process has written. */
void smd_reading_refresh (SmdReading *self, SmdDatabase *database);
void smd_reading_end (SmdReading *self, SmdDatabase *database);
void smd_reading_clear (SmdReading *self);
/* To be called from time to time. Returns: whether it was used; otherwise it is ended */
gboolean smd_reading_rest (SmdReading *self, SmdDatabase *database);

/* Returns: (transfer full) (nullable): the answer that was kept; not to be changed */
GPtrArray *smd_reading_recall (SmdReading *self, const char *question);
/* Keeps @answer (takes a reference) until the transaction ends, if one is open. */
void smd_reading_keep (SmdReading *self, SmdDatabase *database, const char *question, GPtrArray *answer);

/* Returns: (transfer none) */
SmdReading *smd_database_get_reading (SmdDatabase *database);

G_END_DECLS
