/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdCrlPoint:
 * @urls: (owned): %NULL-terminated, as smd_certificate_get_crl_urls() gives them
 * @names: (owned): distinguished names (RFC 4514) of directory entries that hold the CRL, without saying in which directory:
 *   a directoryName, a nameRelativeToCRLIssuer, or a cRLIssuer that stands alone; %NULL-terminated
 *
 * A distribution point (RFC 5280 section 4.2.1.13): each of its places has its CRL, but every point may be of other reasons.
 */
typedef struct
{
  char **urls;  /* (owned) */
  char **names; /* (owned) */
} SmdCrlPoint;

G_END_DECLS
