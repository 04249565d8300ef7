/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smimectl-context.h"

/* @value as one line on standard output: `ay` as base64, `aay` as a list of that, everything else as one expects. A floating one is consumed */
void smimectl_json_print (GVariant *value);

/* {"error": NAME, "message": TEXT} */
void smimectl_json_print_error (const char *name, const char *message);
