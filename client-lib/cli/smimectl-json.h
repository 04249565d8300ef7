/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smimectl-context.h"

/* @value as one line on standard output: `ay` as base64, `aay` as a list of that, everything else as one expects. A floating one is consumed */
void smimectl_json_print (GVariant *value);

/* What a call that answers with nothing comes to; with --json that's {}. Returns: the exit code */
SmimectlExit smimectl_json_tell_done (const SmimectlContext *context, gboolean done);

/* {"error": NAME, "message": TEXT} */
void smimectl_json_print_error (const char *name, const char *message);
