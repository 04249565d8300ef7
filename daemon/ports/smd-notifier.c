/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-notifier.h"

G_DEFINE_INTERFACE (SmdNotifier, smd_notifier, G_TYPE_OBJECT)

static void
smd_notifier_default_init (SmdNotifierInterface *iface)
{
  g_signal_new ("available", SMD_TYPE_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("activated", SMD_TYPE_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

SmdNotice *
smd_notice_copy (const SmdNotice *self)
{
  SmdNotice *copy = g_memdup2 (self, sizeof *self);

  copy->fingerprint = g_strdup (self->fingerprint);
  copy->address = g_strdup (self->address);
  return copy;
}

void
smd_notice_free (SmdNotice *self)
{
  g_free (self->fingerprint);
  g_free (self->address);
  g_free (self);
}

gboolean
smd_notice_replaces (const SmdNotice *self, const SmdNotice *other)
{
  return self->kind == other->kind && (self->kind != SMD_NOTICE_OWN || g_str_equal (self->address, other->address));
}

void
smd_notifier_listen (SmdNotifier *self)
{
  SMD_NOTIFIER_GET_IFACE (self)->listen (self);
}

void
smd_notifier_show (SmdNotifier *self, const SmdNotice *notice, SmdNotifierDone done, gpointer data)
{
  SMD_NOTIFIER_GET_IFACE (self)->show (self, notice, done, data);
}

void
smd_notifier_withdraw (SmdNotifier *self, const SmdNotice *notice)
{
  SMD_NOTIFIER_GET_IFACE (self)->withdraw (self, notice);
}

void
smd_notifier_explain (SmdNotifier *self, const SmdNotice *notice, const char *token)
{
  SMD_NOTIFIER_GET_IFACE (self)->explain (self, notice, token);
}
