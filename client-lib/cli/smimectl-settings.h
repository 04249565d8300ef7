/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* The settings of smimed, or NULL with @error if their schema isn't installed */
GSettings *smimectl_settings_open (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The names of all settings, sorted */
char **smimectl_settings_keys (GSettings *settings);

gboolean smimectl_settings_has (GSettings *settings, const char *key);

/* The value of the type and in the range of @key that @words are: a text as it is, yes or no, a number, each element of a list, or GVariant
 * text. NULL with @error */
GVariant *smimectl_settings_parse (GSettings *settings, const char *key, const char *const *words, GError **error) G_GNUC_WARN_UNUSED_RESULT;
