/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-iface.h"

#include "smd-dbus-generated.h"
#include "smimed-error.h"

typedef struct
{
  gboolean force;
} Request;

static const SmdOption refresh_options[] = {
  { "force", "b", G_STRUCT_OFFSET (Request, force) },
  { NULL }
};

static GVariant *
run_unsupported (SmdJob *job, gpointer request, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
               "This build doesn't check revocation yet: CRLs and OCSP come with the next release");
  return NULL;
}

/* There is no revocation information, so that there is nothing to list and nothing to forget. */
static GVariant *
run_list (SmdJob *job, gpointer request, GError **error)
{
  return g_variant_new ("(@aa{sv})", g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0));
}

static GVariant *
run_flush (SmdJob *job, gpointer request, GError **error)
{
  return g_variant_new ("()");
}

static const SmdJobKind refresh_kind = { "Refresh", run_unsupported, g_free };
static const SmdJobKind import_kind = { "Import", run_unsupported, g_free };
static const SmdJobKind list_kind = { "List", run_list, g_free };
static const SmdJobKind flush_kind = { "Flush", run_flush, g_free };

static void
launch (SmdJobHost *host, GDBusMethodInvocation *invocation, GUnixFDList *fds, const SmdJobKind *kind, GVariant *options,
        const SmdOption *table)
{
  SmdJob *job = smd_job_new (host, invocation, fds, kind, g_new0 (Request, 1));
  g_autoptr (GError) error = NULL;
  gboolean ready = smd_job_parse (job, options, table, &error);

  smd_job_launch (job, ready, error);
}

static gboolean
on_refresh (SmdDbusRevocation *skeleton, GDBusMethodInvocation *invocation, GVariant *options, SmdJobHost *host)
{
  launch (host, invocation, NULL, &refresh_kind, options, refresh_options);
  return TRUE;
}

static gboolean
on_import (SmdDbusRevocation *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *crl, GVariant *options,
           SmdJobHost *host)
{
  launch (host, invocation, fds, &import_kind, options, smd_options_none);
  return TRUE;
}

static gboolean
on_list (SmdDbusRevocation *skeleton, GDBusMethodInvocation *invocation, GVariant *options, SmdJobHost *host)
{
  launch (host, invocation, NULL, &list_kind, options, smd_options_none);
  return TRUE;
}

static gboolean
on_flush (SmdDbusRevocation *skeleton, GDBusMethodInvocation *invocation, GVariant *options, SmdJobHost *host)
{
  launch (host, invocation, NULL, &flush_kind, options, smd_options_none);
  return TRUE;
}

GDBusInterfaceSkeleton *
smd_revocation_iface_new (SmdJobHost *host)
{
  SmdDbusRevocation *skeleton = smd_dbus_revocation_skeleton_new ();

  g_signal_connect (skeleton, "handle-refresh", G_CALLBACK (on_refresh), host);
  g_signal_connect (skeleton, "handle-import", G_CALLBACK (on_import), host);
  g_signal_connect (skeleton, "handle-list", G_CALLBACK (on_list), host);
  g_signal_connect (skeleton, "handle-flush", G_CALLBACK (on_flush), host);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
