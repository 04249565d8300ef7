/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The unstable part is the constructor of a collection by its path, unchanged since libsecret 0.1 */
#define SECRET_API_SUBJECT_TO_CHANGE
#include <libsecret/secret.h>

G_BEGIN_DECLS

#define SMD_SECRET_ATTRIBUTE "id"
#define SMD_PASSWORD_APPLICATION "application"
#define SMD_PASSWORD_FILE "managed-file"

/* One item per identity, under a random id */
static const SecretSchema smd_secret_schema
    = { "org.smimed.Identity", SECRET_SCHEMA_NONE, { { SMD_SECRET_ATTRIBUTE, SECRET_SCHEMA_ATTRIBUTE_STRING } } };

/* The password of a delivered file (docs/managed.md), stored by whatever tool: its schema's name doesn't matter */
static const SecretSchema smd_password_schema = { "org.smimed.ManagedPassword",
                                                  SECRET_SCHEMA_DONT_MATCH_NAME,
                                                  { { SMD_PASSWORD_APPLICATION, SECRET_SCHEMA_ATTRIBUTE_STRING },
                                                    { SMD_PASSWORD_FILE, SECRET_SCHEMA_ATTRIBUTE_STRING } } };

#define SMD_LIBSECRET_FUNCTIONS(FUNCTION) \
  FUNCTION (service_get) FUNCTION (service_get_finish) FUNCTION (service_get_sync) FUNCTION (service_disconnect) FUNCTION (service_search) \
  FUNCTION (service_search_finish) FUNCTION (service_search_sync) FUNCTION (service_unlock_sync) FUNCTION (collection_create_sync) \
  FUNCTION (collection_for_alias_sync) FUNCTION (collection_get_locked) FUNCTION (collection_new_for_dbus_path) \
  FUNCTION (collection_new_for_dbus_path_finish) FUNCTION (item_create_sync) FUNCTION (item_delete_sync) FUNCTION (item_get_attributes) \
  FUNCTION (item_get_locked) FUNCTION (item_get_secret) FUNCTION (item_load_secret_sync) FUNCTION (value_get) FUNCTION (value_new) \
  FUNCTION (value_unref) FUNCTION (error_get_quark)
#define SMD_LIBSECRET_DECLARE(name) typeof (secret_##name) *name; /* (unowned) */

/* libsecret's functions, see SmdLibrary: it brings libgcrypt. */
typedef struct
{
  SMD_LIBSECRET_FUNCTIONS (SMD_LIBSECRET_DECLARE)
} SmdLibsecret;

/* The library is loaded at the first use in the process. Any thread. Returns: FALSE on error: `NotSupported`: it isn't installed */
gboolean smd_libsecret_load (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none) (nullable): its functions; never NULL once it was loaded, or an object of its is there */
const SmdLibsecret *smd_libsecret (void);

G_END_DECLS
