/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Prints the completion script for @shell (bash, zsh or fish), made from the table of commands. Returns: FALSE if there is no such shell */
gboolean smimectl_completion_print (const char *shell);
