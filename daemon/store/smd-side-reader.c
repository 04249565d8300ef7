/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-side-reader.h"

struct _SmdSideReader
{
  SmdDatabase *database; /* (unowned) */
  GMutex mutex;          /* guards what follows */
  SmdDatabase *own;      /* (owned) with the second connection alone; that isn't open before it is needed */
  gboolean started;
};

SmdSideReader *
smd_side_reader_new (SmdDatabase *database)
{
  SmdSideReader *self = g_new0 (SmdSideReader, 1);

  g_mutex_init (&self->mutex);
  self->database = database;
  self->own = smd_database_new_beside (database);
  return self;
}

void
smd_side_reader_free (SmdSideReader *self)
{
  g_object_unref (self->own);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
smd_side_reader_start (SmdSideReader *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->started = TRUE;
}

void
smd_side_reader_stop (SmdSideReader *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->started = FALSE;
  smd_database_close_beside (self->own);
}

gboolean
smd_side_reader_read (SmdSideReader *self, SmdDatabaseWork work, gpointer data, gboolean *done, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (!self->started || !smd_database_open_beside (self->own))
    return FALSE;

  *done = work (self->own, data, error);
  smd_database_tell_damage (self->own, self->database);
  return TRUE;
}
