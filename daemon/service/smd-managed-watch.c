/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-managed-watch.h"

#include "smd-deliver.h"
#include "smd-errand.h"
#include "smd-wire-dict.h"

struct _SmdManagedWatch
{
  SmdJobHost *host;              /* (unowned) */
  SmdDbusCertificates *skeleton; /* (owned) */
  GPtrArray *deliveries;         /* (owned) of SmdDelivery: as of the last look; never changed */
  gboolean started;
  gboolean looking;
  gboolean again;                /* something changed during the look */
};

typedef struct
{
  SmdManagedWatch *watch; /* (unowned) */
  GPtrArray *deliveries;  /* (owned) before, then after */
} Look;

/* ---- looking ---- */

static SmdJobEffect
run_look (const SmdEnv *env, const SmdCall *call, gpointer data)
{
  Look *look = data;
  g_autoptr (GPtrArray) known = look->deliveries;
  gboolean stored = FALSE;

  look->deliveries = smd_deliver (env, call, known, &stored);
  return stored ? SMD_JOB_CHANGES_LISTED : SMD_JOB_CHANGES_NOTHING;
}

static gboolean
is_same (const SmdDelivery *a, const SmdDelivery *b)
{
  return g_str_equal (a->path, b->path) && a->at == b->at && (a->error == NULL) == (b->error == NULL)
         && (a->error == NULL || g_str_equal (a->error->message, b->error->message));
}

static gboolean
are_same (GPtrArray *a, GPtrArray *b)
{
  for (guint i = 0; i < a->len && a->len == b->len; i++)
    if (!is_same (a->pdata[i], b->pdata[i]))
      return FALSE;
  return a->len == b->len;
}

static gboolean
is_any_open (GPtrArray *deliveries)
{
  for (guint i = 0; i < deliveries->len; i++)
    if (smd_delivery_is_open (deliveries->pdata[i]))
      return TRUE;
  return FALSE;
}

/* Takes @deliveries. */
static void
show (SmdManagedWatch *self, GPtrArray *deliveries)
{
  gboolean same = are_same (self->deliveries, deliveries);

  g_ptr_array_unref (self->deliveries);
  self->deliveries = deliveries;
  smd_deliveries_expect (self->host->env->deliveries, is_any_open (deliveries));
  if (!same)
    smd_dbus_certificates_emit_managed_changed (self->skeleton);
}

static void
look_done (gpointer data)
{
  Look *look = data;
  SmdManagedWatch *self = look->watch;

  self->looking = FALSE;
  if (g_cancellable_is_cancelled (self->host->closing))
    g_ptr_array_unref (look->deliveries);
  else
    {
      show (self, look->deliveries);
      if (self->again)
        smd_managed_watch_look (self);
    }
  g_free (look);
}

void
smd_managed_watch_look (SmdManagedWatch *self)
{
  Look *look;

  if (!self->started || g_cancellable_is_cancelled (self->host->closing))
    return;
  self->again = self->looking;
  if (self->looking)
    return;

  self->looking = TRUE;
  look = g_new0 (Look, 1);
  look->watch = self;
  look->deliveries = g_ptr_array_ref (self->deliveries);
  smd_errand_run (self->host, run_look, look_done, look);
}

/* ---- ListManaged ---- */

static GVariant *
wire_delivery (const SmdDelivery *delivery)
{
  g_autofree char *name = delivery->error != NULL ? g_dbus_error_encode_gerror (delivery->error) : NULL;
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "file", delivery->path);
  smd_wire_dict_string (&dict, "state", delivery->error != NULL ? "failed" : "imported");
  smd_wire_dict_int64 (&dict, "at", delivery->at);
  if (name != NULL)
    {
      smd_wire_dict_string (&dict, "error", strrchr (name, '.') + 1);
      smd_wire_dict_string (&dict, "detail", delivery->error->message);
    }
  return g_variant_builder_end (&dict);
}

static GVariant *
run_list (SmdJob *job, gpointer data, GError **error)
{
  GPtrArray *deliveries = data;
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < deliveries->len; i++)
    g_variant_builder_add_value (&list, wire_delivery (deliveries->pdata[i]));
  return g_variant_new ("(@aa{sv})", g_variant_builder_end (&list));
}

static const SmdJobKind list_kind = { "ListManaged", run_list, (GDestroyNotify) g_ptr_array_unref,
                                             .right = SMD_RIGHT_LOOK };

static gboolean
on_list (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GVariant *options, SmdManagedWatch *self)
{
  SmdJob *job = smd_job_new_invoked (self->host, invocation, &list_kind, g_ptr_array_ref (self->deliveries));
  g_autoptr (GError) error = NULL;
  gboolean ready = smd_job_parse (job, options, smd_options_none, &error);

  smd_job_launch (job, ready, error);
  return TRUE;
}

/* ---- life ---- */

void
smd_managed_watch_start (SmdManagedWatch *self)
{
  SmdDeliveries *deliveries = self->host->env->deliveries;

  if (deliveries == NULL)
    return;
  g_signal_connect_swapped (deliveries, "changed", G_CALLBACK (smd_managed_watch_look), self);
  smd_deliveries_start (deliveries);
  self->started = TRUE;
  smd_managed_watch_look (self);
}

SmdManagedWatch *
smd_managed_watch_new (SmdJobHost *host, SmdDbusCertificates *skeleton)
{
  SmdManagedWatch *self = g_new0 (SmdManagedWatch, 1);

  self->host = host;
  self->skeleton = g_object_ref (skeleton);
  self->deliveries = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_delivery_free);
  g_signal_connect (skeleton, "handle-list-managed", G_CALLBACK (on_list), self);
  return self;
}

void
smd_managed_watch_free (SmdManagedWatch *self)
{
  if (self->started)
    g_signal_handlers_disconnect_by_data (self->host->env->deliveries, self);
  g_signal_handlers_disconnect_by_data (self->skeleton, self);
  g_object_unref (self->skeleton);
  g_ptr_array_unref (self->deliveries);
  g_free (self);
}
