/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/* What a person wants to know of a report of Open and Verify, in this order: who it is from and whether that is proven, whether it was
 * confidential, what is wrong and what can be done. On standard error, or as JSON on standard output.
 * Returns: SMIMECTL_OK if the sender is proven */
SmimectlExit smimectl_report_tell (const SmimectlContext *context, GVariant *report);
