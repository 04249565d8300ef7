/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-recipients.h"

#include "smimed-call.h"
#include "smimed-evaluation-private.h"
#include "smimed-path.h"
#include "smimed-sync.h"

static gpointer
read_evaluation (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) verdicts = g_variant_get_child_value (reply, 1);
  gboolean ready;

  g_variant_get_child (reply, 0, "b", &ready);
  return smimed_evaluation_new (ready, verdicts);
}

static const SmimedCallKind evaluate_kind = { "Recipients", "Evaluate", "(baa{sv})", read_evaluation, g_object_unref, TRUE };

void
smimed_client_evaluate (SmimedClient *self, const char *from, const char *const *recipients, SmimedOptions *options,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &evaluate_kind);

  smimed_call_add (call, g_variant_new_string (from));
  smimed_call_add_strings (call, recipients);
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedEvaluation *
smimed_client_evaluate_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &evaluate_kind, result, error);
}

SmimedEvaluation *
smimed_client_evaluate_sync (SmimedClient *self, const char *from, const char *const *recipients,
                             SmimedOptions *options, GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_evaluate (self, from, recipients, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_evaluate_finish (self, smimed_sync_wait (&sync), error);
}
