/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-entry.h"

/* Returns: (transfer container): the options of @entry, ends with NULL */
const SmimectlOption **smimectl_options_of (const SmimectlEntry *entry);

/* Reads @arguments (the first is the program) into @context. With --help it prints and exits. FALSE: @error tells what is wrong */
gboolean smimectl_options_parse (SmimectlContext *context, const SmimectlEntry *entry, char **arguments,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
