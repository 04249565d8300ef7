/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMIMED_TYPE_OUTPUT (smimed_output_get_type ())
G_DECLARE_FINAL_TYPE (SmimedOutput, smimed_output, SMIMED, OUTPUT, GObject)

/**
 * SmimedOutput:
 *
 * Bytes that the service gave out: complete, checked, and sealed, so that nobody can change them any more. Read them as a stream, as one
 * block of memory (nothing is copied), or from a file descriptor.
 */

/**
 * smimed_output_get_addresses:
 *
 * The addresses that the bytes may be sent to, for an output of an encryption.
 *
 * Returns: (transfer none) (array zero-terminated=1): addresses; empty for all else
 */
const char *const *smimed_output_get_addresses (SmimedOutput *self);

/**
 * smimed_output_get_size:
 *
 * How much it is.
 *
 * Returns: bytes
 */
guint64 smimed_output_get_size (SmimedOutput *self);

/**
 * smimed_output_get_bytes:
 *
 * All of it, mapped into memory.
 *
 * Returns: (transfer full): the bytes; they outlive the output
 */
GBytes *smimed_output_get_bytes (SmimedOutput *self);

/**
 * smimed_output_read:
 *
 * A stream at the beginning of the bytes, which can be sought in; each call gives another one.
 *
 * Returns: (transfer full): a stream that never blocks
 */
GInputStream *smimed_output_read (SmimedOutput *self);

/**
 * smimed_output_dup_fd:
 * @error: return location for an error
 *
 * A file descriptor of a sealed memfd, with an offset of its own, at the beginning.
 *
 * Returns: a descriptor that the caller closes; -1 on error, of Gio's domains
 */
int smimed_output_dup_fd (SmimedOutput *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
