/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-flight.h"

G_BEGIN_DECLS

/**
 * SmdDepartures:
 *
 * Flights that wait for their turn: so many may be under way at one place, and at all. Whose place has room goes on, whoever waits before.
 * Not for use by two threads at once.
 */
typedef struct _SmdDepartures SmdDepartures;

/* @start: told in smd_departures_admit() whose turn it is */
SmdDepartures *smd_departures_new (SmdFlightFunc start, gpointer data);
void smd_departures_free (SmdDepartures *self);

/* Returns: FALSE: too many wait already */
gboolean smd_departures_has_room (SmdDepartures *self);
/* @flight: must live until it is withdrawn or has landed. It waits behind all others. */
void smd_departures_add (SmdDepartures *self, SmdFlight *flight);
/* It has landed at another place than the one where it gets what it wants: it waits before all others. */
void smd_departures_add_again (SmdDepartures *self, SmdFlight *flight);
/* Returns: FALSE: it is under way, and lands */
gboolean smd_departures_withdraw (SmdDepartures *self, SmdFlight *flight);
void smd_departures_note_landed (SmdDepartures *self, SmdFlight *flight);

/* Starts all those whose turn it is. */
void smd_departures_admit (SmdDepartures *self);
/* Nobody has a turn any more. */
void smd_departures_close (SmdDepartures *self);

G_END_DECLS
