/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks the bus whether anybody owns @name now; who could be started for it doesn't count. */
void smd_bus_name_is_owned (GDBusConnection *connection, const char *name, GAsyncReadyCallback done, gpointer data);

/* Returns: FALSE also if the bus didn't say */
gboolean smd_bus_name_is_owned_finish (GDBusConnection *connection, GAsyncResult *result);

G_END_DECLS
