/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smimed-account.h"

G_BEGIN_DECLS

/* @properties: (transfer none) an `a{sv}` as the bus has it. Returns: (transfer full) */
SmimedAccount *smimed_account_new (GDBusConnection *connection, const char *path, GVariant *properties);
const char *smimed_account_get_path (SmimedAccount *self);

/* Replaces properties, and tells that they have changed. */
void smimed_account_update (SmimedAccount *self, GVariant *changes);

G_END_DECLS
