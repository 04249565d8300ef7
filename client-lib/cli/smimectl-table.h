/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The table of commands as JSON, untranslated: smimectl(1) is made of it. Returns: TRUE */
gboolean smimectl_table_print (void);
