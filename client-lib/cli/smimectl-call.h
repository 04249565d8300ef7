/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/**
 * SmimectlCall:
 * @path: (nullable): %NULL is the root object
 * @interface: its last element
 * @arguments: (nullable): a tuple without the options; a floating one is consumed
 * @options: (nullable): used up
 * @fds: (nullable): the descriptors that @arguments and @options name
 */
typedef struct
{
  const char *path;      /* (unowned) */
  const char *interface; /* (unowned) */
  const char *method;    /* (unowned) */
  GVariant *arguments;   /* (unowned) */
  GVariantDict *options; /* (unowned) */
  GUnixFDList *fds;      /* (unowned) */
} SmimectlCall;

/**
 * smimectl_call:
 * @out_fds: (out) (optional)
 *
 * Calls with the options that every call takes (a job, --deadline, --offline, --no-prompt) and waits. Ctrl-C cancels the job, so that
 * the service stops, too; a second one doesn't wait for that.
 *
 * Returns: (transfer full): the reply's tuple; on error, @context->interrupted tells whether a signal was the reason
 */
GVariant *smimectl_call (SmimectlContext *context, const SmimectlCall *call, GUnixFDList **out_fds, GError **error) G_GNUC_WARN_UNUSED_RESULT;
