/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-flight-history.h"

#include "smimed-error.h"

void
smd_flight_history_record (SmdBackOff *history, const SmdFlight *flight, gint64 now)
{
  const GError *failure = flight->result->failure;

  if (flight->fault == SMD_FAULT_HOST)
    smd_back_off_failed (history, flight->place, failure->message, now);
  if (flight->fault == SMD_FAULT_URL || (flight->fault == SMD_FAULT_HOST && flight->redirects > 0))
    smd_back_off_failed (history, flight->request->url, failure->message, now);
  if (failure != NULL)
    return;
  smd_back_off_succeeded (history, flight->place);
  smd_back_off_succeeded (history, flight->request->url);
}

gboolean
smd_flight_history_check (SmdBackOff *history, const SmdFlight *flight, const SmdFetchRequest *request, gint64 now,
                          GError **error)
{
  g_autofree char *content = smd_flight_name_content (request);
  const char *keys[] = { flight->place, request->url, content };

  for (gsize i = 0; i < G_N_ELEMENTS (keys) && !request->force; i++)
    {
      const char *why;
      gint64 wait = smd_back_off_wait (history, keys[i], now, &why);

      if (wait == 0)
        continue;
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "%s; it is tried again in %" G_GINT64_FORMAT " seconds", why,
                   (wait + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
      return FALSE;
    }
  return TRUE;
}

void
smd_flight_history_note_content (SmdBackOff *history, const SmdFetchRequest *request, const char *fault, gint64 now)
{
  g_autofree char *content = smd_flight_name_content (request);

  smd_back_off_note (history, content, fault, now);
}
