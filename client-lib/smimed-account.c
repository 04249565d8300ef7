/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-account.h"

#include "smimed-account-private.h"
#include "smimed-call.h"
#include "smimed-enum-types.h"
#include "smimed-fields.h"
#include "smimed-path.h"
#include "smimed-problem-private.h"
#include "smimed-sync.h"
#include "smimed-validation-private.h"
#include "smimed-value-private.h"

struct _SmimedAccount
{
  SmimedValue parent;
  GDBusConnection *connection; /* (owned) */
  char *path;                  /* (owned) */
};

G_DEFINE_FINAL_TYPE (SmimedAccount, smimed_account, SMIMED_TYPE_VALUE)

static const SmimedField fields[] = {
  { "address", "Address", SMIMED_FIELD_STRING },
  { "aliases", "Aliases", SMIMED_FIELD_STRV },
  { "ready", "Ready", SMIMED_FIELD_BOOLEAN },
  { "missing", "Missing", SMIMED_FIELD_USAGES },
  { "signing-certificate", "SigningCertificate", SMIMED_FIELD_FINGERPRINT },
  { "encryption-certificate", "EncryptionCertificate", SMIMED_FIELD_FINGERPRINT },
  { "sign-by-default", "SignByDefault", SMIMED_FIELD_BOOLEAN },
  { "encrypt-by-default", "EncryptByDefault", SMIMED_FIELD_BOOLEAN },
  { NULL }
};

static void
smimed_account_finalize (GObject *object)
{
  SmimedAccount *self = SMIMED_ACCOUNT (object);

  g_clear_object (&self->connection);
  g_free (self->path);
  G_OBJECT_CLASS (smimed_account_parent_class)->finalize (object);
}

static void
smimed_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  smimed_field_get (&fields[id - 1], SMIMED_VALUE (object)->raw, value);
}

static void
smimed_account_class_init (SmimedAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = smimed_account_finalize;
  object_class->get_property = smimed_account_get_property;
  smimed_fields_install (object_class, fields, G_PARAM_READABLE);
  g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
smimed_account_init (SmimedAccount *self)
{
}

SmimedAccount *
smimed_account_new (GDBusConnection *connection, const char *path, GVariant *properties)
{
  SmimedAccount *self = smimed_value_new (SMIMED_TYPE_ACCOUNT, properties);

  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  return self;
}

const char *
smimed_account_get_path (SmimedAccount *self)
{
  return self->path;
}

void
smimed_account_update (SmimedAccount *self, GVariant *changes)
{
  smimed_fields_update (fields, G_OBJECT (self), &SMIMED_VALUE (self)->raw, changes);
  g_signal_emit_by_name (self, "changed");
}

const char *
smimed_account_get_address (SmimedAccount *self)
{
  return smimed_value_string (self, "Address");
}

char **
smimed_account_get_aliases (SmimedAccount *self)
{
  return smimed_value_strv (self, "Aliases");
}

gboolean
smimed_account_is_ready (SmimedAccount *self)
{
  return smimed_value_boolean (self, "Ready");
}

SmimedUsage
smimed_account_get_missing (SmimedAccount *self)
{
  g_auto (GStrv) words = smimed_value_strv (self, "Missing");

  return smimed_usage_from_words ((const char *const *) words);
}

const char *
smimed_account_get_signing_certificate (SmimedAccount *self)
{
  const char *path = smimed_value_string (self, "SigningCertificate");

  return path != NULL ? smimed_path_to_fingerprint (path) : NULL;
}

const char *
smimed_account_get_encryption_certificate (SmimedAccount *self)
{
  const char *path = smimed_value_string (self, "EncryptionCertificate");

  return path != NULL ? smimed_path_to_fingerprint (path) : NULL;
}

gboolean
smimed_account_get_sign_by_default (SmimedAccount *self)
{
  return smimed_value_boolean (self, "SignByDefault");
}

gboolean
smimed_account_get_encrypt_by_default (SmimedAccount *self)
{
  return smimed_value_boolean (self, "EncryptByDefault");
}

GPtrArray *
smimed_account_dup_problems (SmimedAccount *self)
{
  return smimed_value_list (self, "Problems", smimed_problem_new);
}

static const SmimedCallKind set_certificates_kind = { "Account", "SetCertificates", "()", smimed_call_read_nothing, NULL, TRUE };
static const SmimedCallKind store_kind = { "org.freedesktop.DBus.Properties", "Set", "()", smimed_call_read_nothing, NULL, FALSE };

void
smimed_account_set_certificates (SmimedAccount *self, const char *signing, const char *encryption,
                                 SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, self->connection, self->path, &set_certificates_kind);
  g_autofree char *signing_path = smimed_path_for_certificate (signing);
  g_autofree char *encryption_path = smimed_path_for_certificate (encryption);

  smimed_call_add_path (call, signing_path);
  smimed_call_add_path (call, encryption_path);
  smimed_call_run (call, options, cancellable, callback, user_data);
}

gboolean
smimed_account_set_certificates_finish (SmimedAccount *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &set_certificates_kind, result, error) != NULL;
}

gboolean
smimed_account_set_certificates_sync (SmimedAccount *self, const char *signing, const char *encryption,
                                      SmimedOptions *options, GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_account_set_certificates (self, signing, encryption, options, cancellable, smimed_sync_done, &sync);
  return smimed_account_set_certificates_finish (self, smimed_sync_wait (&sync), error);
}

static void
store (SmimedAccount *self, const char *property, gboolean value, GCancellable *cancellable, GAsyncReadyCallback callback,
       gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, self->connection, self->path, &store_kind);

  smimed_call_add (call, g_variant_new_string (SMIMED_NAME ".Account"));
  smimed_call_add (call, g_variant_new_string (property));
  smimed_call_add (call, g_variant_new_variant (g_variant_new_boolean (value)));
  smimed_call_run (call, NULL, cancellable, callback, user_data);
}

void
smimed_account_store_sign_by_default (SmimedAccount *self, gboolean value, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  store (self, "SignByDefault", value, cancellable, callback, user_data);
}

gboolean
smimed_account_store_sign_by_default_finish (SmimedAccount *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &store_kind, result, error) != NULL;
}

gboolean
smimed_account_store_sign_by_default_sync (SmimedAccount *self, gboolean value, GCancellable *cancellable,
                                           GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_account_store_sign_by_default (self, value, cancellable, smimed_sync_done, &sync);
  return smimed_account_store_sign_by_default_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_account_store_encrypt_by_default (SmimedAccount *self, gboolean value, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data)
{
  store (self, "EncryptByDefault", value, cancellable, callback, user_data);
}

gboolean
smimed_account_store_encrypt_by_default_finish (SmimedAccount *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &store_kind, result, error) != NULL;
}

gboolean
smimed_account_store_encrypt_by_default_sync (SmimedAccount *self, gboolean value, GCancellable *cancellable,
                                              GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_account_store_encrypt_by_default (self, value, cancellable, smimed_sync_done, &sync);
  return smimed_account_store_encrypt_by_default_finish (self, smimed_sync_wait (&sync), error);
}
