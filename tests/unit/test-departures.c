/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose turn it is to be fetched. */
#include "smd-departures.h"

#define AT_ONE_PLACE 4

typedef struct
{
  SmdUrlGuard *guard;        /* (owned) */
  SmdDepartures *departures; /* (owned) */
  GPtrArray *flights;        /* (owned) of SmdFlight, in the order in which they were added */
  GPtrArray *started;        /* (owned) of SmdFlight (unowned), likewise */
} Fixture;

static void
note_started (SmdFlight *flight, gpointer data)
{
  g_ptr_array_add (((Fixture *) data)->started, flight);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->guard = smd_url_guard_new (NULL, NULL);
  self->departures = smd_departures_new (note_started, self);
  self->flights = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_flight_unref);
  self->started = g_ptr_array_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  smd_departures_free (self->departures);
  g_ptr_array_unref (self->flights);
  g_ptr_array_unref (self->started);
  smd_url_guard_unref (self->guard);
}

static SmdFlight *
add (Fixture *self, const char *url)
{
  SmdFetchRequest *request = smd_fetch_request_new (url, 1000);
  g_autoptr (GError) error = NULL;
  SmdFlight *flight = smd_flight_new (request, self->guard, &error);

  g_assert_no_error (error);
  smd_fetch_request_free (request);
  g_ptr_array_add (self->flights, flight);
  smd_departures_add (self->departures, flight);
  return flight;
}

static void
add_many (Fixture *self, guint count)
{
  for (guint i = 0; i < count; i++)
    add (self, "http://slow.example.org/");
  smd_departures_admit (self->departures);
}

static void
test_one_place (Fixture *self, gconstpointer data)
{
  add_many (self, AT_ONE_PLACE + 2);
  g_assert_cmpuint (self->started->len, ==, AT_ONE_PLACE);

  smd_departures_note_landed (self->departures, self->flights->pdata[1]);
  smd_departures_admit (self->departures);
  g_assert_cmpuint (self->started->len, ==, AT_ONE_PLACE + 1);
  g_assert_true (self->started->pdata[AT_ONE_PLACE] == self->flights->pdata[AT_ONE_PLACE]);
}

static void
test_other_places (Fixture *self, gconstpointer data)
{
  SmdFlight *other;

  add_many (self, AT_ONE_PLACE + 1);
  other = add (self, "http://slow.example.org:81/");
  smd_departures_admit (self->departures);
  g_assert_true (g_ptr_array_find (self->started, other, NULL));
  g_assert_cmpuint (self->started->len, ==, AT_ONE_PLACE + 1);
}

static void
test_redirected (Fixture *self, gconstpointer data)
{
  SmdFlight *first;

  add_many (self, AT_ONE_PLACE + 1);
  first = self->flights->pdata[0];
  smd_departures_note_landed (self->departures, first);
  smd_departures_add_again (self->departures, first);
  smd_departures_admit (self->departures);
  g_assert_true (self->started->pdata[AT_ONE_PLACE] == first);
}

static void
test_withdrawn (Fixture *self, gconstpointer data)
{
  add_many (self, AT_ONE_PLACE + 1);
  g_assert_true (smd_departures_withdraw (self->departures, self->flights->pdata[AT_ONE_PLACE]));
  g_assert_false (smd_departures_withdraw (self->departures, self->flights->pdata[0]));
  smd_departures_note_landed (self->departures, self->flights->pdata[0]);
  smd_departures_admit (self->departures);
  g_assert_cmpuint (self->started->len, ==, AT_ONE_PLACE);
}

static void
test_closed (Fixture *self, gconstpointer data)
{
  smd_departures_close (self->departures);
  add_many (self, 1);
  g_assert_cmpuint (self->started->len, ==, 0);
}

#define ADD(name, test) g_test_add ("/departures/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one place is asked by a few at once, the others follow as they came", test_one_place);
  ADD ("a place that is slow holds up nobody who asks elsewhere", test_other_places);
  ADD ("who is sent elsewhere goes first", test_redirected);
  ADD ("who gives up before his turn never starts", test_withdrawn);
  ADD ("after the end nobody starts", test_closed);
  return g_test_run ();
}
