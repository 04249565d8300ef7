/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "smd-library.h"

#define N_THREADS 16

typedef struct
{
  typeof (cos) *cosine; /* (unowned) */
  guint starts;
} Functions;

static const SmdSymbol symbols[] = { { "cos", G_STRUCT_OFFSET (Functions, cosine) }, { NULL } };

static gboolean
start (gpointer functions)
{
  ((Functions *) functions)->starts++;
  return TRUE;
}

static gboolean
refuse (gpointer functions)
{
  return FALSE;
}

static const SmdLibrary mathematics = { "libm.so.6", symbols, sizeof (Functions), start };

static void
test_missing_library (void)
{
  static const SmdLibrary missing = { "libsmimed-has-no-such.so.0", symbols, sizeof (Functions), start };
  gsize functions = 0;

  g_assert_null (smd_library_get (&missing, &functions));
  g_assert_null (smd_library_get (&missing, &functions));
}

static void
test_missing_function (void)
{
  static const SmdSymbol strangers[]
      = { { "cos", G_STRUCT_OFFSET (Functions, cosine) }, { "cosmic", G_STRUCT_OFFSET (Functions, cosine) }, { NULL } };
  static const SmdLibrary other = { "libm.so.6", strangers, sizeof (Functions), start };
  gsize functions = 0;

  g_assert_null (smd_library_get (&other, &functions));
}

static void
test_second_try (void)
{
  static const SmdLibrary refused = { "libm.so.6", symbols, sizeof (Functions), refuse };
  gsize functions = 0;

  g_assert_null (smd_library_get (&refused, &functions));
  g_assert_nonnull (smd_library_get (&mathematics, &functions));
  g_free ((gpointer) functions);
}

/* What the threads share */
typedef struct
{
  GRWLock signal; /* until all are there */
  gsize functions;
} Race;

static gpointer
run (gpointer data)
{
  Race *race = data;

  g_rw_lock_reader_lock (&race->signal);
  g_rw_lock_reader_unlock (&race->signal);
  return (gpointer) smd_library_get (&mathematics, &race->functions);
}

static void
test_threads (void)
{
  Race race = { 0 };
  GThread *threads[N_THREADS];
  const Functions *functions;

  g_rw_lock_writer_lock (&race.signal);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("load", run, &race);
  g_rw_lock_writer_unlock (&race.signal);
  for (guint i = 0; i < N_THREADS; i++)
    {
      functions = g_thread_join (threads[i]);
      g_assert_true (functions == smd_library_get (&mathematics, &race.functions));
    }
  g_assert_cmpuint (functions->starts, ==, 1);
  g_assert_cmpfloat (functions->cosine (0.0), ==, 1.0);
  g_rw_lock_clear (&race.signal);
  g_free ((gpointer) functions);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/library/one that isn't installed gives no functions, however often it is wanted", test_missing_library);
  g_test_add_func ("/library/one that lacks a function isn't used", test_missing_function);
  g_test_add_func ("/library/what failed is tried again, and may go well then", test_second_try);
  g_test_add_func ("/library/threads that want it at the same time load and start it once", test_threads);
  return g_test_run ();
}
