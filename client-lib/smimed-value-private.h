/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-value.h"

G_BEGIN_DECLS

struct _SmimedValue
{
  GObject parent;
  GVariant *raw; /* (owned) `a{sv}` */
};

typedef gpointer (*SmimedValueNew) (GVariant *raw);

/* @raw: (transfer none). Returns: (transfer full) */
gpointer smimed_value_new (GType type, GVariant *raw);

/* What stands under a key; NULL, FALSE, 0 or an empty list if it is absent or of another type */
const char *smimed_value_string (gconstpointer self, const char *key);
gboolean smimed_value_boolean (gconstpointer self, const char *key);
gint64 smimed_value_int64 (gconstpointer self, const char *key, gint64 absent);
char **smimed_value_strv (gconstpointer self, const char *key);
GBytes *smimed_value_bytes (gconstpointer self, const char *key);

/* The enumeration's value whose short name is the word under @key */
int smimed_value_word (gconstpointer self, const char *key, GType enumeration, int absent, int unknown);

/* Returns: (transfer full): what @make makes of each dictionary in the `aa{sv}` under @key */
GPtrArray *smimed_value_list (gconstpointer self, const char *key, SmimedValueNew make);

/* The same of an `aa{sv}` itself */
GPtrArray *smimed_values_from_list (GVariant *list, SmimedValueNew make);

/* Returns: (transfer full): GBytes of an `aay` */
GPtrArray *smimed_value_bytes_list (gconstpointer self, const char *key);

/* FALSE if the enumeration doesn't know the word */
gboolean smimed_word_to_enum (const char *word, GType enumeration, int *value);
const char *smimed_word_from_enum (GType enumeration, int value);

/* `sign` and `encrypt`, or as an account says it `signing` and `encryption`, as flags */
SmimedUsage smimed_usage_from_words (const char *const *words);
const char *smimed_usage_to_word (SmimedUsage usage);

G_END_DECLS
