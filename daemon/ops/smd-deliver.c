/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-deliver.h"

#include "smd-import.h"
#include "smimed-error.h"

void
smd_delivery_free (SmdDelivery *self)
{
  g_free (self->path);
  g_free (self->mark);
  g_clear_error (&self->error);
  g_free (self);
}

static SmdDelivery *
delivery_new (const char *path, const char *mark, const GError *error, gint64 at)
{
  SmdDelivery *self = g_new0 (SmdDelivery, 1);

  self->path = g_strdup (path);
  self->mark = g_strdup (mark);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->at = at;
  return self;
}

gboolean
smd_delivery_is_open (const SmdDelivery *self)
{
  static const int lasting[] = { SMIMED_ERROR_MALFORMED, SMIMED_ERROR_TOO_LARGE, SMIMED_ERROR_LEGACY_ALGORITHM, SMIMED_ERROR_NO_PRIVATE_KEY,
                                 SMIMED_ERROR_NO_CERTIFICATE, SMIMED_ERROR_LIMIT_EXCEEDED };

  for (guint i = 0; i < G_N_ELEMENTS (lasting); i++)
    if (g_error_matches (self->error, SMIMED_ERROR, lasting[i]))
      return FALSE;
  return self->error != NULL;
}

static const SmdDelivery *
find_known (GPtrArray *known, const char *path)
{
  for (guint i = 0; known != NULL && i < known->len; i++)
    if (g_str_equal (((SmdDelivery *) known->pdata[i])->path, path))
      return known->pdata[i];
  return NULL;
}

/* A file without a password asks for none; else the password is looked up. */
static gboolean
import (const SmdEnv *env, const SmdCall *call, const char *path, SmdBlob *file, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (SmdSecret) password = NULL;
  g_autoptr (GPtrArray) stored = smd_import_pkcs12 (env, call, file, NULL, SMD_ORIGIN_MANAGED, &failure);

  if (stored != NULL)
    return TRUE;
  if (!g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  password = smd_deliveries_lookup_password (env->deliveries, path, call->cancellable, error);
  if (password == NULL)
    return FALSE;
  stored = smd_import_pkcs12 (env, call, file, password, SMD_ORIGIN_MANAGED, error);
  return stored != NULL;
}

/* @at: (inout): when it was taken, if that was earlier */
static gboolean
take (const SmdEnv *env, const SmdCall *call, const char *path, gint64 *at, gboolean *stored, GError **error)
{
  g_autoptr (SmdBlob) file = smd_deliveries_read (env->deliveries, path, error);
  g_autofree char *hash = NULL;
  gint64 taken_at = 0;
  SmdSpan span;

  if (file == NULL)
    return FALSE;

  span = smd_blob_get_span (file);
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, span.data, span.size);
  if (!smd_delivery_store_find (env->delivered, hash, &taken_at, error))
    return FALSE;
  if (taken_at != 0)
    {
      *at = taken_at;
      return TRUE;
    }

  if (!import (env, call, path, file, error))
    return FALSE;
  *stored = TRUE;
  g_message ("%s: imported", path);
  return smd_delivery_store_note (env->delivered, hash, *at, error);
}

static void
tell (const SmdDelivery *before, const SmdDelivery *now)
{
  gboolean same = before != NULL && before->error != NULL && g_str_equal (before->mark, now->mark)
                  && g_str_equal (before->error->message, now->error->message);

  if (!same)
    g_warning ("%s: not imported: %s", now->path, now->error->message);
}

static SmdDelivery *
look_at (const SmdEnv *env, const SmdCall *call, const SmdDelivered *file, const SmdDelivery *before, gboolean *stored)
{
  gint64 at = smd_clock_now (env->clock);
  g_autoptr (GError) error = NULL;
  SmdDelivery *delivery;

  if (before != NULL && g_str_equal (before->mark, file->mark) && !smd_delivery_is_open (before))
    return delivery_new (file->path, file->mark, before->error, before->at);

  if (file->error != NULL || !take (env, call, file->path, &at, stored, &error))
    {
      delivery = delivery_new (file->path, file->mark, file->error != NULL ? file->error : error, at);
      tell (before, delivery);
      return delivery;
    }
  return delivery_new (file->path, file->mark, NULL, at);
}

GPtrArray *
smd_deliver (const SmdEnv *env, const SmdCall *call, GPtrArray *known, gboolean *stored)
{
  g_autoptr (GPtrArray) deliveries = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_delivery_free);
  g_autoptr (GPtrArray) files = NULL;
  SmdCall quiet = *call;

  *stored = FALSE;
  if (!call->policy.enabled)
    return g_steal_pointer (&deliveries);

  quiet.interactive = FALSE;
  files = smd_deliveries_list (env->deliveries);
  for (guint i = 0; i < files->len && !g_cancellable_is_cancelled (call->cancellable); i++)
    {
      const SmdDelivered *file = files->pdata[i];

      g_ptr_array_add (deliveries, look_at (env, &quiet, file, find_known (known, file->path), stored));
    }
  return g_steal_pointer (&deliveries);
}
