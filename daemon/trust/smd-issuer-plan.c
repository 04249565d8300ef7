/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-plan.h"

/* Another certificate of the same authority may do where this one doesn't. */
static gboolean
is_replaceable (const SmdPath *path, guint depth)
{
  for (guint i = 0; i < path->problems->len; i++)
    {
      const SmdProblem *problem = path->problems->pdata[i];

      if (problem->depth == (int) depth && !problem->temporary && problem->code != SMIMED_PROBLEM_DISTRUSTED)
        return TRUE;
    }

  return FALSE;
}

static gboolean
has_issuer (SmdCertificate *certificate, GPtrArray *known)
{
  for (guint i = 0; i < known->len; i++)
    if (known->pdata[i] != certificate && smd_certificate_is_issuer_name_of (known->pdata[i], certificate))
      return TRUE;

  return FALSE;
}

static void
add_all (SmdCertificate *certificate, SmdPlaceFunc place, gpointer data, GPtrArray *wants)
{
  const char *const *urls = smd_certificate_get_issuer_urls (certificate);

  for (gsize i = 0; urls[i] != NULL; i++)
    {
      g_autoptr (SmdWant) want = smd_want_new (SMD_WANT_ISSUER, urls[i], certificate, NULL);
      SmdPlaceState state = place (want, data);

      if (state == SMD_PLACE_UNTRIED || state == SMD_PLACE_AWAITED)
        g_ptr_array_add (wants, g_steal_pointer (&want));
    }
}

void
smd_issuer_plan_add (const SmdPath *path, GPtrArray *known, SmdPlaceFunc place, gpointer data, GPtrArray *wants)
{
  guint before = wants->len;

  for (guint i = 1; i < path->chain->len && path->anchored; i++)
    if (is_replaceable (path, i))
      add_all (path->chain->pdata[i - 1], place, data, wants);
  if (path->anchored)
    return;

  for (guint i = 0; i < known->len; i++)
    if (!smd_certificate_is_self_signed (known->pdata[i]) && !has_issuer (known->pdata[i], known))
      add_all (known->pdata[i], place, data, wants);

  /* The issuers that are known by name lead nowhere: the certificates' own word may. */
  for (guint i = 0; i < path->chain->len && wants->len == before; i++)
    add_all (path->chain->pdata[i], place, data, wants);
}
