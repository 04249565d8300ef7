/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-managed.h"

#include "smimed-call.h"
#include "smimed-managed-file-private.h"
#include "smimed-path.h"
#include "smimed-sync.h"
#include "smimed-value-private.h"

static gpointer
read_files (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (reply, 0);

  return smimed_values_from_list (list, smimed_managed_file_new);
}

static const SmimedCallKind list_managed_kind
    = { "Certificates", "ListManaged", "(aa{sv})", read_files, (GDestroyNotify) g_ptr_array_unref, TRUE };

void
smimed_client_list_managed (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &list_managed_kind);

  smimed_call_run (call, options, cancellable, callback, user_data);
}

GPtrArray *
smimed_client_list_managed_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &list_managed_kind, result, error);
}

GPtrArray *
smimed_client_list_managed_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                  GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_list_managed (self, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_list_managed_finish (self, smimed_sync_wait (&sync), error);
}
