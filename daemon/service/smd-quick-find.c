/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-quick-find.h"

#include "smd-paths.h"
#include "smd-reply.h"

/* The value of the only entry of @query, if that is @key. Format strings and look-ups would cost more than the database does. */
static GVariant *
get_only_value (GVariant *query, const char *key)
{
  g_autoptr (GVariant) entry = g_variant_n_children (query) == 1 ? g_variant_get_child_value (query, 0) : NULL;
  g_autoptr (GVariant) name = entry != NULL ? g_variant_get_child_value (entry, 0) : NULL;
  g_autoptr (GVariant) box = entry != NULL ? g_variant_get_child_value (entry, 1) : NULL;

  return name != NULL && g_str_equal (g_variant_get_string (name, NULL), key) ? g_variant_get_variant (box) : NULL;
}

/* Returns: (transfer full) (nullable): the address, if nothing else is asked */
static char *
take_address (GVariant *body)
{
  g_autoptr (GVariant) query = g_variant_get_child_value (body, 0);
  g_autoptr (GVariant) options = g_variant_get_child_value (body, 1);
  g_autoptr (GVariant) value = g_variant_n_children (options) == 0 ? get_only_value (query, "address") : NULL;

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (value, NULL) : NULL;
}

static GVariant *
make_paths (GPtrArray *fingerprints)
{
  g_autofree GVariant **paths = g_new (GVariant *, fingerprints->len);
  GVariant *list;

  for (guint i = 0; i < fingerprints->len; i++)
    {
      g_autofree char *path = smd_path_for_certificate (fingerprints->pdata[i]);

      paths[i] = g_variant_new_object_path (path);
    }
  list = g_variant_new_array (G_VARIANT_TYPE_OBJECT_PATH, paths, fingerprints->len);
  return g_variant_new_tuple (&list, 1);
}

static gboolean
begin_find (SmdJobHost *host, GDBusMessage *call)
{
  g_autofree char *address = take_address (g_dbus_message_get_body (call));
  g_autoptr (GPtrArray) fingerprints = NULL;
  g_auto (SmdReply) reply = { NULL };

  if (address == NULL)
    return FALSE;

  /* Errors are told by the call itself, which comes next. */
  fingerprints = smd_cert_store_list_at_once (host->env->certs, address, NULL);
  if (fingerprints == NULL)
    return FALSE;

  smd_reply_init (&reply, call);
  smd_reply_send (&reply, host->connection, make_paths (fingerprints), NULL);
  return TRUE;
}

const SmdMethod smd_quick_find_methods[] = {
  { "org.smimed.Smime1.Certificates", "Find", NULL, "a{sv}a{sv}", begin_find },
  { NULL }
};
