/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-recipients-iface.h"

#include "smd-dbus-generated.h"
#include "smd-evaluate.h"
#include "smd-job.h"
#include "smd-wire.h"

typedef struct
{
  char *from;        /* (owned) */
  char **recipients; /* (owned) */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->from);
  g_strfreev (request->recipients);
  g_free (request);
}

static GVariant *
run_evaluate (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  gboolean ready = FALSE;
  g_autoptr (GPtrArray) verdicts = smd_evaluate (smd_job_get_env (job), smd_job_get_call (job), request->from,
                                                 (const char *const *) request->recipients, &ready, error);

  return verdicts != NULL ? g_variant_new ("(b@aa{sv})", ready, smd_wire_verdicts (verdicts)) : NULL;
}

static const SmdJobKind evaluate_kind = { "Evaluate", run_evaluate, request_free, .right = SMD_RIGHT_LOOK };

static gboolean
begin_evaluate (SmdJobHost *host, GDBusMessage *call)
{
  Request *request = g_new0 (Request, 1);
  SmdJob *job = smd_job_new (host, call, &evaluate_kind, request);
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ready;

  g_variant_get (g_dbus_message_get_body (call), "(s^as@a{sv})", &request->from, &request->recipients, &options);
  ready = smd_job_check_enabled (job, &error) && smd_job_parse (job, options, smd_options_none, &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

const SmdMethod smd_recipients_methods[] = {
  { "org.smimed.Smime1.Recipients", "Evaluate", "handle-evaluate", "sasa{sv}", begin_evaluate },
  { NULL }
};

GDBusInterfaceSkeleton *
smd_recipients_iface_new (SmdJobHost *host)
{
  SmdDbusRecipients *skeleton = smd_dbus_recipients_skeleton_new ();

  smd_methods_connect (smd_recipients_methods, skeleton, host);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
