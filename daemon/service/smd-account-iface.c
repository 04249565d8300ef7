/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-account-iface.h"

#include "smd-paths.h"
#include "smd-setter.h"
#include "smd-wire.h"
#include "smimed-error.h"

struct _SmdAccountIface
{
  SmdDbusAccountSkeleton parent;
  SmdJobHost *host; /* (unowned) */
  char *id;         /* (owned) */
};

G_DEFINE_TYPE (SmdAccountIface, smd_account_iface, SMD_DBUS_TYPE_ACCOUNT_SKELETON)

typedef struct
{
  char *id;         /* (owned) */
  char *signing;    /* (owned) (nullable) */
  char *encryption; /* (owned) (nullable) */
  gboolean is_sign;
  gboolean wanted;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->id);
  g_free (request->signing);
  g_free (request->encryption);
  g_free (request);
}

static GVariant *
run_set_certificates (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;

  if (!smd_account_set_certificates (smd_job_get_env (job), request->id, request->signing, request->encryption, error))
    return NULL;

  return g_variant_new ("()");
}

static const SmdJobKind set_certificates_kind = { "SetCertificates", run_set_certificates, request_free,
                                                  SMD_JOB_CHANGES_LISTED, .right = SMD_RIGHT_MANAGE };

static gboolean
take_certificate (const char *path, char **fingerprint, GError **error)
{
  const char *found = smd_path_get_certificate (path);

  if (found == NULL && !g_str_equal (path, "/"))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND,
                   "“%s” isn't a certificate's object; give one, or “/” to have it chosen automatically", path);
      return FALSE;
    }

  *fingerprint = g_strdup (found);
  return TRUE;
}

static gboolean
on_set_certificates (SmdDbusAccount *skeleton, GDBusMethodInvocation *invocation, const char *signing, const char *encryption,
                     GVariant *options, gpointer user_data)
{
  SmdAccountIface *self = SMD_ACCOUNT_IFACE (skeleton);
  Request *request = g_new0 (Request, 1);
  SmdJob *job = smd_job_new_invoked (self->host, invocation, &set_certificates_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  request->id = g_strdup (self->id);
  ready = take_certificate (signing, &request->signing, &error) && take_certificate (encryption, &request->encryption, &error)
          && smd_job_parse (job, options, smd_options_none, &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static GVariant *
run_set (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  const SmdAccount account = { .id = request->id, .sign_by_default = request->wanted, .encrypt_by_default = request->wanted };

  if (!smd_account_store_save (smd_job_get_env (job)->accounts, &account,
                               request->is_sign ? SMD_ACCOUNT_SIGN_BY_DEFAULT : SMD_ACCOUNT_ENCRYPT_BY_DEFAULT, error))
    return NULL;

  return g_variant_new ("()");
}

/* Shown by a snapshot like everything else: by itself, it could be overtaken by one that was taken before it was stored. */
static const SmdJobKind set_kind = { "Set", run_set, request_free, SMD_JOB_CHANGES_LISTED, .right = SMD_RIGHT_MANAGE };

/* The two writable properties: stored first, so that an error reaches the client. */
static void
on_set (gpointer skeleton, GDBusMethodInvocation *invocation, const char *name, GVariant *value)
{
  SmdAccountIface *self = skeleton;
  Request *request = g_new0 (Request, 1);

  request->id = g_strdup (self->id);
  request->is_sign = g_str_equal (name, "SignByDefault");
  request->wanted = g_variant_get_boolean (value);
  smd_job_launch (smd_job_new_invoked (self->host, invocation, &set_kind, request), TRUE, NULL);
}

static void
finalize (GObject *object)
{
  g_free (SMD_ACCOUNT_IFACE (object)->id);
  G_OBJECT_CLASS (smd_account_iface_parent_class)->finalize (object);
}

static void
smd_account_iface_class_init (SmdAccountIfaceClass *class)
{
  G_OBJECT_CLASS (class)->finalize = finalize;
  smd_setter_install (class, on_set);
}

static void
smd_account_iface_init (SmdAccountIface *self)
{
  g_signal_connect (self, "handle-set-certificates", G_CALLBACK (on_set_certificates), NULL);
}

static void
show_state (SmdDbusAccount *skeleton, const SmdAccountState *state)
{
  const char *missing[3] = { NULL };
  g_autofree char *signing = NULL;
  g_autofree char *encryption = NULL;
  guint count = 0;

  if (state == NULL || !state->can_sign)
    missing[count++] = "signing";
  if (state == NULL || !state->can_encrypt)
    missing[count++] = "encryption";
  if (state != NULL && state->signing != NULL)
    signing = smd_path_for_certificate (smd_certificate_get_fingerprint (state->signing));
  if (state != NULL && state->encryption != NULL)
    encryption = smd_path_for_certificate (smd_certificate_get_fingerprint (state->encryption));

  smd_dbus_account_set_ready (skeleton, count == 0);
  smd_dbus_account_set_missing (skeleton, missing);
  smd_dbus_account_set_problems (skeleton, smd_wire_problems (state != NULL ? state->problems : NULL));
  smd_dbus_account_set_signing_certificate (skeleton, signing != NULL ? signing : "/");
  smd_dbus_account_set_encryption_certificate (skeleton, encryption != NULL ? encryption : "/");
}

void
smd_account_iface_show (SmdAccountIface *self, const SmdAccountEntry *entry)
{
  SmdDbusAccount *skeleton = SMD_DBUS_ACCOUNT (self);

  smd_dbus_account_set_address (skeleton, entry->account->address);
  smd_dbus_account_set_aliases (skeleton, (const char *const *) entry->account->aliases);
  smd_dbus_account_set_sign_by_default (skeleton, entry->account->sign_by_default);
  smd_dbus_account_set_encrypt_by_default (skeleton, entry->account->encrypt_by_default);
  show_state (skeleton, entry->state);
}

SmdAccountIface *
smd_account_iface_new (SmdJobHost *host, const SmdAccountEntry *entry)
{
  SmdAccountIface *self = g_object_new (SMD_TYPE_ACCOUNT_IFACE, NULL);

  self->host = host;
  self->id = g_strdup (entry->account->id);
  smd_account_iface_show (self, entry);
  return self;
}
