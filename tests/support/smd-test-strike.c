/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-strike.h"

#include <signal.h>
#include <sys/wait.h>

#define SECRETS "org.freedesktop.secrets"

struct _SmdTestStrike
{
  SmdTestKeyring *keyring; /* (unowned) */
  char *owner;             /* (owned) the keyring's unique name */
  void (*hit) (SmdTestKeyring *keyring);
  guint filter;
  guint step;
  gint seen; /* atomic */
};

static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  SmdTestStrike *self = data;
  const char *destination = g_dbus_message_get_destination (message);

  if (!incoming && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL
      && (g_strcmp0 (destination, SECRETS) == 0 || g_strcmp0 (destination, self->owner) == 0)
      && g_atomic_int_add (&self->seen, 1) + 1 == (gint) self->step)
    self->hit (self->keyring);
  return message;
}

static void
clear (gpointer data)
{
  g_free (((SmdTestStrike *) data)->owner);
}

static void
release (gpointer data)
{
  g_atomic_rc_box_release_full (data, clear);
}

SmdTestStrike *
smd_test_strike_new (SmdTestKeyring *keyring, guint step, void (*hit) (SmdTestKeyring *keyring))
{
  SmdTestStrike *self = g_atomic_rc_box_new0 (SmdTestStrike);
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (keyring->session, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                                            "GetNameOwner", g_variant_new ("(s)", SECRETS), NULL,
                                                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  g_assert_nonnull (reply);
  g_variant_get (reply, "(s)", &self->owner);
  self->keyring = keyring;
  self->step = step;
  self->hit = hit;
  self->filter = g_dbus_connection_add_filter (keyring->session, on_message, g_atomic_rc_box_acquire (self), release);
  return self;
}

gboolean
smd_test_strike_free (SmdTestStrike *self)
{
  gboolean hit;

  /* What the call has sent last without waiting for an answer is a step, too; GDBus's thread may still be in the filter after its removal. */
  g_assert_true (g_dbus_connection_flush_sync (self->keyring->session, NULL, NULL));
  g_dbus_connection_remove_filter (self->keyring->session, self->filter);
  hit = g_atomic_int_get (&self->seen) >= (gint) self->step;
  release (self);
  return hit;
}

/* Another process: GDBus's only thread is held up. */
static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status,
                               &error));
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

void
smd_test_strike_lock (SmdTestKeyring *keyring)
{
  g_autofree char *paths = g_strdup_printf ("['%s']", keyring->collection);
  const char *argv[] = { "gdbus", "call", "--session", "--dest", SECRETS, "--object-path", "/org/freedesktop/secrets",
                         "--method", "org.freedesktop.Secret.Service.Lock", paths, NULL };

  run (argv);
}

void
smd_test_strike_kill (SmdTestKeyring *keyring)
{
  kill (keyring->process, SIGKILL);
  waitpid (keyring->process, NULL, 0);
  keyring->process = 0;
}

static void
restart (SmdTestKeyring *keyring, gboolean unlock)
{
  const char *argv[] = { "gdbus", "wait", "--session", "--timeout", G_STRINGIFY (SMD_TEST_KEYRING_PATIENCE), SECRETS, NULL };

  smd_test_strike_kill (keyring);
  smd_test_keyring_spawn (keyring, unlock);
  run (argv);
}

void
smd_test_strike_restart_locked (SmdTestKeyring *keyring)
{
  restart (keyring, FALSE);
}

void
smd_test_strike_restart (SmdTestKeyring *keyring)
{
  restart (keyring, TRUE);
}
