/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-manager-iface.h"

#include "smd-features.h"
#include "smd-paths.h"
#include "smd-setter.h"
#include "smimed-error.h"

struct _SmdManagerIface
{
  SmdDbusManagerSkeleton parent;
  SmdJobHost *host; /* (unowned) */
};

G_DEFINE_TYPE (SmdManagerIface, smd_manager_iface, SMD_DBUS_TYPE_MANAGER_SKELETON)

typedef struct
{
  char *address;  /* (owned) (nullable) */
  char **aliases; /* (owned) (nullable) */
  char *id;       /* (owned) (nullable) */
  SmdManagerIface *iface; /* (unowned) (nullable) */
  gboolean enabled;
} Request;

static const SmdOption register_options[] = {
  { "aliases", "as", G_STRUCT_OFFSET (Request, aliases) },
  { NULL }
};

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->address);
  g_strfreev (request->aliases);
  g_free (request->id);
  g_free (request);
}

static GVariant *
run_register (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  g_autoptr (SmdAccount) account = smd_account_register (smd_job_get_env (job), request->address,
                                                         (const char *const *) request->aliases, error);
  g_autofree char *path = account != NULL ? smd_path_for_account (account->id) : NULL;

  return path != NULL ? g_variant_new ("(o)", path) : NULL;
}

static GVariant *
run_unregister (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  g_autoptr (GError) local = NULL;

  if (smd_account_store_remove (smd_job_get_env (job)->accounts, request->id, &local))
    return g_variant_new ("()");

  if (g_error_matches (local, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND))
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_SUCH_ACCOUNT, "There is no account “%s”", request->id);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static const SmdJobKind register_kind = { "RegisterAccount", run_register, request_free, SMD_JOB_CHANGES_LISTED,
                                          .right = SMD_RIGHT_MANAGE };
static const SmdJobKind unregister_kind = { "UnregisterAccount", run_unregister, request_free,
                                            SMD_JOB_CHANGES_LISTED, .right = SMD_RIGHT_MANAGE };

static gboolean
on_register (SmdDbusManager *skeleton, GDBusMethodInvocation *invocation, const char *address, GVariant *options, gpointer user_data)
{
  Request *request = g_new0 (Request, 1);
  SmdJob *job = smd_job_new_invoked (SMD_MANAGER_IFACE (skeleton)->host, invocation, &register_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  request->address = g_strdup (address);
  ready = smd_job_parse (job, options, register_options, &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
take_account (Request *request, const char *path, GError **error)
{
  request->id = g_strdup (smd_path_get_account (path));
  if (request->id == NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_SUCH_ACCOUNT, "“%s” isn't an account's object", path);
  return request->id != NULL;
}

static gboolean
on_unregister (SmdDbusManager *skeleton, GDBusMethodInvocation *invocation, const char *account, GVariant *options, gpointer user_data)
{
  Request *request = g_new0 (Request, 1);
  SmdJob *job = smd_job_new_invoked (SMD_MANAGER_IFACE (skeleton)->host, invocation, &unregister_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready = take_account (request, account, &error) && smd_job_parse (job, options, smd_options_none, &error);

  smd_job_launch (job, ready, error);
  return TRUE;
}

static GVariant *
run_set_enabled (SmdJob *job, gpointer data, GError **error)
{
  return g_variant_new ("()");
}

static gboolean
conclude_set_enabled (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;

  if (!smd_settings_set_enabled (request->iface->host->settings, request->enabled, error))
    return FALSE;

  smd_manager_iface_show_settings (request->iface);
  return TRUE;
}

static const SmdJobKind set_enabled_kind = { "Set", run_set_enabled, request_free, .right = SMD_RIGHT_MANAGE,
                                             .conclude = conclude_set_enabled };

/* Enabled is the only writable property. */
static void
on_set (gpointer skeleton, GDBusMethodInvocation *invocation, const char *name, GVariant *value)
{
  SmdManagerIface *self = skeleton;
  Request *request = g_new0 (Request, 1);

  request->iface = self;
  request->enabled = g_variant_get_boolean (value);
  smd_job_launch (smd_job_new_invoked (self->host, invocation, &set_enabled_kind, request), TRUE, NULL);
}

static void
smd_manager_iface_class_init (SmdManagerIfaceClass *class)
{
  smd_setter_install (class, on_set);
}

static void
smd_manager_iface_init (SmdManagerIface *self)
{
  g_signal_connect (self, "handle-register-account", G_CALLBACK (on_register), NULL);
  g_signal_connect (self, "handle-unregister-account", G_CALLBACK (on_unregister), NULL);
}

/* Set one after the other, told together: the skeleton collects until it is flushed. */
void
smd_manager_iface_show_settings (SmdManagerIface *self)
{
  SmdDbusManager *skeleton = SMD_DBUS_MANAGER (self);
  gboolean enabled = smd_settings_get_policy (self->host->settings)->enabled;

  smd_dbus_manager_set_enabled (skeleton, enabled);
  smd_dbus_manager_set_threading_advice (skeleton, enabled ? "disable" : "keep");
  smd_dbus_manager_set_policy (skeleton, smd_settings_to_variant (self->host->settings));
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self));
}

SmdManagerIface *
smd_manager_iface_new (SmdJobHost *host, const char *version)
{
  SmdManagerIface *self = g_object_new (SMD_TYPE_MANAGER_IFACE, NULL);
  g_auto (GStrv) features = smd_features_dup ();

  self->host = host;
  smd_dbus_manager_set_version (SMD_DBUS_MANAGER (self), version);
  smd_dbus_manager_set_features (SMD_DBUS_MANAGER (self), (const char *const *) features);
  smd_manager_iface_show_settings (self);
  return self;
}
