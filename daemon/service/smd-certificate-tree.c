/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificate-tree.h"

#include "smd-certificate-iface.h"
#include "smd-paths.h"
#include "smimed-error.h"

#define INTERFACE "org.smimed.Smime1.Certificate"
#define KEPT 64 /* a client reads the properties of one object in several calls */

struct _SmdCertificateTree
{
  GDBusConnection *connection; /* (owned) */
  SmdJobHost *host;            /* (unowned) */
  GHashTable *kept;            /* (owned) fingerprint -> SmdDbusCertificate (owned) */
  guint registration;
};

static SmdDbusCertificate *
make (SmdCertificateTree *self, const char *fingerprint)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (self->host->env->certs, fingerprint, &error);

  if (record == NULL && !g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND))
    g_warning ("Can't look up a certificate: %s", error->message);

  return record != NULL ? smd_certificate_iface_new (self->host, record) : NULL;
}

/* Returns: (transfer full) (nullable) */
static SmdDbusCertificate *
find (SmdCertificateTree *self, const char *path)
{
  const char *fingerprint = smd_path_get_certificate (path);
  SmdDbusCertificate *skeleton = fingerprint != NULL ? g_hash_table_lookup (self->kept, fingerprint) : NULL;

  if (skeleton == NULL && fingerprint != NULL)
    {
      skeleton = make (self, fingerprint);
      if (skeleton == NULL)
        return NULL;

      if (g_hash_table_size (self->kept) >= KEPT)
        g_hash_table_remove_all (self->kept);
      g_hash_table_insert (self->kept, g_strdup (fingerprint), skeleton);
    }

  return skeleton != NULL ? g_object_ref (skeleton) : NULL;
}

static GDBusInterfaceVTable *
vtable_of (SmdDbusCertificate *skeleton)
{
  return g_dbus_interface_skeleton_get_vtable (G_DBUS_INTERFACE_SKELETON (skeleton));
}

/* The object is looked for again here: between dispatching and this, it may have been forgotten. */
static void
method_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
             GVariant *parameters, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_autoptr (SmdDbusCertificate) skeleton = find (user_data, path);

  if (skeleton == NULL)
    g_dbus_method_invocation_return_error (invocation, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "There is no such certificate");
  else
    vtable_of (skeleton)->method_call (connection, sender, path, interface, method, parameters, invocation, skeleton);
}

static GVariant *
get_property (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *property,
              GError **error, gpointer user_data)
{
  g_autoptr (SmdDbusCertificate) skeleton = find (user_data, path);

  if (skeleton != NULL)
    return vtable_of (skeleton)->get_property (connection, sender, path, interface, property, error, skeleton);

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "There is no such certificate");
  return NULL;
}

static const GDBusInterfaceVTable certificate_vtable = { .method_call = method_call, .get_property = get_property };

static char **
enumerate (GDBusConnection *connection, const char *sender, const char *path, gpointer user_data)
{
  return g_new0 (char *, 1);
}

static GDBusInterfaceInfo **
introspect (GDBusConnection *connection, const char *sender, const char *path, const char *node, gpointer user_data)
{
  g_autofree char *full = node != NULL ? g_strconcat (SMD_PATH_CERTIFICATES "/", node, NULL) : NULL;
  g_autoptr (SmdDbusCertificate) skeleton = full != NULL ? find (user_data, full) : NULL;
  GDBusInterfaceInfo **infos;

  if (skeleton == NULL)
    return NULL;

  infos = g_new0 (GDBusInterfaceInfo *, 2);
  infos[0] = g_dbus_interface_info_ref (smd_dbus_certificate_interface_info ());
  return infos;
}

static const GDBusInterfaceVTable *
dispatch (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *node,
          gpointer *out_user_data, gpointer user_data)
{
  *out_user_data = user_data;
  return &certificate_vtable;
}

static const GDBusSubtreeVTable subtree_vtable = { enumerate, introspect, dispatch };

SmdCertificateTree *
smd_certificate_tree_new (GDBusConnection *connection, SmdJobHost *host, GError **error)
{
  g_autoptr (SmdCertificateTree) self = g_new0 (SmdCertificateTree, 1);

  self->connection = g_object_ref (connection);
  self->host = host;
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->registration = g_dbus_connection_register_subtree (connection, SMD_PATH_CERTIFICATES, &subtree_vtable,
                                                           G_DBUS_SUBTREE_FLAGS_DISPATCH_TO_UNENUMERATED_NODES, self, NULL, error);
  return self->registration != 0 ? g_steal_pointer (&self) : NULL;
}

void
smd_certificate_tree_free (SmdCertificateTree *self)
{
  if (self->registration != 0)
    g_dbus_connection_unregister_subtree (self->connection, self->registration);
  g_hash_table_unref (self->kept);
  g_object_unref (self->connection);
  g_free (self);
}

/* ---- changes ---- */

static const char *const changing[] = { "Own", "Role", "Origin", "Trust" };

static GVariant *
read_property (SmdCertificateTree *self, const char *path, SmdDbusCertificate *skeleton, const char *name)
{
  return vtable_of (skeleton)->get_property (self->connection, NULL, path, INTERFACE, name, NULL, skeleton);
}

static void
emit_changed (SmdCertificateTree *self, const char *path, GVariant *changed)
{
  g_dbus_connection_emit_signal (self->connection, NULL, path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                 g_variant_new ("(s@a{sv}as)", INTERFACE, changed, NULL), NULL);
}

static void
show_anew (SmdCertificateTree *self, SmdDbusCertificate *skeleton, const SmdCertRecord *record)
{
  g_autofree char *path = smd_path_for_certificate (smd_dbus_certificate_get_fingerprint (skeleton));
  GVariant *before[G_N_ELEMENTS (changing)];
  g_autoptr (GVariant) changed = NULL;
  GVariantBuilder changes;

  for (guint i = 0; i < G_N_ELEMENTS (changing); i++)
    before[i] = read_property (self, path, skeleton, changing[i]);
  smd_certificate_iface_show (skeleton, record);

  g_variant_builder_init (&changes, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < G_N_ELEMENTS (changing); i++)
    {
      g_autoptr (GVariant) now = read_property (self, path, skeleton, changing[i]);

      if (!g_variant_equal (before[i], now))
        g_variant_builder_add (&changes, "{sv}", changing[i], now);
      g_variant_unref (before[i]);
    }
  changed = g_variant_ref_sink (g_variant_builder_end (&changes));
  if (g_variant_n_children (changed) > 0)
    emit_changed (self, path, changed);
}

/* Those that came to be listed are told of by what lists them. */
static gboolean
is_outdated (gpointer fingerprint, gpointer skeleton, gpointer user_data)
{
  SmdCertificateTree *self = user_data;
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (self->host->env->certs, fingerprint, NULL);

  if (record == NULL || record->role == SMD_ROLE_OWN || record->role == SMD_ROLE_ANCHOR)
    return TRUE;

  show_anew (self, skeleton, record);
  return FALSE;
}

void
smd_certificate_tree_show (SmdCertificateTree *self)
{
  g_hash_table_foreach_remove (self->kept, is_outdated, self);
}
