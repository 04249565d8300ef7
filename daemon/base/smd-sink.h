/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-span.h"

G_BEGIN_DECLS

typedef struct _SmdSink SmdSink;

/**
 * SmdSink:
 * @write: takes all of @span, in order, or fails
 *
 * Where a writer puts its bytes: an #SmdOutput, a base64 encoder in front of one, a digest. Embedded as the first
 * member of the types that implement it.
 */
struct _SmdSink
{
  gboolean (*write) (SmdSink *self, SmdSpan span, GError **error);
};

static inline gboolean G_GNUC_WARN_UNUSED_RESULT
smd_sink_write (SmdSink *self, SmdSpan span, GError **error)
{
  return span.size == 0 || self->write (self, span, error);
}

G_END_DECLS
