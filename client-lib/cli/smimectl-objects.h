/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/* All listed objects with @interface (its last element): `a(oa{sv})`, paths and properties */
GVariant *smimectl_objects_list (SmimectlContext *context, const char *interface, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The path of the account with @address */
char *smimectl_objects_find_account (SmimectlContext *context, const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The paths of certificates that match a query, an `a{sv}` that is consumed: `ao` */
GVariant *smimectl_objects_query (SmimectlContext *context, GVariantDict *query, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The path of the one certificate that @name means: the beginning of a fingerprint (colons and case don't matter), or an address */
char *smimectl_objects_find_certificate (SmimectlContext *context, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The properties of the certificates at @paths, an `ao`: `aa{sv}` */
GVariant *smimectl_objects_certificates (SmimectlContext *context, GVariant *paths, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @properties with `Path` added, for JSON */
GVariant *smimectl_objects_with_path (const char *path, GVariant *properties);
