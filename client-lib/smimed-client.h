/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "smimed-account.h"
#include "smimed-certificate.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_CLIENT (smimed_client_get_type ())
G_DECLARE_FINAL_TYPE (SmimedClient, smimed_client, SMIMED, CLIENT, GObject)

/**
 * SmimedClient:
 *
 * The smimed service on the session bus. It starts by itself when it is called, also again after it has ended; then everything that
 * is known of it is read anew.
 *
 * Errors are of the domain %SMIMED_ERROR; what the bus itself says (no service, no bus) is of Gio's domains, and so is
 * %G_IO_ERROR_CANCELLED, with which a call fails whose #GCancellable was cancelled. smimed_error_describe() tells users what an error means.
 *
 * The synchronous methods may be called from any thread, and so may the asynchronous ones, which call back in the thread's main
 * context. Properties, lists and signals belong to the main context that the client was made in.
 */

/**
 * SmimedClient:connection:
 *
 * The connection to the bus.
 */

/**
 * SmimedClient:version: (getter dup_version)
 *
 * The version of the service, for people and logs.
 */

/**
 * SmimedClient:enabled: (getter is_enabled)
 *
 * The one switch for all accounts; smimed_client_enable() turns it.
 */

/**
 * SmimedClient:threading-advice: (getter get_threading_advice)
 *
 * Whether a mail program shall group messages into conversations.
 */

/**
 * SmimedClient:features: (getter dup_features)
 *
 * What the service can do: ciphers, digests, signature algorithms, and words such as `ldap`.
 */

/**
 * SmimedClient:policy: (getter ref_policy)
 *
 * The settings in effect, an `a{sv}` by the names of the GSettings schema `org.smimed`.
 */

/**
 * SmimedClient:next-expiry: (getter get_next_expiry)
 *
 * The soonest end of validity among the own certificates that are still valid, in seconds since 1970; 0 if there is none.
 */

/**
 * SmimedClient:last-refresh: (getter get_last_refresh)
 *
 * When revocation information was last refreshed, in seconds since 1970; 0 if never.
 */

/**
 * SmimedClient:next-refresh: (getter get_next_refresh)
 *
 * When revocation information will be refreshed next, in seconds since 1970; 0 if nothing is planned.
 */

/**
 * SmimedClient::certificate-expiring:
 * @self: the client
 * @fingerprint: a certificate
 * @address: an address that it serves; empty for authorities
 * @not_after: the end of its validity, in seconds since 1970
 * @days_left: days on the calendar until then; 0 on the last day, negative afterwards
 *
 * Emitted once for each threshold: own certificates at the policy's `expiry-thresholds`, others at `correspondent-expiry-days`.
 */

/**
 * SmimedClient::expiry-activated:
 * @self: the client
 * @fingerprint: the certificate that a notification was about; of several the one that ends first
 * @token: for raising a window (XDG_ACTIVATION_TOKEN); empty if the desktop gave none
 *
 * The user has followed the notification of an expiring certificate: a mail program that runs shows it, and how to renew it.
 */

/**
 * smimed_client_new:
 * @cancellable: (nullable): cancels it
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Connects to the session bus and learns what the service has to tell: its properties, accounts and certificates.
 */
void smimed_client_new (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_new_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_new().
 *
 * Returns: (transfer full): a client; on error one of Gio's domains: no bus, no service
 */
SmimedClient *smimed_client_new_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_new_sync:
 * @cancellable: (nullable): cancels it
 * @error: return location for an error
 *
 * Does what smimed_client_new() does, and waits for it.
 *
 * Returns: (transfer full): a client; on error one of Gio's domains: no bus, no service
 */
SmimedClient *smimed_client_new_sync (GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_get_connection: (get-property connection)
 *
 * The connection to the bus.
 *
 * Returns: (transfer none): a connection
 */
GDBusConnection *smimed_client_get_connection (SmimedClient *self);

/**
 * smimed_client_dup_version: (get-property version)
 *
 * The version of the service, for people and logs.
 *
 * Returns: (transfer full) (nullable): a version
 */
char *smimed_client_dup_version (SmimedClient *self);

/**
 * smimed_client_is_enabled: (get-property enabled)
 *
 * Whether S/MIME is switched on.
 *
 * Returns: %TRUE if it is
 */
gboolean smimed_client_is_enabled (SmimedClient *self);

/**
 * smimed_client_get_threading_advice: (get-property threading-advice)
 *
 * Whether a mail program shall group messages into conversations.
 *
 * Returns: the advice
 */
SmimedThreadingAdvice smimed_client_get_threading_advice (SmimedClient *self);

/**
 * smimed_client_dup_features: (get-property features)
 *
 * What the service can do.
 *
 * Returns: (transfer full): words
 */
char **smimed_client_dup_features (SmimedClient *self);

/**
 * smimed_client_has_feature:
 * @feature: a word, such as `aes-256-gcm` or `ldap`
 *
 * Whether the service can do something.
 *
 * Returns: %TRUE if it can
 */
gboolean smimed_client_has_feature (SmimedClient *self, const char *feature);

/**
 * smimed_client_ref_policy: (get-property policy)
 *
 * The settings in effect.
 *
 * Returns: (transfer full) (nullable): an `a{sv}`
 */
GVariant *smimed_client_ref_policy (SmimedClient *self);

/**
 * smimed_client_get_next_expiry: (get-property next-expiry)
 *
 * The soonest end of validity among the own certificates that are still valid.
 *
 * Returns: seconds since 1970 in UTC, or 0
 */
gint64 smimed_client_get_next_expiry (SmimedClient *self);

/**
 * smimed_client_get_last_refresh: (get-property last-refresh)
 *
 * When revocation information was last refreshed.
 *
 * Returns: seconds since 1970 in UTC, or 0
 */
gint64 smimed_client_get_last_refresh (SmimedClient *self);

/**
 * smimed_client_get_next_refresh: (get-property next-refresh)
 *
 * When revocation information will be refreshed next.
 *
 * Returns: seconds since 1970 in UTC, or 0
 */
gint64 smimed_client_get_next_refresh (SmimedClient *self);

/**
 * smimed_client_get_accounts:
 *
 * The accounts; the list tells by #GListModel::items-changed when one comes or goes, and each account when it changes.
 *
 * Returns: (transfer none): a list of #SmimedAccount
 */
GListModel *smimed_client_get_accounts (SmimedClient *self);

/**
 * smimed_client_get_certificates:
 *
 * The own certificates and the authorities that are trusted; the list tells by #GListModel::items-changed when one comes or goes. For
 * correspondents' certificates, of which there may be many, there is smimed_client_find().
 *
 * Returns: (transfer none): a list of #SmimedCertificate
 */
GListModel *smimed_client_get_certificates (SmimedClient *self);

/**
 * smimed_client_find_account:
 * @address: an address or an alias
 *
 * Looks for the account of an address in the list, without calling the service.
 *
 * Returns: (transfer full) (nullable): the account
 */
SmimedAccount *smimed_client_find_account (SmimedClient *self, const char *address);

/**
 * smimed_client_call_sync:
 * @path: (nullable): the object; %NULL is the root object
 * @interface: its last element, such as `Messages`
 * @method: a method of the contract, org.smimed.Smime1(5)
 * @arguments: (nullable): a tuple; a floating one is consumed. `h` values are indices into @fds
 * @fds: (nullable): the files handed over
 * @out_fds: (out) (optional) (nullable) (transfer full): the files received
 * @cancellable: (nullable): gives the call up
 * @error: return location for an error
 *
 * Calls any method, for what this library has no function for.
 *
 * Returns: (transfer full): the reply, a tuple
 */
GVariant *smimed_client_call_sync (SmimedClient *self, const char *path, const char *interface, const char *method,
                                   GVariant *arguments, GUnixFDList *fds, GUnixFDList **out_fds,
                                   GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_get_sync:
 * @path: (nullable): the object; %NULL is the root object
 * @interface: its last element, such as `Manager`
 * @property: a property of the contract
 * @error: return location for an error
 *
 * Reads a property from the service.
 *
 * Returns: (transfer full): its value
 */
GVariant *smimed_client_get_sync (SmimedClient *self, const char *path, const char *interface, const char *property,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_get_all_sync:
 * @path: (nullable): the object; %NULL is the root object
 * @interface: its last element, such as `Manager`
 * @error: return location for an error
 *
 * Reads all properties of an interface from the service.
 *
 * Returns: (transfer full): an `a{sv}`
 */
GVariant *smimed_client_get_all_sync (SmimedClient *self, const char *path, const char *interface, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_set_sync:
 * @path: (nullable): the object; %NULL is the root object
 * @interface: its last element, such as `Manager`
 * @property: a property of the contract
 * @value: a floating one is consumed
 * @error: return location for an error
 *
 * Writes a property.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_client_set_sync (SmimedClient *self, const char *path, const char *interface, const char *property,
                                 GVariant *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_get_objects_sync:
 * @error: return location for an error
 *
 * Asks the service for all listed objects.
 *
 * Returns: (transfer full): accounts, own certificates and anchors: `a{oa{sa{sv}}}`
 */
GVariant *smimed_client_get_objects_sync (SmimedClient *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
