/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-messages.h"

#include <glib/gi18n-lib.h>

#include "smimed-call.h"
#include "smimed-output-private.h"
#include "smimed-path.h"
#include "smimed-report-private.h"
#include "smimed-sealed-private.h"
#include "smimed-sync.h"

static gpointer
read_signed (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) report = NULL;
  SmimedOutput *output;
  int handle;

  g_variant_get (reply, "(h@a{sv})", &handle, &report);
  output = smimed_output_new (fds, handle, NULL, error);
  return output != NULL ? smimed_sealed_new_with_output (report, output) : NULL;
}

static gpointer
read_encrypted (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GVariant) report = NULL;
  g_autoptr (SmimedSealed) sealed = NULL;

  g_variant_get (reply, "(@a(ash)@a{sv})", &list, &report);
  sealed = smimed_sealed_new (report);
  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autofree const char **addresses = NULL;
      SmimedOutput *output;
      int handle;

      g_variant_get_child (list, i, "(^a&sh)", &addresses, &handle);
      output = smimed_output_new (fds, handle, addresses, error);
      if (output == NULL)
        return NULL;
      g_ptr_array_add (smimed_sealed_get_outputs (sealed), output);
    }

  if (smimed_sealed_get_outputs (sealed)->len > 0)
    return g_steal_pointer (&sealed);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The S/MIME service’s answer holds no message."));
  return NULL;
}

static gpointer
read_opened (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) raw = NULL;
  SmimedOutput *content;
  SmimedReport *report;
  int handle;

  g_variant_get (reply, "(h@a{sv})", &handle, &raw);
  content = smimed_output_new (fds, handle, NULL, error);
  if (content == NULL)
    return NULL;

  report = smimed_report_new (raw);
  smimed_report_take_content (report, content);
  return report;
}

static gpointer
read_report (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) raw = g_variant_get_child_value (reply, 0);

  return smimed_report_new (raw);
}

static const SmimedCallKind sign_kind = { "Messages", "Sign", "(ha{sv})", read_signed, g_object_unref, TRUE };
static const SmimedCallKind encrypt_kind = { "Messages", "Encrypt", "(a(ash)a{sv})", read_encrypted, g_object_unref, TRUE };
static const SmimedCallKind open_kind = { "Messages", "Open", "(ha{sv})", read_opened, g_object_unref, TRUE };
static const SmimedCallKind verify_kind = { "Messages", "Verify", "(a{sv})", read_report, g_object_unref, TRUE };
static const SmimedCallKind inspect_kind = { "Messages", "Inspect", "(a{sv})", read_report, g_object_unref, TRUE };

void
smimed_client_sign (SmimedClient *self, SmimedInput *message, const char *from, SmimedOptions *options,
                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &sign_kind);

  smimed_call_add_input (call, message);
  smimed_call_add (call, g_variant_new_string (from));
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedSealed *
smimed_client_sign_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &sign_kind, result, error);
}

SmimedSealed *
smimed_client_sign_sync (SmimedClient *self, SmimedInput *message, const char *from, SmimedOptions *options,
                         GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_sign (self, message, from, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_sign_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_encrypt (SmimedClient *self, SmimedInput *message, const char *from, const char *const *recipients,
                       SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &encrypt_kind);

  smimed_call_add_input (call, message);
  smimed_call_add (call, g_variant_new_string (from));
  smimed_call_add_strings (call, recipients);
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedSealed *
smimed_client_encrypt_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &encrypt_kind, result, error);
}

SmimedSealed *
smimed_client_encrypt_sync (SmimedClient *self, SmimedInput *message, const char *from,
                            const char *const *recipients, SmimedOptions *options, GCancellable *cancellable,
                            GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_encrypt (self, message, from, recipients, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_encrypt_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_open (SmimedClient *self, SmimedInput *message, SmimedOptions *options, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &open_kind);

  smimed_call_add_input (call, message);
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedReport *
smimed_client_open_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &open_kind, result, error);
}

SmimedReport *
smimed_client_open_sync (SmimedClient *self, SmimedInput *message, SmimedOptions *options,
                         GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_open (self, message, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_open_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_verify (SmimedClient *self, SmimedInput *content, SmimedInput *signature, SmimedOptions *options,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &verify_kind);

  smimed_call_add_input (call, content);
  smimed_call_add_input (call, signature);
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedReport *
smimed_client_verify_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &verify_kind, result, error);
}

SmimedReport *
smimed_client_verify_sync (SmimedClient *self, SmimedInput *content, SmimedInput *signature, SmimedOptions *options,
                           GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_verify (self, content, signature, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_verify_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_inspect (SmimedClient *self, SmimedInput *message, SmimedOptions *options, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &inspect_kind);

  smimed_call_add_input (call, message);
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedReport *
smimed_client_inspect_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &inspect_kind, result, error);
}

SmimedReport *
smimed_client_inspect_sync (SmimedClient *self, SmimedInput *message, SmimedOptions *options,
                            GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_inspect (self, message, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_inspect_finish (self, smimed_sync_wait (&sync), error);
}
