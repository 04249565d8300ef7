/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-client-state.h"

G_BEGIN_DECLS

/* @objects: `a{oa{sa{sv}}}`: all that there are */
void smimed_client_objects_replace (SmimedClientState *state, GVariant *objects);

/* @interfaces: `a{sa{sv}}` */
void smimed_client_objects_add (SmimedClientState *state, const char *path, GVariant *interfaces);
void smimed_client_objects_remove (SmimedClientState *state, const char *path);

/* @interface: a whole name; @changes: `a{sv}` */
void smimed_client_objects_update (SmimedClientState *state, const char *path, const char *interface,
                                   GVariant *changes);

G_END_DECLS
