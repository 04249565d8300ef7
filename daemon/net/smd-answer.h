/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-flight.h"
#include "smd-output.h"

G_BEGIN_DECLS

/**
 * SmdAnswer:
 *
 * What an HTTP server sends (RFC 9110), taken up to the flight's limit, and what that means for the flight. For one thread.
 */
typedef struct
{
  SmdFlight *flight; /* (unowned) */
  SmdOutput *output; /* (owned) (nullable): before the first byte of the body */
  GError *failure;   /* (owned) (nullable) */
  gsize header_size;
} SmdAnswer;

void smd_answer_clear (SmdAnswer *self);

/* @line: of the header. Returns: FALSE: that is too much, and @failure says so */
gboolean smd_answer_add_line (SmdAnswer *self, SmdSpan line);

/* @announced: size of the body in bytes, -1 = unknown. Returns: FALSE: no more is wanted; @failure says why, if it is one */
gboolean smd_answer_add_body (SmdAnswer *self, long status, SmdSpan bytes, gint64 announced);

/* The body is more than the limit: @failure says so. */
void smd_answer_set_too_large (SmdAnswer *self);

/**
 * smd_answer_finish:
 * @modified: Last-Modified, seconds since 1970 UTC, -1 = unknown
 * @unmet: the condition of the request (RFC 9110, 13) isn't met: nothing has changed
 *
 * The server has said all; fills the flight's result, or leaves its location.
 */
void smd_answer_finish (SmdAnswer *self, long status, gint64 modified, gboolean unmet);

G_END_DECLS
