/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smimed-certificate.h"

G_BEGIN_DECLS

/* @properties: (transfer none) an `a{sv}` as the bus has it. Returns: (transfer full) */
SmimedCertificate *smimed_certificate_new (GDBusConnection *connection, const char *path, GVariant *properties);
const char *smimed_certificate_get_path (SmimedCertificate *self);

/* Replaces properties, and tells that they have changed. */
void smimed_certificate_update (SmimedCertificate *self, GVariant *changes);

G_END_DECLS
