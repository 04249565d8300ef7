/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-revocation.h"

#include "smimed-call.h"
#include "smimed-path.h"
#include "smimed-revocation-entry-private.h"
#include "smimed-sync.h"
#include "smimed-value-private.h"

static gpointer
read_entries (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (reply, 0);

  return smimed_values_from_list (list, smimed_revocation_entry_new);
}

static gpointer
read_entry (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) entry = g_variant_get_child_value (reply, 0);

  return smimed_revocation_entry_new (entry);
}

#define ENTRIES "(aa{sv})", read_entries, (GDestroyNotify) g_ptr_array_unref

static const SmimedCallKind refresh_revocation_kind = { "Revocation", "Refresh", ENTRIES, TRUE };
static const SmimedCallKind list_revocation_kind = { "Revocation", "List", ENTRIES, TRUE };
static const SmimedCallKind import_crl_kind = { "Revocation", "Import", "(a{sv})", read_entry, g_object_unref, TRUE };
static const SmimedCallKind flush_revocation_kind = { "Revocation", "Flush", "()", smimed_call_read_nothing, NULL, TRUE };

void
smimed_client_refresh_revocation (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &refresh_revocation_kind);

  smimed_call_run (call, options, cancellable, callback, user_data);
}

GPtrArray *
smimed_client_refresh_revocation_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &refresh_revocation_kind, result, error);
}

GPtrArray *
smimed_client_refresh_revocation_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                       GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_refresh_revocation (self, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_refresh_revocation_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_list_revocation (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &list_revocation_kind);

  smimed_call_run (call, options, cancellable, callback, user_data);
}

GPtrArray *
smimed_client_list_revocation_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &list_revocation_kind, result, error);
}

GPtrArray *
smimed_client_list_revocation_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                    GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_list_revocation (self, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_list_revocation_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_import_crl (SmimedClient *self, SmimedInput *crl, SmimedOptions *options, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &import_crl_kind);

  smimed_call_add_input (call, crl);
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedRevocationEntry *
smimed_client_import_crl_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &import_crl_kind, result, error);
}

SmimedRevocationEntry *
smimed_client_import_crl_sync (SmimedClient *self, SmimedInput *crl, SmimedOptions *options,
                               GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_import_crl (self, crl, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_import_crl_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_flush_revocation (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &flush_revocation_kind);

  smimed_call_run (call, options, cancellable, callback, user_data);
}

gboolean
smimed_client_flush_revocation_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &flush_revocation_kind, result, error) != NULL;
}

gboolean
smimed_client_flush_revocation_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                     GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_flush_revocation (self, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_flush_revocation_finish (self, smimed_sync_wait (&sync), error);
}
