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
put_account (SmimedClientState *state, const char *path, GVariant *properties)
{
  guint position;
  g_autoptr (SmimedAccount) account = find (state->accounts, path, &position);

  if (account != NULL)
    {
      smimed_account_update (account, properties);
      return;
    }

  account = smimed_account_new (state->connection, path, properties);
  g_list_store_append (state->accounts, account);
}

static void
put_certificate (SmimedClientState *state, const char *path, GVariant *properties)
{
  guint position;
  g_autoptr (SmimedCertificate) certificate = find (state->certificates, path, &position);

  if (certificate != NULL)
    {
      smimed_certificate_update (certificate, properties);
      return;
    }

  certificate = smimed_certificate_new (state->connection, path, properties);
  g_list_store_append (state->certificates, certificate);
}

void
smimed_client_objects_add (SmimedClientState *state, const char *path, GVariant *interfaces)
{
  g_autoptr (GVariant) account = g_variant_lookup_value (interfaces, ACCOUNT, G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) certificate = g_variant_lookup_value (interfaces, CERTIFICATE, G_VARIANT_TYPE_VARDICT);

  if (account != NULL)
    put_account (state, path, account);
  if (certificate != NULL)
    put_certificate (state, path, certificate);
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
  gboolean is_account = g_str_equal (interface, ACCOUNT);
  guint position;
  g_autoptr (GObject) object = find (is_account ? state->accounts : state->certificates, path, &position);

  if (object == NULL)
    return;

  if (is_account)
    smimed_account_update (SMIMED_ACCOUNT (object), changes);
  else
    smimed_certificate_update (SMIMED_CERTIFICATE (object), changes);
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
