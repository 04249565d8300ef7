/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-iface.h"

#include "smd-limits.h"
#include "smd-refresh.h"
#include "smd-revocation-import.h"
#include "smd-wire.h"
#include "smimed-error.h"

struct _SmdRevocationIface
{
  SmdJobHost *host;            /* (unowned) */
  SmdDbusRevocation *skeleton; /* (owned) */
  SmdRefresher *refresher;     /* (owned) */
};

typedef struct
{
  SmdRefresher *refresher; /* (unowned) */
  gboolean force;
} Request;

static const SmdOption refresh_options[] = {
  { "force", "b", G_STRUCT_OFFSET (Request, force) },
  { NULL }
};

static GVariant *
entry_to_variant (SmdJob *job, const SmdRevocationEntry *entry, gboolean failed)
{
  gint64 now = smd_clock_now (smd_job_get_env (job)->clock);

  return smd_wire_revocation_entry (entry, failed ? SMD_REVOCATION_FAILED : smd_revocation_entry_get_state (entry, now));
}

/* Nothing is fetched while smimed is switched off, whoever asks. */
static gboolean
may_fetch (SmdJob *job, GError **error)
{
  if (smd_job_get_call (job)->policy.enabled)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_DISABLED,
               "smimed is switched off, and fetches nothing: set Manager.Enabled to refresh CRLs, or import them");
  return FALSE;
}

static GVariant *
run_refresh (SmdJob *job, gpointer data, GError **error)
{
  const Request *wanted = data;
  const SmdCall *call = smd_job_get_call (job);
  const SmdRefreshRequest request = {
    .all = TRUE,
    .impatient = TRUE,
    .force = wanted->force,
    .seed = smd_refresher_get_seed (wanted->refresher),
    .deadline = g_get_monotonic_time () + (gint64) call->policy.network_deadline * 1000,
  };
  g_autoptr (GPtrArray) results = may_fetch (job, error) ? smd_refresh (smd_job_get_env (job), call, &request, error) : NULL;
  GVariantBuilder list;

  if (results == NULL)
    return NULL;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < results->len; i++)
    {
      const SmdRefreshResult *result = results->pdata[i];

      g_variant_builder_add_value (&list, entry_to_variant (job, result->entry, result->failed));
    }
  smd_refresher_read_times (wanted->refresher, call);
  return g_variant_new ("(@aa{sv})", g_variant_builder_end (&list));
}

static GVariant *
run_import (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  g_autoptr (SmdRevocationEntry) entry
      = smd_revocation_import (smd_job_get_env (job), smd_job_get_call (job), smd_job_get_blob (job, 0), NULL, error);

  if (entry == NULL)
    return NULL;

  smd_refresher_read_times (request->refresher, smd_job_get_call (job));
  return g_variant_new ("(@a{sv})", entry_to_variant (job, entry, FALSE));
}

static GVariant *
run_list (SmdJob *job, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) entries = smd_revocation_store_list (smd_job_get_env (job)->revocation, error);
  GVariantBuilder list;

  if (entries == NULL)
    return NULL;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < entries->len; i++)
    g_variant_builder_add_value (&list, entry_to_variant (job, entries->pdata[i], FALSE));
  return g_variant_new ("(@aa{sv})", g_variant_builder_end (&list));
}

static GVariant *
run_flush (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;

  if (!smd_revocation_store_flush (smd_job_get_env (job)->revocation, error))
    return NULL;

  smd_refresher_read_times (request->refresher, smd_job_get_call (job));
  return g_variant_new ("()");
}

/* Whether accounts are ready depends on all of this. */
static const SmdJobKind refresh_kind = { "Refresh", run_refresh, g_free, SMD_JOB_CHANGES_LISTED,
                                         .right = SMD_RIGHT_LOOK };
static const SmdJobKind import_kind = { "Import", run_import, g_free, SMD_JOB_CHANGES_LISTED,
                                        .right = SMD_RIGHT_MANAGE };
static const SmdJobKind list_kind = { "List", run_list, g_free, SMD_JOB_CHANGES_NOTHING, .right = SMD_RIGHT_LOOK };
static const SmdJobKind flush_kind = { "Flush", run_flush, g_free, SMD_JOB_CHANGES_LISTED, .right = SMD_RIGHT_MANAGE };

static SmdJob *
job_new (SmdRevocationIface *self, GDBusMethodInvocation *invocation, const SmdJobKind *kind)
{
  Request *request = g_new0 (Request, 1);

  request->refresher = self->refresher;
  return smd_job_new_invoked (self->host, invocation, kind, request);
}

static void
launch (SmdRevocationIface *self, GDBusMethodInvocation *invocation, const SmdJobKind *kind, GVariant *options, const SmdOption *table)
{
  SmdJob *job = job_new (self, invocation, kind);
  g_autoptr (GError) error = NULL;
  gboolean ready = smd_job_parse (job, options, table, &error);

  smd_job_launch (job, ready, error);
}

static gboolean
on_refresh (SmdDbusRevocation *skeleton, GDBusMethodInvocation *invocation, GVariant *options, SmdRevocationIface *self)
{
  launch (self, invocation, &refresh_kind, options, refresh_options);
  return TRUE;
}

static gboolean
on_import (SmdDbusRevocation *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *crl, GVariant *options,
           SmdRevocationIface *self)
{
  SmdJob *job = job_new (self, invocation, &import_kind);
  g_autoptr (GError) error = NULL;
  gboolean ready = smd_job_parse (job, options, smd_options_none, &error)
                   && smd_job_take_fd (job, g_variant_get_handle (crl), SMD_LIMIT_CRL, "crl", &error);

  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_list (SmdDbusRevocation *skeleton, GDBusMethodInvocation *invocation, GVariant *options, SmdRevocationIface *self)
{
  launch (self, invocation, &list_kind, options, smd_options_none);
  return TRUE;
}

static gboolean
on_flush (SmdDbusRevocation *skeleton, GDBusMethodInvocation *invocation, GVariant *options, SmdRevocationIface *self)
{
  launch (self, invocation, &flush_kind, options, smd_options_none);
  return TRUE;
}

SmdRevocationIface *
smd_revocation_iface_new (SmdJobHost *host)
{
  SmdRevocationIface *self = g_new0 (SmdRevocationIface, 1);

  self->host = host;
  self->skeleton = smd_dbus_revocation_skeleton_new ();
  self->refresher = smd_refresher_new (host, self->skeleton);
  g_signal_connect (self->skeleton, "handle-refresh", G_CALLBACK (on_refresh), self);
  g_signal_connect (self->skeleton, "handle-import", G_CALLBACK (on_import), self);
  g_signal_connect (self->skeleton, "handle-list", G_CALLBACK (on_list), self);
  g_signal_connect (self->skeleton, "handle-flush", G_CALLBACK (on_flush), self);
  return self;
}

void
smd_revocation_iface_free (SmdRevocationIface *self)
{
  smd_refresher_free (self->refresher);
  g_object_unref (self->skeleton);
  g_free (self);
}

GDBusInterfaceSkeleton *
smd_revocation_iface_get_skeleton (SmdRevocationIface *self)
{
  return G_DBUS_INTERFACE_SKELETON (self->skeleton);
}

SmdRefresher *
smd_revocation_iface_get_refresher (SmdRevocationIface *self)
{
  return self->refresher;
}
