/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What helps against the problem @code. Returns: (transfer none) (nullable): a translated sentence, NULL if nothing does */
const char *smimectl_advice_for (const char *code, gboolean temporary);

/* The command that helps against the error of the service, by its number in SmimedError. Returns: (transfer none) (nullable) */
const char *smimectl_advice_for_error (int code);
