/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-certificate.h"

#include "smimed-certificate-private.h"
#include "smimed-call.h"
#include "smimed-enum-types.h"
#include "smimed-fields.h"
#include "smimed-path.h"
#include "smimed-problem-private.h"
#include "smimed-sync.h"
#include "smimed-validation-private.h"
#include "smimed-value-private.h"

struct _SmimedCertificate
{
  SmimedValue parent;
  GDBusConnection *connection; /* (owned) */
  char *path;                  /* (owned) */
};

G_DEFINE_FINAL_TYPE (SmimedCertificate, smimed_certificate, SMIMED_TYPE_VALUE)

static const SmimedField fields[] = {
  { "fingerprint", "Fingerprint", SMIMED_FIELD_STRING },
  { "subject", "Subject", SMIMED_FIELD_STRING },
  { "issuer", "Issuer", SMIMED_FIELD_STRING },
  { "serial-number", "SerialNumber", SMIMED_FIELD_STRING },
  { "addresses", "Addresses", SMIMED_FIELD_STRV },
  { "not-before", "NotBefore", SMIMED_FIELD_TIME },
  { "not-after", "NotAfter", SMIMED_FIELD_TIME },
  { "key-algorithm", "KeyAlgorithm", SMIMED_FIELD_STRING },
  { "key-bits", "KeyBits", SMIMED_FIELD_UINT },
  { "key-usage", "KeyUsage", SMIMED_FIELD_STRV },
  { "extended-key-usage", "ExtendedKeyUsage", SMIMED_FIELD_STRV },
  { "usages", "Usages", SMIMED_FIELD_USAGES },
  { "own", "Own", SMIMED_FIELD_BOOLEAN },
  { "role", "Role", SMIMED_FIELD_WORD, smimed_role_get_type, SMIMED_ROLE_UNKNOWN, SMIMED_ROLE_UNKNOWN },
  { "origin", "Origin", SMIMED_FIELD_STRING },
  { "trust", "Trust", SMIMED_FIELD_WORD, smimed_trust_get_type, SMIMED_TRUST_DEFAULT, SMIMED_TRUST_DISTRUSTED },
  { "encoded", "Encoded", SMIMED_FIELD_BYTES },
  { NULL }
};

static void
smimed_certificate_finalize (GObject *object)
{
  SmimedCertificate *self = SMIMED_CERTIFICATE (object);

  g_clear_object (&self->connection);
  g_free (self->path);
  G_OBJECT_CLASS (smimed_certificate_parent_class)->finalize (object);
}

static void
smimed_certificate_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  smimed_field_get (&fields[id - 1], SMIMED_VALUE (object)->raw, value);
}

static void
smimed_certificate_class_init (SmimedCertificateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = smimed_certificate_finalize;
  object_class->get_property = smimed_certificate_get_property;
  smimed_fields_install (object_class, fields, G_PARAM_READABLE);
  g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
smimed_certificate_init (SmimedCertificate *self)
{
}

SmimedCertificate *
smimed_certificate_new (GDBusConnection *connection, const char *path, GVariant *properties)
{
  SmimedCertificate *self = smimed_value_new (SMIMED_TYPE_CERTIFICATE, properties);

  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  return self;
}

const char *
smimed_certificate_get_path (SmimedCertificate *self)
{
  return self->path;
}

void
smimed_certificate_update (SmimedCertificate *self, GVariant *changes)
{
  smimed_fields_update (fields, G_OBJECT (self), &SMIMED_VALUE (self)->raw, changes);
  g_signal_emit_by_name (self, "changed");
}

const char *
smimed_certificate_get_fingerprint (SmimedCertificate *self)
{
  return smimed_value_string (self, "Fingerprint");
}

const char *
smimed_certificate_get_subject (SmimedCertificate *self)
{
  return smimed_value_string (self, "Subject");
}

const char *
smimed_certificate_get_issuer (SmimedCertificate *self)
{
  return smimed_value_string (self, "Issuer");
}

const char *
smimed_certificate_get_serial_number (SmimedCertificate *self)
{
  return smimed_value_string (self, "SerialNumber");
}

char **
smimed_certificate_get_addresses (SmimedCertificate *self)
{
  return smimed_value_strv (self, "Addresses");
}

gint64
smimed_certificate_get_not_before (SmimedCertificate *self)
{
  return smimed_value_int64 (self, "NotBefore", 0);
}

gint64
smimed_certificate_get_not_after (SmimedCertificate *self)
{
  return smimed_value_int64 (self, "NotAfter", 0);
}

const char *
smimed_certificate_get_key_algorithm (SmimedCertificate *self)
{
  return smimed_value_string (self, "KeyAlgorithm");
}

guint
smimed_certificate_get_key_bits (SmimedCertificate *self)
{
  return (guint) smimed_value_int64 (self, "KeyBits", 0);
}

char **
smimed_certificate_get_key_usage (SmimedCertificate *self)
{
  return smimed_value_strv (self, "KeyUsage");
}

char **
smimed_certificate_get_extended_key_usage (SmimedCertificate *self)
{
  return smimed_value_strv (self, "ExtendedKeyUsage");
}

SmimedUsage
smimed_certificate_get_usages (SmimedCertificate *self)
{
  g_auto (GStrv) words = smimed_value_strv (self, "Usages");

  return smimed_usage_from_words ((const char *const *) words);
}

gboolean
smimed_certificate_is_own (SmimedCertificate *self)
{
  return smimed_value_boolean (self, "Own");
}

SmimedRole
smimed_certificate_get_role (SmimedCertificate *self)
{
  return smimed_value_word (self, "Role", SMIMED_TYPE_ROLE, SMIMED_ROLE_UNKNOWN, SMIMED_ROLE_UNKNOWN);
}

const char *
smimed_certificate_get_origin (SmimedCertificate *self)
{
  return smimed_value_string (self, "Origin");
}

SmimedTrust
smimed_certificate_get_trust (SmimedCertificate *self)
{
  return smimed_value_word (self, "Trust", SMIMED_TYPE_TRUST, SMIMED_TRUST_DEFAULT, SMIMED_TRUST_DISTRUSTED);
}

GBytes *
smimed_certificate_get_encoded (SmimedCertificate *self)
{
  return smimed_value_bytes (self, "Encoded");
}

static const SmimedCallKind validate_kind = { "Certificate", "Validate", "(a{sv})", smimed_validation_read, g_object_unref, TRUE };
static const SmimedCallKind change_trust_kind = { "Certificate", "SetTrust", "()", smimed_call_read_nothing, NULL, TRUE };
static const SmimedCallKind remove_kind = { "Certificate", "Delete", "()", smimed_call_read_nothing, NULL, TRUE };

void
smimed_certificate_validate (SmimedCertificate *self, SmimedUsage usage, SmimedOptions *options,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, self->connection, self->path, &validate_kind);

  smimed_call_add (call, g_variant_new_string (smimed_usage_to_word (usage)));
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedValidation *
smimed_certificate_validate_finish (SmimedCertificate *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &validate_kind, result, error);
}

SmimedValidation *
smimed_certificate_validate_sync (SmimedCertificate *self, SmimedUsage usage, SmimedOptions *options,
                                  GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_certificate_validate (self, usage, options, cancellable, smimed_sync_done, &sync);
  return smimed_certificate_validate_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_certificate_change_trust (SmimedCertificate *self, SmimedTrust trust, SmimedOptions *options,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, self->connection, self->path, &change_trust_kind);

  smimed_call_add (call, g_variant_new_string (smimed_word_from_enum (SMIMED_TYPE_TRUST, (int) trust)));
  smimed_call_run (call, options, cancellable, callback, user_data);
}

gboolean
smimed_certificate_change_trust_finish (SmimedCertificate *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &change_trust_kind, result, error) != NULL;
}

gboolean
smimed_certificate_change_trust_sync (SmimedCertificate *self, SmimedTrust trust, SmimedOptions *options,
                                      GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_certificate_change_trust (self, trust, options, cancellable, smimed_sync_done, &sync);
  return smimed_certificate_change_trust_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_certificate_remove (SmimedCertificate *self, SmimedOptions *options, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, self->connection, self->path, &remove_kind);

  smimed_call_run (call, options, cancellable, callback, user_data);
}

gboolean
smimed_certificate_remove_finish (SmimedCertificate *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &remove_kind, result, error) != NULL;
}

gboolean
smimed_certificate_remove_sync (SmimedCertificate *self, SmimedOptions *options, GCancellable *cancellable,
                                GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_certificate_remove (self, options, cancellable, smimed_sync_done, &sync);
  return smimed_certificate_remove_finish (self, smimed_sync_wait (&sync), error);
}

/* The value of the CN in a name of RFC 4514, with its escapes */
static char *
common_name (const char *subject)
{
  g_auto (GStrv) parts = g_regex_split_simple ("(?<!\\\\)[,+]", subject, 0, 0);

  for (guint i = 0; parts[i] != NULL; i++)
    if (g_ascii_strncasecmp (g_strstrip (parts[i]), "CN=", 3) == 0)
      return g_strdup (parts[i] + 3);

  return NULL;
}

char *
smimed_certificate_dup_name (SmimedCertificate *self)
{
  const char *subject = smimed_certificate_get_subject (self);
  char *name = common_name (subject != NULL ? subject : "");
  g_auto (GStrv) addresses = smimed_certificate_get_addresses (self);

  if (name != NULL)
    return name;

  return g_strdup (addresses[0] != NULL ? addresses[0] : subject);
}
