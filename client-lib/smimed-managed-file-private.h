/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-managed-file.h"

G_BEGIN_DECLS

/* @raw: (transfer none) `a{sv}`. Returns: (transfer full) */
gpointer smimed_managed_file_new (GVariant *raw);

G_END_DECLS
