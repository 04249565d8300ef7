/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-job-board.h"

#include "smd-dbus-generated.h"
#include "smd-options.h"
#include "smd-paths.h"
#include "smimed-error.h"

/* Milliseconds. Most calls end before a person could read what they do; those that take 50 are to be seen all the same. */
#define INTERVAL 20

struct _SmdJobNotice
{
  char *path;             /* (owned) */
  char *sender;           /* (owned) */
  SmdDbusJob *skeleton;   /* (owned) */
  SmdProgress *progress;  /* (unowned) */
  SmdJobCancel cancel;
  gpointer data;          /* (unowned) */
};

struct _SmdJobBoard
{
  GDBusConnection *connection; /* (owned) */
  GHashTable *notices;         /* (owned) path -> SmdJobNotice (owned) */
  guint timer;                 /* 0 while there is no job */
};

static void
notice_free (SmdJobNotice *notice)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (notice->skeleton);

  if (g_dbus_interface_skeleton_get_object_path (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
  g_object_unref (notice->skeleton);
  g_free (notice->path);
  g_free (notice->sender);
  g_free (notice);
}

SmdJobBoard *
smd_job_board_new (GDBusConnection *connection)
{
  SmdJobBoard *self = g_new0 (SmdJobBoard, 1);

  self->connection = g_object_ref (connection);
  self->notices = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) notice_free);
  return self;
}

void
smd_job_board_free (SmdJobBoard *self)
{
  g_hash_table_unref (self->notices);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_object_unref (self->connection);
  g_free (self);
}

static double
fraction (gsize done, gsize total)
{
  return total == 0 ? -1.0 : MIN ((double) done / (double) total, 1.0);
}

static void
tell_progress (SmdJobNotice *notice)
{
  gsize done = (gsize) g_atomic_pointer_get (&notice->progress->done);
  gsize total = (gsize) g_atomic_pointer_get (&notice->progress->total);
  const char *stage = g_atomic_pointer_get (&notice->progress->stage);

  smd_dbus_job_set_stage (notice->skeleton, stage);
  smd_dbus_job_set_bytes_done (notice->skeleton, done);
  smd_dbus_job_set_progress (notice->skeleton, fraction (done, total));
}

static gboolean
on_timer (gpointer user_data)
{
  SmdJobBoard *self = user_data;
  GHashTableIter iter;
  gpointer notice;

  g_hash_table_iter_init (&iter, self->notices);
  while (g_hash_table_iter_next (&iter, NULL, &notice))
    tell_progress (notice);

  return G_SOURCE_CONTINUE;
}

static SmdJobNotice *
notice_new (const char *sender, char *path, const char *operation, SmdProgress *progress)
{
  SmdJobNotice *notice = g_new0 (SmdJobNotice, 1);

  notice->path = path;
  notice->sender = g_strdup (sender);
  notice->progress = progress;
  notice->skeleton = smd_dbus_job_skeleton_new ();
  smd_dbus_job_set_operation (notice->skeleton, operation);
  smd_dbus_job_set_started_at (notice->skeleton, g_get_real_time () / G_USEC_PER_SEC);
  tell_progress (notice);
  return notice;
}

SmdJobNotice *
smd_job_board_post (SmdJobBoard *self, const char *sender, const char *token, const char *operation, SmdProgress *progress,
                    SmdJobCancel cancel, gpointer data, GError **error)
{
  g_autofree char *path = smd_path_for_job (sender, token);
  SmdJobNotice *notice;

  if (g_hash_table_contains (self->notices, path))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                   "“job”: the token “%s” is in use by a call that is under way; use another", token);
      return NULL;
    }

  notice = notice_new (sender, g_steal_pointer (&path), operation, progress);
  notice->cancel = cancel;
  notice->data = data;
  g_hash_table_insert (self->notices, notice->path, notice);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (notice->skeleton), self->connection, notice->path, error))
    {
      g_hash_table_remove (self->notices, notice->path);
      return NULL;
    }

  if (self->timer == 0)
    self->timer = g_timeout_add (INTERVAL, on_timer, self);
  return notice;
}

gboolean
smd_job_board_is_cancel (GDBusMessage *message)
{
  const char *interface = g_dbus_message_get_interface (message);

  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL && g_dbus_message_get_sender (message) != NULL
         && g_str_equal (g_dbus_message_get_member (message), "Cancel")
         && (interface == NULL || g_str_equal (interface, smd_dbus_job_interface_info ()->name))
         && g_str_has_prefix (g_dbus_message_get_path (message), SMD_PATH_JOBS "/")
         && g_str_equal (g_dbus_message_get_signature (message), "a{sv}");
}

static gboolean
may_cancel (const SmdJobNotice *notice, GDBusMessage *message, GError **error)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (g_dbus_message_get_body (message), 0);

  if (notice == NULL)
    g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD, "Object does not exist at path “%s”",
                 g_dbus_message_get_path (message));
  else if (!g_str_equal (g_dbus_message_get_sender (message), notice->sender))
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED, "Only its caller may cancel a call");
  else
    return smd_options_parse (options, smd_options_none, NULL, NULL, error);
  return FALSE;
}

static void
answer (SmdJobBoard *self, GDBusMessage *message, const GError *error)
{
  g_autofree char *name = error != NULL ? g_dbus_error_encode_gerror (error) : NULL;
  g_autoptr (GDBusMessage) reply = error != NULL ? g_dbus_message_new_method_error_literal (message, name, error->message)
                                                 : g_dbus_message_new_method_reply (message);

  if ((g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) == 0)
    g_dbus_connection_send_message (self->connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

void
smd_job_board_cancel (SmdJobBoard *self, GDBusMessage *message)
{
  SmdJobNotice *notice = g_hash_table_lookup (self->notices, g_dbus_message_get_path (message));
  g_autoptr (GError) error = NULL;
  gboolean granted = may_cancel (notice, message, &error);

  answer (self, message, error);
  if (granted)
    notice->cancel (notice->data);
}

void
smd_job_board_remove (SmdJobBoard *self, SmdJobNotice *notice)
{
  g_hash_table_remove (self->notices, notice->path);
  if (g_hash_table_size (self->notices) == 0)
    g_clear_handle_id (&self->timer, g_source_remove);
}
