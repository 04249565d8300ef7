/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-path-check.h"

/* Corrects what OpenSSL says of the names of the certificate at the beginning of @path and its issuers' name constraints (RFC 5280 section
 * 4.2.1.10, RFC 9598 section 6): adds what it lets pass, and takes away what it only fails to understand. */
void smd_path_check_names (SmdPath *path);
