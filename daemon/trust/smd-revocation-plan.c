/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-plan.h"

#include "smd-crl-places.h"

typedef struct
{
  SmdCertificate *certificate; /* (unowned) */
  SmdCertificate *issuer;      /* (unowned) (nullable) */
  const SmdPolicy *policy;     /* (unowned) */
  SmdPlaceFunc place;
  gpointer data;               /* (unowned) */
  GPtrArray *wants;            /* (unowned) */
} Plan;

SmdRevocationSource
smd_revocation_plan_source (SmdCertificate *certificate, SmdOrder sources, guint choice)
{
  gboolean has_points = smd_certificate_has_crl_distribution_points (certificate);
  gboolean has_responder = smd_certificate_get_ocsp_urls (certificate)[0] != NULL;
  gboolean ocsp_first = has_responder
                        && (sources == SMD_ORDER_SECOND_ONLY || sources == SMD_ORDER_SECOND_THEN_FIRST
                            || (sources == SMD_ORDER_FIRST_THEN_SECOND && !has_points));
  gboolean crl_first = has_points && !ocsp_first && sources != SMD_ORDER_SECOND_ONLY && sources != SMD_ORDER_NEITHER;

  if (choice == 0)
    return ocsp_first ? SMD_REVOCATION_SOURCE_OCSP : crl_first ? SMD_REVOCATION_SOURCE_CRL : SMD_REVOCATION_SOURCE_NONE;
  return choice == 1 && ocsp_first && has_points && sources != SMD_ORDER_SECOND_ONLY ? SMD_REVOCATION_SOURCE_CRL : SMD_REVOCATION_SOURCE_NONE;
}

/* Those that are slow to answer, and the first one that wasn't asked. Returns: whether any is to be asked; FALSE also if none need be */
static gboolean
add_first (const Plan *self, SmdWantKind kind, const char *const *urls)
{
  guint before = self->wants->len;
  gboolean found = FALSE;

  for (gsize i = 0; urls[i] != NULL; i++)
    {
      g_autoptr (SmdWant) want = smd_want_new (kind, urls[i], self->certificate, self->issuer);
      SmdPlaceState state = self->place (want, self->data);

      if (state == SMD_PLACE_FRESH)
        {
          g_ptr_array_set_size (self->wants, (int) before);
          return FALSE;
        }
      if (state == SMD_PLACE_AWAITED || (state == SMD_PLACE_UNTRIED && !found))
        g_ptr_array_add (self->wants, g_steal_pointer (&want));
      found = found || state == SMD_PLACE_UNTRIED;
    }

  return self->wants->len > before;
}

static gboolean
add_points (const Plan *self, SmdWantKind kind, GPtrArray *points)
{
  gboolean authority = smd_certificate_is_ca (self->certificate);
  gboolean added = FALSE;

  for (guint i = 0; i < points->len; i++)
    {
      g_auto (GStrv) places = smd_crl_places_list (points->pdata[i], kind, authority, self->policy->directories);

      added |= add_first (self, kind, (const char *const *) places);
    }
  return added;
}

static gboolean
add_source (const Plan *self, SmdRevocationSource source)
{
  if (source == SMD_REVOCATION_SOURCE_CRL)
    return add_points (self, SMD_WANT_CRL, smd_certificate_get_crl_points (self->certificate));
  return source == SMD_REVOCATION_SOURCE_OCSP && self->issuer != NULL
         && add_first (self, SMD_WANT_OCSP, smd_certificate_get_ocsp_urls (self->certificate));
}

void
smd_revocation_plan_add (SmdCertificate *certificate, SmdCertificate *issuer, const SmdPolicy *policy, gboolean settled,
                         SmdPlaceFunc place, gpointer data, GPtrArray *wants)
{
  const Plan self = { certificate, issuer, policy, place, data, wants };
  SmdOrder sources = policy->revocation_sources;
  gboolean with_crls = smd_revocation_plan_source (certificate, sources, 0) == SMD_REVOCATION_SOURCE_CRL
                       || smd_revocation_plan_source (certificate, sources, 1) == SMD_REVOCATION_SOURCE_CRL;

  for (guint choice = 0; choice < 2 && !settled; choice++)
    if (add_source (&self, smd_revocation_plan_source (certificate, sources, choice)))
      break;
  if (with_crls)
    (void) add_points (&self, SMD_WANT_DELTA_CRL, smd_certificate_get_freshest_crl_points (certificate));
}

void
smd_revocation_plan_add_deltas (SmdCertificate *certificate, SmdCrl *crl, const SmdPolicy *policy, SmdPlaceFunc place, gpointer data,
                                GPtrArray *wants)
{
  const Plan self = { certificate, NULL, policy, place, data, wants };

  if (smd_crl_get_freshest_points (crl) != NULL && !smd_crl_is_delta (crl))
    (void) add_points (&self, SMD_WANT_DELTA_CRL, smd_crl_get_freshest_points (crl));
}

gboolean
smd_revocation_plan_is_settled (const SmdPath *path, guint depth)
{
  for (guint i = 0; i < path->problems->len; i++)
    {
      const SmdProblem *problem = path->problems->pdata[i];

      if (problem->depth == (int) depth
          && (problem->code == SMIMED_PROBLEM_REVOCATION_UNAVAILABLE || problem->code == SMIMED_PROBLEM_REVOCATION_STALE))
        return FALSE;
    }

  return TRUE;
}
