/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl-point.h"
#include "smd-openssl.h"

/* More places than this nobody asks. */
#define SMD_CRL_MOST_PLACES 16

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CRL_DIST_POINTS, CRL_DIST_POINTS_free)

/**
 * smd_crl_points_read:
 * @points: (nullable): relative names in it are completed
 * @issuer: who issued what names them: names that are relative to a CRL's issuer are completed by it unless the point names another
 *
 * Returns: (transfer full) (element-type SmdCrlPoint)
 */
GPtrArray *smd_crl_points_read (CRL_DIST_POINTS *points, const X509_NAME *issuer);

/* Adds the URL that @name is, printable ASCII only (others are no URLs, RFC 3986), unless it is there already. */
void smd_crl_points_add_url (GPtrArray *urls, const GENERAL_NAME *name);

/* @urls: (transfer full) (element-type utf8). Returns: (transfer full) */
char **smd_crl_points_end (GPtrArray *urls);
