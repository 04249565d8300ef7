/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-path-walk.h"

static gboolean
is_same (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!g_str_equal (smd_certificate_get_fingerprint (a->pdata[i]), smd_certificate_get_fingerprint (b->pdata[i])))
      return FALSE;

  return TRUE;
}

/* What is wrong with a path, the less the better: no anchor outweighs all; what time mends weighs least. */
static guint
weigh (const SmdPath *path)
{
  guint weight = path->anchored ? 0 : 10000;

  for (guint i = 0; i < path->problems->len; i++)
    weight += ((SmdProblem *) path->problems->pdata[i])->temporary ? 1 : 100;
  return weight;
}

/* OpenSSL takes the first candidate that fits: with those of the wanted path in front, and its anchor alone, that is the wanted path.
 * The others stay, for the paths of those who sign CRLs. */
static SmdPath *
walk_along (SmdCrypto *crypto, const SmdPathQuery *query, GPtrArray *chain, GError **error)
{
  g_autoptr (GPtrArray) candidates = smd_certificates_new ();
  g_autoptr (GPtrArray) anchors = smd_certificates_new ();
  SmdPathQuery narrowed = *query;

  for (guint i = 1; i < chain->len; i++)
    smd_certificates_add (candidates, chain->pdata[i]);
  for (guint i = 0; i < query->candidates->len; i++)
    smd_certificates_add (candidates, query->candidates->pdata[i]);
  smd_certificates_add (anchors, chain->pdata[chain->len - 1]);
  narrowed.candidates = candidates;
  narrowed.anchors = anchors;
  return smd_path_walk (crypto, &narrowed, error);
}

SmdPath *
smd_path_search (SmdCrypto *crypto, const SmdPathQuery *query, GError **error)
{
  g_autoptr (SmdPath) best = smd_path_walk (crypto, query, error);
  g_autoptr (GPtrArray) others = NULL;

  if (best == NULL || best->problems->len == 0)
    return g_steal_pointer (&best);

  others = smd_path_list (query);
  for (guint i = 0; i < others->len && best->problems->len > 0; i++)
    {
      g_autoptr (SmdPath) other = NULL;

      if (is_same (others->pdata[i], best->chain))
        continue;
      other = walk_along (crypto, query, others->pdata[i], error);
      if (other == NULL)
        return NULL;
      if (weigh (other) < weigh (best))
        {
          smd_path_unref (best);
          best = g_steal_pointer (&other);
        }
    }

  return g_steal_pointer (&best);
}
