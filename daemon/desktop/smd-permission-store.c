/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-permission-store.h"

#include "smimed-error.h"

#define NAME "org.freedesktop.impl.portal.PermissionStore"
#define PATH "/org/freedesktop/impl/portal/PermissionStore"
#define NOT_FOUND "org.freedesktop.portal.Error.NotFound"
#define TABLE "smimed"
#define PATIENCE 10000 /* milliseconds: it may have to be started first */

struct _SmdPermissionStore
{
  GObject parent_instance;
  GMutex lock;
  GCond changed;
  gboolean claimed; /* under the lock */
};

static void init_interface (SmdGrantStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdPermissionStore, smd_permission_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_GRANT_STORE, init_interface))

static void
smd_permission_store_finalize (GObject *object)
{
  SmdPermissionStore *self = SMD_PERMISSION_STORE (object);

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (smd_permission_store_parent_class)->finalize (object);
}

static void
smd_permission_store_class_init (SmdPermissionStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_permission_store_finalize;
}

static void
smd_permission_store_init (SmdPermissionStore *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

SmdGrantStore *
smd_permission_store_new (void)
{
  return SMD_GRANT_STORE (g_object_new (SMD_TYPE_PERMISSION_STORE, NULL));
}

static void
translate (const GError *reason, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_is_cancelled (cancellable))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  else if (g_error_matches (reason, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
           || g_error_matches (reason, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED,
                         "This desktop has no permission store, in which it could be remembered what a sandboxed program may do; "
                         "install xdg-desktop-portal");
  else
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED,
                 "The desktop's permission store doesn't tell what a sandboxed program may do (%s); see whether xdg-permission-store runs",
                 reason->message);
}

/* Returns: (transfer full) (nullable) */
static GVariant *
call_store (const char *method, GVariant *parameters, const char *type, GCancellable *cancellable, GError **reason)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, cancellable, reason);

  if (bus == NULL)
    return NULL;
  return g_dbus_connection_call_sync (bus, NAME, PATH, NAME, method, sunk, G_VARIANT_TYPE (type), G_DBUS_CALL_FLAGS_NONE, PATIENCE,
                                      cancellable, reason);
}

static gboolean
is_not_found (const GError *reason)
{
  g_autofree char *name = g_dbus_error_get_remote_error (reason);

  return g_strcmp0 (name, NOT_FOUND) == 0;
}

/* An entry that says neither is taken as none: the user is asked. */
static SmdGrant
read_grant (GVariant *reply, const char *application)
{
  g_autoptr (GVariant) permissions = g_variant_get_child_value (reply, 0);
  g_autofree const char **words = NULL;

  if (!g_variant_lookup (permissions, application, "^a&s", &words) || words[0] == NULL || words[1] != NULL)
    return SMD_GRANT_UNKNOWN;
  if (g_str_equal (words[0], "yes"))
    return SMD_GRANT_YES;
  return g_str_equal (words[0], "no") ? SMD_GRANT_NO : SMD_GRANT_UNKNOWN;
}

static gboolean
lookup (SmdGrantStore *store, const char *application, SmdRight right, SmdGrant *grant, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GVariant) reply = call_store ("Lookup", g_variant_new ("(ss)", TABLE, smd_right_to_word (right)), "(a{sas}v)", cancellable,
                                           &reason);

  *grant = reply != NULL ? read_grant (reply, application) : SMD_GRANT_UNKNOWN;
  if (reply != NULL || is_not_found (reason))
    return TRUE;

  translate (reason, cancellable, error);
  return FALSE;
}

static gboolean
save (SmdGrantStore *store, const char *application, SmdRight right, gboolean granted, GCancellable *cancellable, GError **error)
{
  const char *const words[] = { granted ? "yes" : "no", NULL };
  GVariant *parameters = g_variant_new ("(sbss^as)", TABLE, TRUE, smd_right_to_word (right), application, words);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GVariant) reply = call_store ("SetPermission", parameters, "()", cancellable, &reason);

  if (reply == NULL)
    translate (reason, cancellable, error);
  return reply != NULL;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  SmdPermissionStore *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_cond_broadcast (&self->changed);
}

static gboolean
claim (SmdGrantStore *store, GCancellable *cancellable, GError **error)
{
  SmdPermissionStore *self = SMD_PERMISSION_STORE (store);
  gulong handler = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL) : 0;
  gboolean mine;

  g_mutex_lock (&self->lock);
  while (self->claimed && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);
  mine = !g_cancellable_is_cancelled (cancellable);
  self->claimed |= mine;
  g_mutex_unlock (&self->lock);

  g_cancellable_disconnect (cancellable, handler);
  if (!mine)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  return mine;
}

static void
release (SmdGrantStore *store)
{
  SmdPermissionStore *self = SMD_PERMISSION_STORE (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->claimed = FALSE;
  g_cond_broadcast (&self->changed);
}

static void
init_interface (SmdGrantStoreInterface *iface)
{
  iface->lookup = lookup;
  iface->save = save;
  iface->claim = claim;
  iface->release = release;
}
