/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-departures.h"

#include "smd-slots.h"

#define MOST_AT_ONE_PLACE 4
#define MOST_AT_ALL 64
#define MOST_WAITING 4096

struct _SmdDepartures
{
  SmdFlightFunc start;
  gpointer data;         /* (unowned) */
  SmdSlots *slots;       /* (owned) */
  GQueue waiting;        /* (owned) of SmdFlight (unowned) */
  GHashTable *under_way; /* (owned) SmdFlight (unowned) -> the place where it takes a slot (owned) */
  gboolean closed;
};

SmdDepartures *
smd_departures_new (SmdFlightFunc start, gpointer data)
{
  SmdDepartures *self = g_new0 (SmdDepartures, 1);

  self->start = start;
  self->data = data;
  self->slots = smd_slots_new (MOST_AT_ONE_PLACE, MOST_AT_ALL);
  g_queue_init (&self->waiting);
  self->under_way = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
smd_departures_free (SmdDepartures *self)
{
  smd_slots_free (self->slots);
  g_queue_clear (&self->waiting);
  g_hash_table_unref (self->under_way);
  g_free (self);
}

gboolean
smd_departures_has_room (SmdDepartures *self)
{
  return g_queue_get_length (&self->waiting) < MOST_WAITING;
}

void
smd_departures_add (SmdDepartures *self, SmdFlight *flight)
{
  g_queue_push_tail (&self->waiting, flight);
}

void
smd_departures_add_again (SmdDepartures *self, SmdFlight *flight)
{
  g_queue_push_head (&self->waiting, flight);
}

gboolean
smd_departures_withdraw (SmdDepartures *self, SmdFlight *flight)
{
  return g_queue_remove (&self->waiting, flight);
}

void
smd_departures_note_landed (SmdDepartures *self, SmdFlight *flight)
{
  smd_slots_give (self->slots, g_hash_table_lookup (self->under_way, flight));
  g_hash_table_remove (self->under_way, flight);
}

void
smd_departures_admit (SmdDepartures *self)
{
  GList *next;

  for (GList *link = self->waiting.head; link != NULL && !self->closed; link = next)
    {
      SmdFlight *flight = link->data;

      next = link->next;
      if (!smd_slots_take (self->slots, flight->place))
        continue;
      g_hash_table_insert (self->under_way, flight, g_strdup (flight->place));
      g_queue_delete_link (&self->waiting, link);
      self->start (flight, self->data);
    }
}

void
smd_departures_close (SmdDepartures *self)
{
  self->closed = TRUE;
}
