/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/* Opens the file at @path (NULL or "-": standard input). Files and pipes are handed to the service as they are; what it could not wait
 * for (a terminal) is read here, to its end. Returns: a descriptor to be closed, -1 on error */
int smimectl_input_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, and adds it to @fds. Returns: its index, -1 on error */
int smimectl_input_add (GUnixFDList *fds, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  SMIMECTL_INPUT_PKCS12,
  SMIMECTL_INPUT_CERTIFICATES,
  SMIMECTL_INPUT_MESSAGE,
} SmimectlInputKind;

/* What stands in *@fd, by its first bytes. A pipe is read into memory, which then stands in *@fd. FALSE on error */
gboolean smimectl_input_guess (int *fd, SmimectlInputKind *kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
