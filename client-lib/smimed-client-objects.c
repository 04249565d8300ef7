/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-objects.h"

#include "smimed-account-private.h"
#include "smimed-certificate-private.h"
#include "smimed-path.h"

#define ACCOUNT SMIMED_NAME ".Account"
#define CERTIFICATE SMIMED_NAME ".Certificate"

static const char *
path_of (gpointer object)
{
  return SMIMED_IS_ACCOUNT (object) ? smimed_account_get_path (object) : smimed_certificate_get_path (object);
}

/* Returns: (transfer full) (nullable) */
static gpointer
find (GListStore *store, const char *path, guint *position)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (store));

  for (*position = 0; *position < count; (*position)++)
    {
      g_autoptr (GObject) object = g_list_model_get_item (G_LIST_MODEL (store), *position);

      if (g_str_equal (path_of (object), path))
        return g_steal_pointer (&object);
    }

  return NULL;
}

static void
update (gpointer object, GVariant *properties)
{
  if (SMIMED_IS_ACCOUNT (object))
    smimed_account_update (object, properties);
  else
    smimed_certificate_update (object, properties);
}

static void
put (GListStore *store, GDBusConnection *connection, const char *path, GVariant *properties)
{
  gboolean accounts = g_list_model_get_item_type (G_LIST_MODEL (store)) == SMIMED_TYPE_ACCOUNT;
  guint position;
  g_autoptr (GObject) object = find (store, path, &position);

  if (object != NULL)
    {
      update (object, properties);
      return;
    }

  object = accounts ? G_OBJECT (smimed_account_new (connection, path, properties))
                    : G_OBJECT (smimed_certificate_new (connection, path, properties));
  g_list_store_append (store, object);
}

void
smimed_client_objects_add (SmimedClientState *state, const char *path, GVariant *interfaces)
{
  g_autoptr (GVariant) account = g_variant_lookup_value (interfaces, ACCOUNT, G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) certificate = g_variant_lookup_value (interfaces, CERTIFICATE, G_VARIANT_TYPE_VARDICT);

  if (account != NULL)
    put (state->accounts, state->connection, path, account);
  if (certificate != NULL)
    put (state->certificates, state->connection, path, certificate);
}

static void
remove_from (GListStore *store, const char *path)
{
  guint position;
  g_autoptr (GObject) object = find (store, path, &position);

  if (object != NULL)
    g_list_store_remove (store, position);
}

void
smimed_client_objects_remove (SmimedClientState *state, const char *path)
{
  remove_from (state->accounts, path);
  remove_from (state->certificates, path);
}

void
smimed_client_objects_update (SmimedClientState *state, const char *path, const char *interface, GVariant *changes)
{
  guint position;
  g_autoptr (GObject) object = find (g_str_equal (interface, ACCOUNT) ? state->accounts : state->certificates, path, &position);

  if (object != NULL)
    update (object, changes);
}

static void
drop_missing (GListStore *store, GVariant *objects)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i > 0; i--)
    {
      g_autoptr (GObject) object = g_list_model_get_item (G_LIST_MODEL (store), i - 1);
      g_autoptr (GVariant) found = NULL;

      if (!g_variant_lookup (objects, path_of (object), "@a{sa{sv}}", &found))
        g_list_store_remove (store, i - 1);
    }
}

void
smimed_client_objects_replace (SmimedClientState *state, GVariant *objects)
{
  GVariantIter iter;
  const char *path;
  GVariant *interfaces;

  drop_missing (state->accounts, objects);
  drop_missing (state->certificates, objects);
  g_variant_iter_init (&iter, objects);
  while (g_variant_iter_next (&iter, "{&o@a{sa{sv}}}", &path, &interfaces))
    {
      smimed_client_objects_add (state, path, interfaces);
      g_variant_unref (interfaces);
    }
}
