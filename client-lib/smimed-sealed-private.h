/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-sealed.h"

G_BEGIN_DECLS

/* @raw: (transfer none) `a{sv}`. Returns: (transfer full) */
gpointer smimed_sealed_new (GVariant *raw);

/* @output: (transfer full). Returns: (transfer full): a message of one output */
SmimedSealed *smimed_sealed_new_with_output (GVariant *raw, SmimedOutput *output);

G_END_DECLS
