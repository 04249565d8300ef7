/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-span.h"

G_BEGIN_DECLS

/* What is kept of names and words so that they are found. */

/* Names are long and are only looked up whole: a digest keeps their index small. */
typedef struct
{
  guint8 digest[32];
} SmdNameDigest;

/* Returns: a part of @digest, which it fills; empty if @name is */
SmdSpan smd_search_digest_name (SmdSpan name, SmdNameDigest *digest);

/* Returns: (transfer full): the same for all ways to write it */
char *smd_search_fold_text (const char *text);

G_END_DECLS
