/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Filling of an `a{sv}` */
void smd_wire_dict_init (GVariantBuilder *dict);
/* Left out if %NULL */
void smd_wire_dict_string (GVariantBuilder *dict, const char *key, const char *value);
void smd_wire_dict_boolean (GVariantBuilder *dict, const char *key, gboolean value);
void smd_wire_dict_int64 (GVariantBuilder *dict, const char *key, gint64 value);
void smd_wire_dict_value (GVariantBuilder *dict, const char *key, GVariant *value);

G_END_DECLS
