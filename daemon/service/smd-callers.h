/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SmdCallers:
 *
 * Who has calls under way; tells when one of them leaves the bus. One match for all, made once: nothing is asked of the bus for a call.
 */
typedef struct _SmdCallers SmdCallers;

typedef void (*SmdCallerLeft) (gpointer data);

SmdCallers *smd_callers_new (GDBusConnection *connection);
void smd_callers_free (SmdCallers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCallers, smd_callers_free)

/* @left is called, once, with @data if @sender leaves before smd_callers_remove() */
void smd_callers_add (SmdCallers *self, const char *sender, SmdCallerLeft left, gpointer data);
void smd_callers_remove (SmdCallers *self, const char *sender, gpointer data);

G_END_DECLS
