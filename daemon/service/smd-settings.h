/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-policy.h"

G_BEGIN_DECLS

/**
 * SmdSettings:
 *
 * The settings (GSettings schema `org.smimed`), read once and again whenever they change; a call takes a copy. Main thread only, but for
 * that copy.
 */
typedef struct _SmdSettings SmdSettings;

typedef void (*SmdSettingsChanged) (gpointer data);

/**
 * smd_settings_new:
 *
 * Returns: (transfer full): on error `Failed`: the schema isn't installed
 */
SmdSettings *smd_settings_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_settings_free (SmdSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdSettings, smd_settings_free)

/* @changed is called after any change, whoever made it, until it is removed by its @data. */
void smd_settings_add_listener (SmdSettings *self, SmdSettingsChanged changed, gpointer data);
void smd_settings_remove_listener (SmdSettings *self, gpointer data);

/* Returns: the snapshot; a setting that makes no sense counts as its default, which is logged once */
const SmdPolicy *smd_settings_get_policy (SmdSettings *self);

/* Any thread. Returns: the same as it is now */
SmdPolicy smd_settings_copy_policy (SmdSettings *self);

/* Returns: (transfer floating): `a{sv}`: every key of the schema with its value */
GVariant *smd_settings_to_variant (SmdSettings *self);

/* Returns: FALSE on error: `PolicyForbids`: an administrator has locked it */
gboolean smd_settings_set_enabled (SmdSettings *self, gboolean enabled, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
