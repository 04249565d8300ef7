/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/**
 * SmimectlOutput:
 *
 * Files that a command makes: each is complete, or isn't there. They are written beside their places first, and moved there together
 * at the end; a signal in between, an error or a full disk leaves what was there before. Without --output the bytes go to standard output.
 */
typedef struct _SmimectlOutput SmimectlOutput;

SmimectlOutput *smimectl_output_new (const SmimectlContext *context);

/* Takes back what was not committed. */
void smimectl_output_free (SmimectlOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmimectlOutput, smimectl_output_free)

/* Writes the descriptor at @index of @fds; @suffix (nullable) is added to the name that --output gives. */
gboolean smimectl_output_add (SmimectlOutput *self, GUnixFDList *fds, int index, const char *suffix, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Moves all files to their places. */
gboolean smimectl_output_commit (SmimectlOutput *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One output alone */
gboolean smimectl_output_write (const SmimectlContext *context, GUnixFDList *fds, int index, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE with @error: --json would have to share standard output with the command's bytes */
gboolean smimectl_output_check (const SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
