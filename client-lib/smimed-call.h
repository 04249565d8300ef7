/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gunixfdlist.h>

#include "smimed-input.h"
#include "smimed-options.h"

G_BEGIN_DECLS

/*
 * SmimedCall:
 *
 * One method call of the contract: arguments and inputs in order, options, a Job object where progress or cancelling is wanted,
 * and a GTask that ends when the reply has come. All asynchronous functions are one of these; all synchronous ones run one in a main
 * context of their own, so that they may be called from any thread.
 */
typedef struct _SmimedCall SmimedCall;

/*
 * SmimedCallKind:
 * @interface: its last element, or a whole name
 * @reply: the reply's type
 * @read: what the finish function returns: (transfer full), NULL with an error
 * @free_result: (nullable) frees it
 *
 * One method; a static one is the source tag of its tasks.
 */
typedef struct
{
  const char *interface; /* (unowned) static */
  const char *method;    /* (unowned) static */
  const char *reply;     /* (unowned) static */
  gpointer (*read) (GVariant *reply, GUnixFDList *fds, GError **error);
  GDestroyNotify free_result;
  gboolean has_options;
} SmimedCallKind;

/* @source: (transfer none): the object whose method it is; @path: (transfer none) */
SmimedCall *smimed_call_new (gpointer source, GDBusConnection *connection, const char *path,
                             const SmimedCallKind *kind);

/* @argument: floating */
void smimed_call_add (SmimedCall *self, GVariant *argument);
void smimed_call_add_path (SmimedCall *self, const char *path);
void smimed_call_add_strings (SmimedCall *self, const char *const *strings);
void smimed_call_add_input (SmimedCall *self, SmimedInput *input);

/* @self: (transfer full) */
void smimed_call_run (SmimedCall *self, SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data);

/* Returns: (transfer full): what the kind's read function returned */
gpointer smimed_call_finish (gpointer source, const SmimedCallKind *kind, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* For methods without a result */
gpointer smimed_call_read_nothing (GVariant *reply, GUnixFDList *fds, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
