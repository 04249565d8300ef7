/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-service.h"

#include "smd-certificate-tree.h"
#include "smd-certificates-iface.h"
#include "smd-entrance.h"
#include "smd-errand.h"
#include "smd-expiry-watch.h"
#include "smd-managed-watch.h"
#include "smd-manager-iface.h"
#include "smd-messages-iface.h"
#include "smd-objects.h"
#include "smd-paths.h"
#include "smd-recipients-iface.h"
#include "smd-revocation-iface.h"

#define MOST_THREADS 128 /* one caller has half of them at most */
#define QUEUE 4096
#define STREAM_IDLE (30 * G_TIME_SPAN_SECOND)
#define RETRY 3600 /* seconds until what is stored is read again after a failure */

struct _SmdService
{
  SmdJobHost host;
  GDBusConnection *connection;  /* (owned) */
  SmdPool *pool;                /* (owned) */
  SmdIntake *intake;            /* (owned) */
  SmdScratchPool *scratch;      /* (owned) */
  SmdCallers *callers;          /* (owned) */
  SmdDeadlines *deadlines;      /* (owned) */
  SmdJobBoard *board;           /* (owned) */
  SmdManagerIface *manager;     /* (owned) */
  SmdRevocationIface *revocation; /* (owned) */
  SmdManagedWatch *managed;     /* (owned) */
  GPtrArray *root;              /* (owned) of GDBusInterfaceSkeleton: the root object's */
  SmdObjects *objects;          /* (owned) */
  SmdCertificateTree *tree;     /* (owned) */
  GCancellable *cancellable;    /* (owned) ends work that no call waits for */
  SmdEntrance *entrance;        /* (owned) (nullable) */
  SmdExpiryWatch *expiry;       /* (owned) (nullable) */
};

/* Certificates begin and cease to be valid without any call; the next snapshot sets the alarm again. */
static void
on_moment (gboolean clock_changed, gpointer data)
{
  SmdService *self = data;

  smd_alarm_set (self->host.env->alarm, smd_clock_now (self->host.env->clock) + RETRY, on_moment, self);
  smd_job_host_refresh (&self->host);
}

static void
show (const SmdSnapshot *snapshot, gpointer data)
{
  SmdService *self = data;

  smd_certificate_tree_show (self->tree);
  smd_refresher_show (smd_revocation_iface_get_refresher (self->revocation));
  if (self->expiry != NULL)
    smd_expiry_watch_look (self->expiry);
  if (snapshot == NULL || !smd_objects_show (self->objects, snapshot))
    return;

  smd_dbus_manager_set_next_expiry (SMD_DBUS_MANAGER (self->manager), snapshot->next_expiry);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->manager));
  if (self->host.env->alarm != NULL)
    smd_alarm_set (self->host.env->alarm, snapshot->next_change, on_moment, self);
  smd_refresher_plan (smd_revocation_iface_get_refresher (self->revocation));
}

/* The policy decides on whether an account is ready, and on what may be fetched. */
static void
on_settings_changed (gpointer data)
{
  SmdService *self = data;

  smd_manager_iface_show_settings (self->manager);
  smd_refresher_retry (smd_revocation_iface_get_refresher (self->revocation));
  smd_managed_watch_look (self->managed);
  smd_job_host_refresh (&self->host);
}

static gboolean
export_root (SmdService *self, GError **error)
{
  for (guint i = 0; i < self->root->len; i++)
    if (!g_dbus_interface_skeleton_export (self->root->pdata[i], self->connection, SMD_PATH_ROOT, error))
      return FALSE;

  return TRUE;
}

static void
make_root (SmdService *self, const char *version)
{
  g_autoptr (GDBusInterfaceSkeleton) certificates = smd_certificates_iface_new (&self->host);

  self->managed = smd_managed_watch_new (&self->host, SMD_DBUS_CERTIFICATES (certificates));
  self->manager = smd_manager_iface_new (&self->host, version);
  self->revocation = smd_revocation_iface_new (&self->host);
  self->root = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->root, g_object_ref (self->manager));
  g_ptr_array_add (self->root, smd_messages_iface_new (&self->host));
  g_ptr_array_add (self->root, smd_recipients_iface_new (&self->host));
  g_ptr_array_add (self->root, g_object_ref (certificates));
  g_ptr_array_add (self->root, g_object_ref (smd_revocation_iface_get_skeleton (self->revocation)));
}

static void
make_machinery (SmdService *self, const SmdEnv *env, SmdSettings *settings)
{
  self->pool = smd_pool_new (MAX (4, g_get_num_processors () * 2), MOST_THREADS, QUEUE);
  self->intake = smd_intake_new (STREAM_IDLE);
  self->scratch = smd_scratch_pool_new ();
  self->callers = smd_callers_new (self->connection, self->pool);
  self->deadlines = smd_deadlines_new ();
  self->board = smd_job_board_new (self->connection);
  self->host = (SmdJobHost){
    .connection = self->connection,
    .env = env,
    .settings = settings,
    .pool = self->pool,
    .intake = self->intake,
    .scratch = self->scratch,
    .callers = self->callers,
    .deadlines = self->deadlines,
    .board = self->board,
    .closing = self->cancellable,
    .show = show,
    .show_data = self,
  };
}

/* Before the name is owned: the first caller must find everything. */
static gboolean
show_first (SmdService *self, GError **error)
{
  gint64 serial = (gint64) g_atomic_pointer_add (&self->host.snapshots, 1);
  g_autoptr (SmdSnapshot) snapshot = smd_snapshot_new (self->host.env, smd_settings_get_policy (self->host.settings), serial, error);

  if (snapshot == NULL)
    return FALSE;

  show (snapshot, self);
  return TRUE;
}

SmdService *
smd_service_new (GDBusConnection *connection, const SmdEnv *env, SmdSettings *settings, const char *version, GError **error)
{
  g_autoptr (SmdService) self = g_new0 (SmdService, 1);

  self->connection = g_object_ref (connection);
  self->cancellable = g_cancellable_new ();
  make_machinery (self, env, settings);
  make_root (self, version);
  self->objects = smd_objects_new (&self->host);
  self->tree = smd_certificate_tree_new (connection, &self->host, error);
  if (self->tree == NULL || !show_first (self, error) || !export_root (self, error))
    return NULL;

  self->entrance = smd_entrance_open (connection, &self->host);
  smd_settings_add_listener (settings, on_settings_changed, self);
  return g_steal_pointer (&self);
}

static void
unexport_root (SmdService *self)
{
  for (guint i = 0; i < self->root->len; i++)
    if (g_dbus_interface_skeleton_get_object_path (self->root->pdata[i]) != NULL)
      g_dbus_interface_skeleton_unexport (self->root->pdata[i]);
}

void
smd_service_end_errands (SmdService *self)
{
  smd_refresher_stop (smd_revocation_iface_get_refresher (self->revocation));
  g_cancellable_cancel (self->cancellable);
}

void
smd_service_set_metered (SmdService *self, gboolean metered)
{
  smd_refresher_set_metered (smd_revocation_iface_get_refresher (self->revocation), metered);
}

void
smd_service_free (SmdService *self)
{
  smd_settings_remove_listener (self->host.settings, self);
  if (self->host.env->alarm != NULL)
    smd_alarm_clear (self->host.env->alarm, on_moment, self);
  g_clear_pointer (&self->expiry, smd_expiry_watch_free);
  smd_service_end_errands (self);
  g_clear_pointer (&self->entrance, smd_entrance_close);
  unexport_root (self);

  /* Nothing of a call is left to a worker after this; what hops back still finds its host. */
  g_clear_pointer (&self->intake, smd_intake_free);
  self->host.intake = NULL;
  g_clear_pointer (&self->pool, smd_pool_free);
  while (smd_job_host_is_busy (&self->host))
    g_main_context_iteration (NULL, TRUE);

  g_clear_pointer (&self->scratch, smd_scratch_pool_unref);
  g_clear_pointer (&self->tree, smd_certificate_tree_free);
  g_clear_pointer (&self->objects, smd_objects_free);
  g_clear_pointer (&self->board, smd_job_board_free);
  g_clear_pointer (&self->deadlines, smd_deadlines_free);
  g_clear_pointer (&self->callers, smd_callers_free);
  g_clear_pointer (&self->managed, smd_managed_watch_free);
  g_clear_pointer (&self->root, g_ptr_array_unref);
  g_clear_pointer (&self->revocation, smd_revocation_iface_free);
  g_clear_object (&self->manager);
  g_clear_object (&self->connection);
  g_clear_object (&self->cancellable);
  g_free (self);
}

gboolean
smd_service_is_busy (SmdService *self)
{
  return smd_job_host_is_busy (&self->host);
}

static SmdJobEffect
run_sync (const SmdEnv *env, const SmdCall *call, gpointer data)
{
  gboolean changed = FALSE;
  g_autoptr (GError) error = NULL;

  if (!smd_key_store_sync (env->keys, FALSE, &changed, call->cancellable, &error))
    g_debug ("Can't compare the own certificates with the keyring: %s", error->message);
  return changed ? SMD_JOB_CHANGES_LISTED : SMD_JOB_CHANGES_NOTHING;
}

void
smd_service_sync_keys (SmdService *self)
{
  smd_errand_run (&self->host, run_sync, NULL, NULL);
}

static void
on_expiring (const char *certificate, const char *address, gint64 not_after, int days, gpointer data)
{
  SmdService *self = data;

  smd_dbus_manager_emit_certificate_expiring (SMD_DBUS_MANAGER (self->manager), certificate, address, not_after, days);
}

static void
on_activated (const char *certificate, const char *token, gpointer data)
{
  SmdService *self = data;

  smd_dbus_manager_emit_expiry_activated (SMD_DBUS_MANAGER (self->manager), certificate, token);
}

void
smd_service_watch_expiry (SmdService *self, SmdNotifier *notifier)
{
  const SmdExpiryListener listener = { on_expiring, on_activated, self };

  self->expiry = smd_expiry_watch_new (&self->host, notifier, &listener);
}

void
smd_service_watch_deliveries (SmdService *self)
{
  smd_managed_watch_start (self->managed);
}
