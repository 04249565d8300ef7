/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-refresh-plan.h"

#include "smd-crl-places.h"
#include "smd-revocation-plan.h"

#define MINUTE G_GINT64_CONSTANT (60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define LONGEST_LEAD (2 * DAY)
#define SHORTEST_ANSWER (2 * HOUR) /* of OCSP; also longer than one that has no nextUpdate counts */

/* Evenly spread over [0, @range), the same for the same source and seed */
static gint64
jitter (const SmdRevocationEntry *entry, guint32 seed, gint64 range)
{
  guint64 mixed = (g_str_hash (entry->certificate != NULL ? entry->certificate : entry->url) ^ seed) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return range > 0 ? (gint64) ((mixed >> 32) % (guint64) range) : 0;
}

static gint64
get_lifetime (const SmdRevocationEntry *entry)
{
  return entry->next_update > entry->this_update ? entry->next_update - entry->this_update : DAY;
}

/* Between a last eighth and a last sixteenth of its life */
static gint64
get_wanted (const SmdRevocationEntry *entry, guint32 seed)
{
  gint64 lead = MIN (get_lifetime (entry) / 8, LONGEST_LEAD);
  gint64 end = entry->next_update != 0 ? entry->next_update : entry->fetched_at + DAY;

  return end - lead + jitter (entry, seed, lead / 2);
}

/* Before a server is asked again for what it didn't have: the more there is at stake, the shorter. */
static gint64
get_pause (const SmdRevocationEntry *entry, guint32 seed)
{
  gint64 pause = entry->this_update == 0 ? HOUR : CLAMP (get_lifetime (entry) / 64, MINUTE, HOUR);

  return pause + jitter (entry, seed, pause / 4);
}

gboolean
smd_refresh_plan_is_fetchable (const char *url)
{
  static const char *const schemes[] = { "http://", "https://", "ldap://", "ldaps://", "ldapi://" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (url, schemes[i], strlen (schemes[i])) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_fleeting (const SmdRevocationEntry *entry)
{
  return entry->kind == SMD_REVOCATION_OCSP && entry->this_update != 0 && get_lifetime (entry) < SHORTEST_ANSWER;
}

gint64
smd_refresh_plan_due (const SmdRevocationEntry *entry, guint32 seed)
{
  gint64 wanted;

  if (!smd_refresh_plan_is_fetchable (entry->url) || is_fleeting (entry))
    return SMD_REFRESH_NEVER;
  if (entry->tried_at == 0)
    return 0;

  wanted = entry->this_update != 0 && !entry->outdated ? get_wanted (entry, seed) : 0;
  return MAX (wanted, entry->tried_at + get_pause (entry, seed));
}

const char *
smd_refresh_plan_responder (SmdCertificate *certificate, SmdOrder sources, const SmdRevocationEntry *entry)
{
  const char *const *urls = smd_certificate_get_ocsp_urls (certificate);
  gboolean failed = entry != NULL && entry->detail[0] != '\0';

  if (smd_revocation_plan_source (certificate, sources, 0) != SMD_REVOCATION_SOURCE_OCSP)
    return NULL;

  for (gsize i = 0; entry != NULL && urls[i] != NULL; i++)
    if (g_str_equal (urls[i], entry->url))
      return !failed ? urls[i] : urls[i + 1] != NULL ? urls[i + 1] : urls[0];
  return urls[0];
}

static gboolean
is_web (const char *url)
{
  return g_ascii_strncasecmp (url, "http", 4) == 0;
}

static void
add_points (GHashTable *places, SmdCertificate *certificate, SmdWantKind kind, GPtrArray *points, const char *const *directories)
{
  g_autoptr (GPtrArray) urls = g_ptr_array_new_with_free_func (g_free);
  gboolean web = FALSE;

  smd_crl_places_add (urls, points, kind, smd_certificate_is_ca (certificate), directories);
  for (guint i = 0; i < urls->len; i++)
    web = web || is_web (urls->pdata[i]);
  for (guint i = 0; i < urls->len; i++)
    if (smd_refresh_plan_is_fetchable (urls->pdata[i]) && (!web || is_web (urls->pdata[i])))
      g_hash_table_add (places, g_strdup (urls->pdata[i]));
}

void
smd_refresh_plan_add_places (GHashTable *places, SmdCertificate *certificate, const char *const *directories)
{
  add_points (places, certificate, SMD_WANT_CRL, smd_certificate_get_crl_points (certificate), directories);
  add_points (places, certificate, SMD_WANT_DELTA_CRL, smd_certificate_get_freshest_crl_points (certificate), directories);
}
