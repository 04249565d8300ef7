/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database-private.h"

G_BEGIN_DECLS

/**
 * SmdSideReader:
 *
 * A second connection to the database, for whoever would have to wait with a look-up because the first one is in use: who writes may wait for the
 * disk, and a verdict mustn't be late for that. With the write-ahead log, readers and the writer don't hinder each other; it shows what was
 * committed last. Opened when it is first needed. Any thread, but it is started, stopped and freed by the database alone.
 */
typedef struct _SmdSideReader SmdSideReader;

/* @database: (unowned) */
SmdSideReader *smd_side_reader_new (SmdDatabase *database);
void smd_side_reader_free (SmdSideReader *self);

/* The database is open, and has a write-ahead log. */
void smd_side_reader_start (SmdSideReader *self);
/* It will be closed, moved or made anew: nobody reads when this has come back. */
void smd_side_reader_stop (SmdSideReader *self);

/* @done: (out): what @work returned. Returns: FALSE if it wasn't called, because there is no such connection */
gboolean smd_side_reader_read (SmdSideReader *self, SmdDatabaseWork work, gpointer data, gboolean *done,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
