/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gunixfdlist.h>

#include "smd-fd-in.h"

G_BEGIN_DECLS

#define SMD_INPUTS_MOST 4 /* of one call, its password included */

/**
 * SmdInputs:
 *
 * What one call reads: the descriptors that came with its message, and what they become.
 */
typedef struct _SmdInputs SmdInputs;

/* @fds: (nullable): is emptied. @scratch: for large input; must outlive it */
SmdInputs *smd_inputs_new (GUnixFDList *fds, SmdScratchPool *scratch);
void smd_inputs_free (SmdInputs *self);

/**
 * smd_inputs_take:
 * @handle: an index into the message's descriptors
 * @limit: in bytes
 * @what: static, for messages
 *
 * The next input of the call.
 *
 * Returns: FALSE on error: `InvalidArgument`
 */
gboolean smd_inputs_take (SmdInputs *self, int handle, gsize limit, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_inputs_take_password (SmdInputs *self, int handle, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was not taken is closed. */
void smd_inputs_close_rest (SmdInputs *self);

/* See smd_fd_in_charge(); passwords are free */
void smd_inputs_charge (SmdInputs *self, SmdShare *payer, gsize most);

/* Puts those that #SmdIntake is to read into @streams. Returns: how many */
guint smd_inputs_list_streams (SmdInputs *self, SmdFdIn *streams[SMD_INPUTS_MOST]);

/* In a worker, after the streams were read: everything is read. See smd_fd_in_finish() */
gboolean smd_inputs_finish (SmdInputs *self, SmdProgress *progress, GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none): after smd_inputs_finish(): in the order in which they were taken */
SmdBlob *smd_inputs_get_blob (SmdInputs *self, guint index);
/* Returns: (transfer none) (nullable): likewise */
SmdSecret *smd_inputs_get_password (SmdInputs *self);

G_END_DECLS
