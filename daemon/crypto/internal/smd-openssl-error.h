/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "smimed-error.h"

G_BEGIN_DECLS

/**
 * smd_openssl_fail:
 * @code: what it means to the caller
 * @format: what was being done and what to do about it
 *
 * Sets @error from @format with OpenSSL's innermost reason behind it, and empties this thread's OpenSSL error queue.
 *
 * Returns: FALSE, to be returned
 */
gboolean smd_openssl_fail (GError **error, SmimedError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Empties this thread's OpenSSL error queue without a word (a failure that is expected or must not be told). */
void smd_openssl_forget (void);

G_END_DECLS
