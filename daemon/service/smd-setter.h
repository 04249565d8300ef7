/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SmdSetterFunc:
 * @skeleton: whose property is to be set
 * @invocation: (transfer full): to be answered, at some time
 * @name: of a writable property
 * @value: of its type
 */
typedef void (*SmdSetterFunc) (gpointer skeleton, GDBusMethodInvocation *invocation, const char *name, GVariant *value);

/**
 * smd_setter_install:
 * @class: of a subclass of a generated skeleton, in its class_init()
 *
 * Has @set called for each Set of a writable property. The generated setter would be done at once; ours may have to ask the user first, and
 * tells the client what went wrong.
 */
void smd_setter_install (gpointer class, SmdSetterFunc set);

G_END_DECLS
