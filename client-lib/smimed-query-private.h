/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-query.h"

G_BEGIN_DECLS

/* Returns: (transfer none): an `a{sv}` */
GVariant *smimed_query_get_values (SmimedQuery *self);

G_END_DECLS
