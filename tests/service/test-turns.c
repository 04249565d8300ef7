/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-turns.h"

static void
nothing (gpointer data)
{
}

static void
add (SmdTurns *turns, const char *key, const char *names)
{
  for (const char *name = names; *name != '\0'; name++)
    g_assert_true (smd_turns_add (turns, key, (SmdTurn){ nothing, (gpointer) name, NULL }));
}

/* Returns: the name of what is next; @turn is at work then */
static char
take (SmdTurns *turns, SmdTurn *turn)
{
  return smd_turns_take (turns, turn) ? *(const char *) turn->data : '-';
}

static void
end_all (SmdTurns *turns)
{
  SmdTurn turn;

  smd_turns_let_all (turns);
  while (smd_turns_take (turns, &turn))
    smd_turns_end (turns, &turn);
  smd_turns_free (turns);
}

static void
test_callers_take_turns (void)
{
  SmdTurns *turns = smd_turns_new (100, 100);
  SmdTurn turn;

  add (turns, "first", "abc");
  add (turns, "second", "xy");
  for (const char *expected = "axbyc-"; *expected != '\0'; expected++)
    g_assert_cmpint (take (turns, &turn), ==, *expected);
  end_all (turns);
}

static void
test_one_caller_leaves_half_to_others (void)
{
  SmdTurns *turns = smd_turns_new (4, 100);
  SmdTurn first, second, other;

  add (turns, "first", "abcd");
  g_assert_cmpint (take (turns, &first), ==, 'a');
  g_assert_cmpint (take (turns, &second), ==, 'b');
  g_assert_false (smd_turns_has_next (turns));
  add (turns, "second", "x");
  g_assert_cmpint (take (turns, &other), ==, 'x');
  g_assert_cmpint (take (turns, &other), ==, '-');
  end_all (turns);
}

static void
test_what_was_passed_over_is_told_once_it_may_begin (void)
{
  SmdTurns *turns = smd_turns_new (2, 100);
  SmdTurn first, second;

  add (turns, "first", "ab");
  g_assert_cmpint (take (turns, &first), ==, 'a');
  g_assert_false (smd_turns_passes_on (turns));
  g_assert_cmpint (take (turns, &second), ==, '-');
  g_assert_false (smd_turns_passes_on (turns));
  smd_turns_end (turns, &first);
  g_assert_true (smd_turns_passes_on (turns));
  g_assert_false (smd_turns_passes_on (turns));
  g_assert_cmpint (take (turns, &second), ==, 'b');
  end_all (turns);
}

static void
test_an_even_share_of_the_queue_is_everybodys (void)
{
  SmdTurns *turns = smd_turns_new (4, 4);
  const SmdTurn more = { nothing, (gpointer) "!", NULL };

  add (turns, "first", "abcd");
  g_assert_false (smd_turns_add (turns, "first", more));
  add (turns, "second", "xy");
  g_assert_false (smd_turns_add (turns, "second", more));
  g_assert_cmpuint (smd_turns_get_waiting (turns), ==, 6);
  end_all (turns);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turns/callers-take-turns", test_callers_take_turns);
  g_test_add_func ("/turns/one-caller-leaves-half-to-others", test_one_caller_leaves_half_to_others);
  g_test_add_func ("/turns/what-was-passed-over-is-told-once-it-may-begin", test_what_was_passed_over_is_told_once_it_may_begin);
  g_test_add_func ("/turns/an-even-share-of-the-queue-is-everybodys", test_an_even_share_of_the_queue_is_everybodys);
  return g_test_run ();
}
