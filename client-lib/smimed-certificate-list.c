/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-certificate-list.h"

#include "smimed-certificate-private.h"
#include "smimed-path.h"

#define AT_ONCE 32 /* a bus limits how many replies may be awaited */

typedef struct
{
  const SmimedCallKind *kind;  /* (unowned) static */
  GDBusConnection *connection; /* (owned) */
  GVariant *reply;             /* (owned) (nullable) */
  GVariant *paths;             /* (owned) (nullable) */
  GPtrArray *found;            /* (owned) of SmimedCertificate, with NULL for those that have gone */
  gsize next;
  gsize under_way;
  GError *error; /* (owned) (nullable) */
} Load;

static void
load_free (Load *load)
{
  g_object_unref (load->connection);
  g_clear_pointer (&load->reply, g_variant_unref);
  g_clear_pointer (&load->paths, g_variant_unref);
  g_ptr_array_unref (load->found);
  g_clear_error (&load->error);
  g_free (load);
}

void
smimed_certificate_list_free (gpointer data)
{
  SmimedCertificateList *list = data;

  g_ptr_array_unref (list->certificates);
  g_clear_pointer (&list->refused, g_variant_unref);
  g_free (list);
}

gpointer
smimed_certificate_list_read (GVariant *reply, GUnixFDList *fds, GError **error)
{
  return g_variant_ref (reply);
}

static void
unref_if_any (gpointer object)
{
  if (object != NULL)
    g_object_unref (object);
}

static SmimedCertificateList *
make_list (Load *load)
{
  SmimedCertificateList *list = g_new0 (SmimedCertificateList, 1);

  list->certificates = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < load->found->len; i++)
    if (load->found->pdata[i] != NULL)
      g_ptr_array_add (list->certificates, g_object_ref (load->found->pdata[i]));
  if (g_variant_n_children (load->reply) > 1)
    list->refused = g_variant_get_child_value (load->reply, 1);
  return list;
}

static void
end (GTask *task)
{
  Load *load = g_task_get_task_data (task);

  if (load->error != NULL)
    g_task_return_error (task, g_steal_pointer (&load->error));
  else
    g_task_return_pointer (task, make_list (load), smimed_certificate_list_free);
}

/* One certificate that is being read: its place in the list, so that the order stays */
typedef struct
{
  GTask *task; /* (owned) */
  gsize place;
} Item;

static void load_more (GTask *task);

static gboolean
has_gone (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE);
}

static void
on_properties (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Item *item = user_data;
  g_autoptr (GTask) task = item->task;
  Load *load = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  load->under_way--;
  if (reply != NULL)
    {
      g_autoptr (GVariant) properties = g_variant_get_child_value (reply, 0);
      const char *path;

      g_variant_get_child (load->paths, item->place, "&o", &path);
      load->found->pdata[item->place] = smimed_certificate_new (load->connection, path, properties);
    }
  else if (!has_gone (error) && load->error == NULL)
    load->error = g_steal_pointer (&error);
  load_more (task);
}

static void
load_one (GTask *task, gsize place)
{
  Load *load = g_task_get_task_data (task);
  Item *item = g_new0 (Item, 1);
  const char *path;

  item->task = g_object_ref (task);
  item->place = place;
  g_variant_get_child (load->paths, place, "&o", &path);
  load->under_way++;
  g_dbus_connection_call (load->connection, SMIMED_NAME, path, "org.freedesktop.DBus.Properties", "GetAll",
                          g_variant_new ("(s)", SMIMED_NAME ".Certificate"), G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NONE, G_MAXINT, g_task_get_cancellable (task), on_properties, item);
}

static void
load_more (GTask *task)
{
  Load *load = g_task_get_task_data (task);
  gsize count = g_variant_n_children (load->paths);

  while (load->error == NULL && load->next < count && load->under_way < AT_ONCE)
    load_one (task, load->next++);
  if (load->under_way == 0)
    end (task);
}

static void
on_paths (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;

  load->reply = smimed_call_finish (source, load->kind, result, &error);
  if (load->reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  load->paths = g_variant_get_child_value (load->reply, 0);
  g_ptr_array_set_size (load->found, (int) g_variant_n_children (load->paths));
  load_more (task);
}

void
smimed_certificate_list_run (SmimedCall *call, const SmimedCallKind *kind, gpointer source, GDBusConnection *connection,
                             SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  load->kind = kind;
  load->connection = g_object_ref (connection);
  load->found = g_ptr_array_new_with_free_func (unref_if_any);
  g_task_set_source_tag (task, (gpointer) kind);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  smimed_call_run (call, options, cancellable, on_paths, task);
}

GPtrArray *
smimed_certificate_list_finish (gpointer source, const SmimedCallKind *kind, GAsyncResult *result, GVariant **refused,
                                GError **error)
{
  SmimedCertificateList *list = smimed_call_finish (source, kind, result, error);
  GPtrArray *certificates;

  if (list == NULL)
    return NULL;

  certificates = g_ptr_array_ref (list->certificates);
  if (refused != NULL)
    *refused = g_steal_pointer (&list->refused);
  smimed_certificate_list_free (list);
  return certificates;
}
