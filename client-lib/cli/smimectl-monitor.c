/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "smimectl-entry.h"
#include "smimectl-json.h"
#include "smimectl-page.h"

#define NAME "org.smimed.Smime1"
#define ROOT "/org/smimed/Smime1"

typedef struct
{
  const SmimectlContext *context; /* (unowned) */
  GMainLoop *loop;                /* (owned) */
  gboolean lost;                  /* the bus is gone */
} Monitor;

/* One line, at once: who reads us in a pipe wants to know now. */
static void
tell (const Monitor *monitor, const char *subject, const char *text)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  g_autofree char *clean = smimectl_page_clean (text);

  g_print ("%s  %s  %s\n", time, subject, clean);
  fflush (stdout);
}

static const char *
without_prefix (const char *text, const char *prefix)
{
  return g_str_has_prefix (text, prefix) ? text + strlen (prefix) : text;
}

static const char *
short_path (const char *path)
{
  return g_str_equal (path, ROOT) ? "/" : without_prefix (path, ROOT);
}

static void
on_properties (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
               gpointer data)
{
  const Monitor *monitor = data;
  g_autoptr (GVariant) changed = NULL;
  g_autofree const char **invalidated = NULL;
  const char *whose;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;

  g_variant_get (parameters, "(&s@a{sv}^a&s)", &whose, &changed, &invalidated);
  if (monitor->context->json)
    {
      g_variant_dict_insert (&dict, "signal", "s", signal);
      g_variant_dict_insert (&dict, "path", "o", path);
      g_variant_dict_insert (&dict, "interface", "s", whose);
      g_variant_dict_insert_value (&dict, "changed", changed);
      g_variant_dict_insert (&dict, "invalidated", "^as", invalidated);
      smimectl_json_print (g_variant_dict_end (&dict));
      return;
    }

  for (gsize i = 0; i < g_variant_n_children (changed); i++)
    {
      const char *key;
      g_autoptr (GVariant) value = NULL;
      g_autofree char *text = NULL;
      g_autofree char *line = NULL;

      g_variant_get_child (changed, i, "{&sv}", &key, &value);
      text = g_variant_print (value, FALSE);
      line = g_strdup_printf ("%s.%s = %s", without_prefix (whose, NAME "."), key, text);
      tell (monitor, short_path (path), line);
    }
}

static void
on_objects (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
            gpointer data)
{
  const Monitor *monitor = data;
  gboolean added = g_str_equal (signal, "InterfacesAdded");
  g_autoptr (GVariant) interfaces = NULL;
  const char *object;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (!g_variant_is_of_type (parameters, added ? G_VARIANT_TYPE ("(oa{sa{sv}})") : G_VARIANT_TYPE ("(oas)")))
    return;

  g_variant_get_child (parameters, 0, "&o", &object);
  interfaces = g_variant_get_child_value (parameters, 1);
  if (!monitor->context->json)
    {
      tell (monitor, short_path (object), added ? _ ("has come") : _ ("is gone"));
      return;
    }

  g_variant_dict_insert (&dict, "signal", "s", signal);
  g_variant_dict_insert (&dict, "path", "o", object);
  g_variant_dict_insert_value (&dict, "interfaces", interfaces);
  smimectl_json_print (g_variant_dict_end (&dict));
}

static void
on_expiring (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
             gpointer data)
{
  const Monitor *monitor = data;
  const char *certificate;
  const char *address;
  gint64 not_after;
  gint days;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *line = NULL;
  g_autofree char *date = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(osxi)")))
    return;

  g_variant_get (parameters, "(&o&sxi)", &certificate, &address, &not_after, &days);
  if (monitor->context->json)
    {
      g_variant_dict_insert (&dict, "signal", "s", signal);
      g_variant_dict_insert (&dict, "certificate", "o", certificate);
      g_variant_dict_insert (&dict, "address", "s", address);
      g_variant_dict_insert (&dict, "not_after", "x", not_after);
      g_variant_dict_insert (&dict, "days_left", "i", days);
      smimectl_json_print (g_variant_dict_end (&dict));
      return;
    }

  date = smimectl_page_date (not_after);
  line = g_strdup_printf (_ ("The certificate of %s expires on %s; days left: %d"), address, date, days);
  tell (monitor, short_path (certificate), line);
}

static void
on_activated (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
              gpointer data)
{
  const Monitor *monitor = data;
  const char *certificate;
  const char *token;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(os)")))
    return;

  g_variant_get (parameters, "(&o&s)", &certificate, &token);
  if (!monitor->context->json)
    {
      tell (monitor, short_path (certificate), _ ("The user has followed its notification"));
      return;
    }

  g_variant_dict_insert (&dict, "signal", "s", signal);
  g_variant_dict_insert (&dict, "certificate", "o", certificate);
  g_variant_dict_insert (&dict, "token", "s", token);
  smimectl_json_print (g_variant_dict_end (&dict));
}

static void
on_owner (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
          gpointer data)
{
  const Monitor *monitor = data;
  const char *owner = "";
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_get (parameters, "(&s&s&s)", NULL, NULL, &owner);
  if (!monitor->context->json)
    {
      tell (monitor, "/", *owner != '\0' ? _ ("The service has started") : _ ("The service has ended"));
      return;
    }

  g_variant_dict_insert (&dict, "signal", "s", signal);
  g_variant_dict_insert (&dict, "running", "b", *owner != '\0');
  smimectl_json_print (g_variant_dict_end (&dict));
}

static void
on_closed (GDBusConnection *bus, gboolean vanished, GError *error, Monitor *monitor)
{
  monitor->lost = TRUE;
  g_main_loop_quit (monitor->loop);
}

static gboolean
on_end (gpointer data)
{
  Monitor *monitor = data;

  g_main_loop_quit (monitor->loop);
  return G_SOURCE_CONTINUE;
}

static void
subscribe (GDBusConnection *bus, Monitor *monitor)
{
  g_dbus_connection_signal_subscribe (bus, NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                      on_properties, monitor, NULL);
  g_dbus_connection_signal_subscribe (bus, NAME, "org.freedesktop.DBus.ObjectManager", NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_objects,
                                      monitor, NULL);
  g_dbus_connection_signal_subscribe (bus, NAME, NAME ".Manager", "CertificateExpiring", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_expiring,
                                      monitor, NULL);
  g_dbus_connection_signal_subscribe (bus, NAME, NAME ".Manager", "ExpiryActivated", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_activated, monitor,
                                      NULL);
  g_dbus_connection_signal_subscribe (bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus", NAME,
                                      G_DBUS_SIGNAL_FLAGS_NONE, on_owner, monitor, NULL);
  g_signal_connect (bus, "closed", G_CALLBACK (on_closed), monitor);
  g_unix_signal_add (SIGINT, on_end, monitor);
  g_unix_signal_add (SIGTERM, on_end, monitor);
}

SmimectlExit
smimectl_monitor (SmimectlContext *context, GError **error)
{
  Monitor monitor = { .context = context };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GVariant) version = NULL;

  if (!smimectl_context_at_most (context, 0, error))
    return SMIMECTL_USAGE;

  monitor.loop = loop;
  subscribe (context->bus, &monitor);
  version = smimed_client_get_sync (context->client, NULL, "Manager", "Version", error);
  if (version == NULL)
    return SMIMECTL_FAILED;

  if (!context->quiet)
    g_printerr ("%s\n", _ ("Listening; Ctrl-C ends it."));
  g_main_loop_run (loop);
  return monitor.lost ? SMIMECTL_UNREACHABLE : SMIMECTL_OK;
}
