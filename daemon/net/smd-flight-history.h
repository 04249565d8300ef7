/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-back-off.h"
#include "smd-flight.h"

G_BEGIN_DECLS

/* Whom a flight's failure has left alone for a while: its host, its URL, or what was asked there. */

/* Notes how @flight went. */
void smd_flight_history_record (SmdBackOff *history, const SmdFlight *flight, gint64 now);

/* @request: what @flight is for. Returns: FALSE, with what went wrong, if it is too early to try again, and the asker doesn't insist */
gboolean smd_flight_history_check (SmdBackOff *history, const SmdFlight *flight, const SmdFetchRequest *request, gint64 now,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @fault: (nullable): why what came for @request is of no use; %NULL: it is */
void smd_flight_history_note_content (SmdBackOff *history, const SmdFetchRequest *request, const char *fault, gint64 now);

G_END_DECLS
