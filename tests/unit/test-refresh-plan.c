/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a CRL is fetched: before it is needed, not all at once, and not again and again in vain. */
#include "smd-refresh-plan.h"

#define MINUTE G_GINT64_CONSTANT (60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define NOW G_GINT64_CONSTANT (1800000000)
#define SEEDS 500

static SmdRevocationEntry
fetched (gint64 this_update, gint64 lifetime, gint64 at)
{
  return (SmdRevocationEntry){
    .url = (char *) "http://crl.example.org/a.crl",
    .detail = (char *) "",
    .this_update = this_update,
    .next_update = this_update + lifetime,
    .fetched_at = at,
    .tried_at = at,
  };
}

static void
test_ahead (void)
{
  static const gint64 lifetimes[] = { HOUR, DAY, 7 * DAY, 90 * DAY };

  for (guint i = 0; i < G_N_ELEMENTS (lifetimes); i++)
    for (guint32 seed = 0; seed < SEEDS; seed++)
      {
        const SmdRevocationEntry entry = fetched (NOW, lifetimes[i], NOW);
        gint64 due = smd_refresh_plan_due (&entry, seed);

        g_assert_cmpint (due, >=, NOW + lifetimes[i] / 8 * 7 - 2 * DAY);
        g_assert_cmpint (due, >, NOW + lifetimes[i] / 2);
        g_assert_cmpint (due, <, NOW + lifetimes[i]);
      }
}

/* Thousands of machines have one CRL, and one machine has many: neither fetch them in one moment. */
static void
test_jitter (void)
{
  SmdRevocationEntry entry = fetched (NOW, 7 * DAY, NOW);
  g_autoptr (GHashTable) moments = g_hash_table_new (g_int64_hash, g_int64_equal);
  gint64 dues[2 * SEEDS];

  for (guint32 seed = 0; seed < SEEDS; seed++)
    {
      g_autofree char *url = g_strdup_printf ("http://crl.example.org/%u.crl", seed);

      dues[2 * seed] = smd_refresh_plan_due (&entry, seed * 2654435761u);
      entry.url = url;
      dues[2 * seed + 1] = smd_refresh_plan_due (&entry, 7);
      entry.url = (char *) "http://crl.example.org/a.crl";
    }
  for (guint i = 0; i < G_N_ELEMENTS (dues); i++)
    g_hash_table_add (moments, &dues[i]);
  g_assert_cmpuint (g_hash_table_size (moments), >, G_N_ELEMENTS (dues) * 9 / 10);
}

static void
test_plan_is_stable (void)
{
  const SmdRevocationEntry entry = fetched (NOW, 7 * DAY, NOW);

  g_assert_cmpint (smd_refresh_plan_due (&entry, 5), ==, smd_refresh_plan_due (&entry, 5));
}

static void
test_unknown_is_due_now (void)
{
  SmdRevocationEntry entry = fetched (0, 0, 0);

  entry.next_update = 0;
  g_assert_cmpint (smd_refresh_plan_due (&entry, 1), <=, 0);
}

/* A server that has nothing, or nothing newer, isn't asked each second; nor is it given up. */
static void
test_pause (void)
{
  SmdRevocationEntry never = fetched (0, 0, NOW);
  const SmdRevocationEntry outdated = fetched (NOW - 7 * DAY, 6 * DAY, NOW);
  const SmdRevocationEntry short_lived = fetched (NOW - 5, 10, NOW);

  never.next_update = never.fetched_at = 0;
  for (guint32 seed = 0; seed < SEEDS; seed++)
    {
      const gint64 dues[] = { smd_refresh_plan_due (&never, seed), smd_refresh_plan_due (&outdated, seed),
                              smd_refresh_plan_due (&short_lived, seed) };

      for (guint i = 0; i < G_N_ELEMENTS (dues); i++)
        {
          g_assert_cmpint (dues[i], >=, NOW + MINUTE);
          g_assert_cmpint (dues[i], <=, NOW + 2 * HOUR);
        }
    }
}

/* A delta CRL has told that there is a newer one: the old one still counts, but who was revoked between stands in the new one alone. */
static void
test_outdated (void)
{
  SmdRevocationEntry entry = fetched (NOW - DAY, 7 * DAY, NOW - DAY);

  entry.outdated = TRUE;
  g_assert_cmpint (smd_refresh_plan_due (&entry, 1), <=, NOW);
  entry.tried_at = NOW;
  g_assert_cmpint (smd_refresh_plan_due (&entry, 1), >=, NOW + MINUTE);
  g_assert_cmpint (smd_refresh_plan_due (&entry, 1), <=, NOW + 2 * HOUR);
}

static void
test_without_end (void)
{
  SmdRevocationEntry entry = fetched (NOW - DAY, 0, NOW);
  gint64 due;

  entry.next_update = 0;
  due = smd_refresh_plan_due (&entry, 3);
  g_assert_cmpint (due, >, NOW + HOUR);
  g_assert_cmpint (due, <=, NOW + DAY);
}

static void
test_never (void)
{
  SmdRevocationEntry by_hand = fetched (NOW, DAY, NOW);
  SmdRevocationEntry fleeting = fetched (NOW, HOUR, NOW);
  SmdRevocationEntry file = fetched (NOW, DAY, NOW);

  by_hand.url = (char *) "";
  fleeting.kind = SMD_REVOCATION_OCSP;
  file.url = (char *) "file:///etc/passwd";
  g_assert_cmpint (smd_refresh_plan_due (&by_hand, 1), ==, SMD_REFRESH_NEVER);
  g_assert_cmpint (smd_refresh_plan_due (&fleeting, 1), ==, SMD_REFRESH_NEVER);
  g_assert_cmpint (smd_refresh_plan_due (&file, 1), ==, SMD_REFRESH_NEVER);
  g_assert_true (smd_refresh_plan_is_fetchable ("LDAPS://directory.example.org/cn=CA"));
  g_assert_false (smd_refresh_plan_is_fetchable ("ftp://crl.example.org/a.crl"));
}

/* One responder speaks for many certificates: not all of them are asked about in one moment. */
static void
test_answers (void)
{
  g_autoptr (GHashTable) moments = g_hash_table_new (g_int64_hash, g_int64_equal);
  gint64 dues[SEEDS];

  for (guint i = 0; i < SEEDS; i++)
    {
      SmdRevocationEntry entry = fetched (NOW, 4 * DAY, NOW);
      g_autofree char *certificate = g_strdup_printf ("%064x", i);

      entry.kind = SMD_REVOCATION_OCSP;
      entry.certificate = certificate;
      dues[i] = smd_refresh_plan_due (&entry, 7);
      g_assert_cmpint (dues[i], >=, NOW + 4 * DAY / 8 * 7);
      g_assert_cmpint (dues[i], <, NOW + 4 * DAY);
      g_hash_table_add (moments, &dues[i]);

      /* A responder that failed is left alone for a while. */
      entry.tried_at = dues[i];
      g_assert_cmpint (smd_refresh_plan_due (&entry, 7), >, dues[i]);
      entry.this_update = 0;
      entry.tried_at = 0;
      g_assert_cmpint (smd_refresh_plan_due (&entry, 7), <=, NOW);
    }
  g_assert_cmpuint (g_hash_table_size (moments), >, SEEDS * 9 / 10);
}

/* A fake clock of a year: the CRL is always there in time, with few fetches. */
static void
test_a_year (void)
{
  SmdRevocationEntry entry = fetched (NOW, 7 * DAY, NOW);
  guint fetches = 0;

  for (gint64 now = NOW; now < NOW + 365 * DAY; now += 10 * MINUTE)
    {
      g_assert_cmpint (entry.next_update, >, now);
      if (smd_refresh_plan_due (&entry, 9) > now)
        continue;
      fetches++;
      /* The authority makes a new one each day. */
      entry = fetched (now - now % DAY, 7 * DAY, now);
    }
  g_assert_cmpuint (fetches, >, 52);
  g_assert_cmpuint (fetches, <, 75);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refresh-plan/a CRL is fetched before the old one ends", test_ahead);
  g_test_add_func ("/refresh-plan/not everybody fetches at once", test_jitter);
  g_test_add_func ("/refresh-plan/a plan stays the same", test_plan_is_stable);
  g_test_add_func ("/refresh-plan/what was never tried is due now", test_unknown_is_due_now);
  g_test_add_func ("/refresh-plan/what failed is tried again, after a pause", test_pause);
  g_test_add_func ("/refresh-plan/a CRL of which a newer one is known to exist is fetched now, again after a pause", test_outdated);
  g_test_add_func ("/refresh-plan/OCSP answers are fetched ahead like CRLs, those of one responder spread", test_answers);
  g_test_add_func ("/refresh-plan/a CRL without an end is fetched each day", test_without_end);
  g_test_add_func ("/refresh-plan/what has no place in the network is never fetched", test_never);
  g_test_add_func ("/refresh-plan/through a year there is always a valid CRL", test_a_year);
  return g_test_run ();
}
