/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-report.h"

G_BEGIN_DECLS

/* @raw: (transfer none) `a{sv}`. Returns: (transfer full) */
gpointer smimed_report_new (GVariant *raw);

/* @content: (transfer full) */
void smimed_report_take_content (SmimedReport *self, SmimedOutput *content);

G_END_DECLS
