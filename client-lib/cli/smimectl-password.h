/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/* Adds to @options and @fds the password for the service: --password-fd, or what is typed on the terminal, without echo, after @prompt (@confirm: twice).
 * Without a terminal, or with --prompter, the service asks through the desktop. FALSE on error */
gboolean smimectl_password_add (const SmimectlContext *context, GVariantDict *options, GUnixFDList *fds, const char *prompt, gboolean confirm,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
