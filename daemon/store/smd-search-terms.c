/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-search-terms.h"

#define NAME_SIZE 16 /* bytes kept of a name's SHA-256 */

SmdSpan
smd_search_digest_name (SmdSpan name, SmdNameDigest *digest)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = sizeof digest->digest;

  if (name.size == 0)
    return SMD_SPAN_EMPTY;

  g_checksum_update (checksum, name.data, (gssize) name.size);
  g_checksum_get_digest (checksum, digest->digest, &size);
  return smd_span (digest->digest, NAME_SIZE);
}

char *
smd_search_fold_text (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (composed ? composed : "", -1);
}
