/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-openssl.h"

/* Distinguished names. Returns: (transfer full): RFC 4514, valid UTF-8; control characters are escaped */
char *smd_name_to_text (const X509_NAME *name);
/* Returns: (transfer full) (nullable): the same for a name in DER; %NULL if it is none */
char *smd_name_der_to_text (SmdSpan der);
/* Returns: (transfer full) (nullable): the most specific common name without control characters */
char *smd_name_get_common_name (const X509_NAME *name);
/* Returns: (transfer full) (nullable): @string as UTF-8, if it holds neither NUL nor other control characters */
char *smd_name_clean_text (const ASN1_STRING *string);
