/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-openssl.h"
#include "smd-path-check.h"

/* Adds what OpenSSL has just found in a path, in our words. @nested: (nullable): what was wrong with the path of a CRL's signer */
void smd_path_note_problem (GPtrArray *problems, const SmdPathQuery *query, X509_STORE_CTX *context, const char *nested);

/* Whether OpenSSL's error is of a CRL, and not of the path itself */
gboolean smd_path_is_about_revocation (X509_STORE_CTX *context);

/* Returns: (transfer none) (nullable): the certificate of the question that is @x509 */
SmdCertificate *smd_path_query_find (const SmdPathQuery *query, X509 *x509);
