/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-want.h"

G_BEGIN_DECLS

/**
 * smd_crl_places_list:
 * @kind: a CRL or a delta CRL
 * @authority: whether it is asked about an authority's certificate
 * @directories: (nullable): the setting `directories`
 *
 * Where @point's CRL may be had: its URLs; then, for each directory of the setting, the entries that its names and its LDAP URLs without a
 * host (RFC 4516 section 2: those are the client's to choose) mean, with the attributes of RFC 4523 sections 2.5 to 2.7, as URLs.
 *
 * Returns: (transfer full): %NULL-terminated
 */
char **smd_crl_places_list (const SmdCrlPoint *point, SmdWantKind kind, gboolean authority, const char *const *directories);

/* Adds those of all @points (element-type SmdCrlPoint) to @places (element-type utf8). */
void smd_crl_places_add (GPtrArray *places, GPtrArray *points, SmdWantKind kind, gboolean authority, const char *const *directories);

/* Whether a directory would have to be asked for @point's CRL and the setting names none */
gboolean smd_crl_places_lack_directory (const SmdCrlPoint *point, const char *const *directories);

G_END_DECLS
