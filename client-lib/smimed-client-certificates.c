/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-certificates.h"

#include <glib/gi18n-lib.h>

#include "smimed-call.h"
#include "smimed-certificate-list.h"
#include "smimed-certificate-private.h"
#include "smimed-enum-types.h"
#include "smimed-error.h"
#include "smimed-output-private.h"
#include "smimed-path.h"
#include "smimed-problem-private.h"
#include "smimed-query-private.h"
#include "smimed-sync.h"
#include "smimed-validation-private.h"
#include "smimed-value-private.h"

static gpointer
read_output (GVariant *reply, GUnixFDList *fds, GError **error)
{
  int handle;

  g_variant_get (reply, "(h)", &handle);
  return smimed_output_new (fds, handle, NULL, error);
}

static gpointer
read_first (GVariant *reply, GUnixFDList *fds, GError **error)
{
  return g_variant_get_child_value (reply, 0);
}

#define LIST smimed_certificate_list_read, (GDestroyNotify) g_variant_unref

static const SmimedCallKind import_pkcs12_kind = { "Certificates", "ImportPkcs12", "(ao)", LIST, TRUE };
static const SmimedCallKind import_certificates_kind = { "Certificates", "Import", "(aoaa{sv})", LIST, TRUE };
static const SmimedCallKind import_from_message_kind = { "Certificates", "ImportFromMessage", "(ao)", LIST, TRUE };
static const SmimedCallKind find_kind = { "Certificates", "Find", "(ao)", LIST, TRUE };
static const SmimedCallKind export_pkcs12_kind = { "Certificates", "ExportPkcs12", "(h)", read_output, g_object_unref, TRUE };
static const SmimedCallKind validate_kind = { "Certificates", "Validate", "(a{sv})", smimed_validation_read, g_object_unref, TRUE };

static const SmimedCallKind generate_password_kind
    = { "Certificates", "GeneratePassword", "(h)", read_output, g_object_unref, TRUE };
static const SmimedCallKind load_certificate_kind
    = { "org.freedesktop.DBus.Properties", "GetAll", "(a{sv})", read_first, (GDestroyNotify) g_variant_unref, FALSE };

void
smimed_client_import_pkcs12 (SmimedClient *self, SmimedInput *file, SmimedOptions *options,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &import_pkcs12_kind);

  smimed_call_add_input (call, file);
  smimed_certificate_list_run (call, &import_pkcs12_kind, self, smimed_client_get_connection (self), options, cancellable, callback,
                               user_data);
}

GPtrArray *
smimed_client_import_pkcs12_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_certificate_list_finish (self, &import_pkcs12_kind, result, NULL, error);
}

GPtrArray *
smimed_client_import_pkcs12_sync (SmimedClient *self, SmimedInput *file, SmimedOptions *options,
                                  GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_import_pkcs12 (self, file, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_import_pkcs12_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_import_certificates (SmimedClient *self, SmimedInput *file, SmimedRole role, SmimedOptions *options,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &import_certificates_kind);

  smimed_call_add_input (call, file);
  smimed_call_add (call, g_variant_new_string (smimed_word_from_enum (SMIMED_TYPE_ROLE, (int) role)));
  smimed_certificate_list_run (call, &import_certificates_kind, self, smimed_client_get_connection (self), options, cancellable, callback,
                               user_data);
}

GPtrArray *
smimed_client_import_certificates_finish (SmimedClient *self, GAsyncResult *result, GPtrArray **refused,
                                          GError **error)
{
  g_autoptr (GVariant) problems = NULL;
  GPtrArray *certificates
      = smimed_certificate_list_finish (self, &import_certificates_kind, result, &problems, error);

  if (certificates != NULL && refused != NULL)
    *refused = smimed_values_from_list (problems, smimed_problem_new);
  return certificates;
}

GPtrArray *
smimed_client_import_certificates_sync (SmimedClient *self, SmimedInput *file, SmimedRole role,
                                        SmimedOptions *options, GPtrArray **refused, GCancellable *cancellable,
                                        GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_import_certificates (self, file, role, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_import_certificates_finish (self, smimed_sync_wait (&sync), refused, error);
}

void
smimed_client_import_from_message (SmimedClient *self, SmimedInput *message, SmimedOptions *options,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &import_from_message_kind);

  smimed_call_add_input (call, message);
  smimed_certificate_list_run (call, &import_from_message_kind, self, smimed_client_get_connection (self), options, cancellable, callback,
                               user_data);
}

GPtrArray *
smimed_client_import_from_message_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_certificate_list_finish (self, &import_from_message_kind, result, NULL, error);
}

GPtrArray *
smimed_client_import_from_message_sync (SmimedClient *self, SmimedInput *message, SmimedOptions *options,
                                        GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_import_from_message (self, message, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_import_from_message_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_find (SmimedClient *self, SmimedQuery *query, SmimedOptions *options, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &find_kind);
  g_autoptr (SmimedQuery) all = query == NULL ? smimed_query_new () : NULL;

  smimed_call_add (call, smimed_query_get_values (query != NULL ? query : all));
  smimed_certificate_list_run (call, &find_kind, self, smimed_client_get_connection (self), options, cancellable, callback,
                               user_data);
}

GPtrArray *
smimed_client_find_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_certificate_list_finish (self, &find_kind, result, NULL, error);
}

GPtrArray *
smimed_client_find_sync (SmimedClient *self, SmimedQuery *query, SmimedOptions *options, GCancellable *cancellable,
                         GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_find (self, query, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_find_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_export_pkcs12 (SmimedClient *self, const char *const *fingerprints, SmimedOptions *options,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &export_pkcs12_kind);
  g_autoptr (GVariantBuilder) paths = g_variant_builder_new (G_VARIANT_TYPE ("ao"));

  for (guint i = 0; fingerprints[i] != NULL; i++)
    {
      g_autofree char *path = smimed_path_for_certificate (fingerprints[i]);

      g_variant_builder_add (paths, "o", path);
    }
  smimed_call_add (call, g_variant_builder_end (paths));
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedOutput *
smimed_client_export_pkcs12_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &export_pkcs12_kind, result, error);
}

SmimedOutput *
smimed_client_export_pkcs12_sync (SmimedClient *self, const char *const *fingerprints, SmimedOptions *options,
                                  GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_export_pkcs12 (self, fingerprints, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_export_pkcs12_finish (self, smimed_sync_wait (&sync), error);
}

/* The properties know the fingerprint, which is the path. */
static SmimedCertificate *
finish_load (SmimedClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GVariant) properties = smimed_call_finish (self, &load_certificate_kind, result, &local);
  g_autofree char *path = NULL;
  const char *fingerprint = NULL;

  if (properties != NULL && g_variant_lookup (properties, "Fingerprint", "&s", &fingerprint))
    {
      path = smimed_path_for_certificate (fingerprint);
      return smimed_certificate_new (smimed_client_get_connection (self), path, properties);
    }

  if (local == NULL || local->domain == G_DBUS_ERROR)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, _ ("There is no such certificate."));
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

void
smimed_client_load_certificate (SmimedClient *self, const char *fingerprint, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *path = smimed_path_for_certificate (fingerprint);
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), path, &load_certificate_kind);

  smimed_call_add (call, g_variant_new_string (SMIMED_NAME ".Certificate"));
  smimed_call_run (call, NULL, cancellable, callback, user_data);
}

SmimedCertificate *
smimed_client_load_certificate_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return finish_load (self, result, error);
}

SmimedCertificate *
smimed_client_load_certificate_sync (SmimedClient *self, const char *fingerprint, GCancellable *cancellable,
                                     GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_load_certificate (self, fingerprint, cancellable, smimed_sync_done, &sync);
  return smimed_client_load_certificate_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_validate (SmimedClient *self, GPtrArray *chain, SmimedUsage usage, SmimedOptions *options,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &validate_kind);
  g_autoptr (GVariantBuilder) list = g_variant_builder_new (G_VARIANT_TYPE ("aay"));

  for (guint i = 0; i < chain->len; i++)
    g_variant_builder_add_value (list, g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, chain->pdata[i], TRUE));
  smimed_call_add (call, g_variant_builder_end (list));
  smimed_call_add (call, g_variant_new_string (smimed_usage_to_word (usage)));
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedValidation *
smimed_client_validate_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &validate_kind, result, error);
}

SmimedValidation *
smimed_client_validate_sync (SmimedClient *self, GPtrArray *chain, SmimedUsage usage, SmimedOptions *options,
                             GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_validate (self, chain, usage, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_validate_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_generate_password (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &generate_password_kind);

  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedOutput *
smimed_client_generate_password_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &generate_password_kind, result, error);
}

SmimedOutput *
smimed_client_generate_password_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                      GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_generate_password (self, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_generate_password_finish (self, smimed_sync_wait (&sync), error);
}
