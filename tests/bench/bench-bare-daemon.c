/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The least that a GDBus daemon linked with OpenSSL can be: one name, one object, one property. What its first call
 * after activation costs is the yardstick for smimed's. */
#include <gio/gio.h>
#include <openssl/crypto.h>

#define BARE_XML \
  "<node><interface name='org.smimed.Bare1'><property name='Version' type='s' access='read'/></interface></node>"

static GVariant *
get_property (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
              const char *property, GError **error, gpointer user_data)
{
  return g_variant_new_string (OpenSSL_version (OPENSSL_VERSION));
}

static const GDBusInterfaceVTable bare_vtable = { .get_property = get_property };

static void
on_bus (GDBusConnection *connection, const char *name, gpointer user_data)
{
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (BARE_XML, NULL);

  g_dbus_connection_register_object (connection, "/org/smimed/Bare1", node->interfaces[0], &bare_vtable, NULL, NULL,
                                     NULL);
}

static void
on_lost (GDBusConnection *connection, const char *name, gpointer loop)
{
  g_main_loop_quit (loop);
}

int
main (void)
{
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  guint id = g_bus_own_name (G_BUS_TYPE_SESSION, "org.smimed.Bare1", G_BUS_NAME_OWNER_FLAGS_NONE, on_bus, NULL,
                             on_lost, loop, NULL);

  g_main_loop_run (loop);
  g_bus_unown_name (id);
  g_main_loop_unref (loop);
  return 0;
}
