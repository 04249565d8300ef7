/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMIMED_TYPE_INPUT (smimed_input_get_type ())
G_DECLARE_FINAL_TYPE (SmimedInput, smimed_input, SMIMED, INPUT, GObject)

/**
 * SmimedInput:
 *
 * Bytes for the service: a message, a certificate, a file. They never go over the bus; the service gets a file descriptor and reads it
 * once.
 */

/**
 * smimed_input_new_for_bytes:
 * @bytes: (transfer none): the bytes
 *
 * Takes what is in memory; it can be used for several calls.
 *
 * Returns: (transfer full): an input
 */
SmimedInput *smimed_input_new_for_bytes (GBytes *bytes);

/**
 * smimed_input_new_for_stream:
 * @stream: (transfer none): the stream; it is not closed
 *
 * Takes a stream, from where it is to its end, once. It is read in pieces while the call is prepared, without blocking, and the call
 * is made only when its end has been reached: a stream that fails never becomes half a message.
 *
 * Returns: (transfer full): an input for one call
 */
SmimedInput *smimed_input_new_for_stream (GInputStream *stream);

/**
 * smimed_input_new_for_fd:
 * @fd: a file, a pipe, a socket or a memfd; the caller keeps it, and may close it at once
 * @error: return location for an error
 *
 * Takes a file descriptor, from its current offset to its end, once. The service itself reads it.
 *
 * Returns: (transfer full): an input for one call; on error one of Gio's domains
 */
SmimedInput *smimed_input_new_for_fd (int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_input_new_for_path:
 * @path: (type filename): a file
 * @error: return location for an error
 *
 * Opens a file. The service itself reads it.
 *
 * Returns: (transfer full): an input for one call; on error one of Gio's domains
 */
SmimedInput *smimed_input_new_for_path (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
