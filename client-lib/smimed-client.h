/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

#define SMIMED_TYPE_CLIENT (smimed_client_get_type ())
G_DECLARE_FINAL_TYPE (SmimedClient, smimed_client, SMIMED, CLIENT, GObject)

/**
 * SmimedClient:
 *
 * The smimed service on the session bus, which starts by itself when it is first called. Errors are of the domain %SMIMED_ERROR;
 * what the bus itself says (no service, no bus) is of Gio's domains.
 */

/**
 * smimed_client_new_sync:
 *
 * Connects to the session bus.
 *
 * Returns: (transfer full): a client; on error Gio's
 */
SmimedClient *smimed_client_new_sync (GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_call_sync:
 * @path: (nullable): the object; %NULL is the root object
 * @interface: its last element, such as `Messages`
 * @method: a method of the contract, org.smimed.Smime1(5)
 * @arguments: (nullable): a tuple; a floating one is consumed. `h` values are indices into @fds
 * @fds: (nullable): the files handed over
 * @out_fds: (out) (optional) (nullable) (transfer full): the files received
 *
 * Calls and waits, without a time limit of its own: the service's deadlines hold.
 *
 * Returns: (transfer full): the reply's tuple
 */
GVariant *smimed_client_call_sync (SmimedClient *self, const char *path, const char *interface, const char *method,
                                   GVariant *arguments, GUnixFDList *fds, GUnixFDList **out_fds, GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_get_sync:
 *
 * Returns: (transfer full): the property's value
 */
GVariant *smimed_client_get_sync (SmimedClient *self, const char *path, const char *interface, const char *property,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_get_all_sync:
 *
 * Returns: (transfer full): all properties, a `a{sv}`
 */
GVariant *smimed_client_get_all_sync (SmimedClient *self, const char *path, const char *interface,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_set_sync:
 * @value: a floating one is consumed
 */
gboolean smimed_client_set_sync (SmimedClient *self, const char *path, const char *interface, const char *property,
                                 GVariant *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_get_objects_sync:
 *
 * Returns: (transfer full): accounts, own certificates and anchors: `a{oa{sa{sv}}}`
 */
GVariant *smimed_client_get_objects_sync (SmimedClient *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
