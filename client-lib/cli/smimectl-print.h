/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/* All that is said to people goes to standard error, so that a message on standard output stays whole. */

/* @value as one line of JSON on standard output */
void smimectl_print_json (GVariant *value);

/* Who it is from and whether that is proven, whether it was confidential, what is wrong. Returns: SMIMECTL_OK if the sender is proven */
SmimectlExit smimectl_print_report (const SmimectlContext *context, GVariant *report);

/* @problems: `aa{sv}` or NULL; one line each, indented by @indent spaces */
void smimectl_print_problems (const SmimectlContext *context, GVariant *problems, int indent);

/* One line for a certificate's properties */
void smimectl_print_certificate (GVariant *properties);

/* `2027-03-01` */
char *smimectl_print_date (gint64 seconds);
