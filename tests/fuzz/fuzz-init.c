/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <stdlib.h>

int LLVMFuzzerInitialize (int *argc, char ***argv);

/* What GLib complains of is a bug of ours. libFuzzer keeps the input of an abort, but not of the trap that G_DEBUG would make of it. */
static void
abort_on_complaint (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  g_log_default_handler (domain, level, message, data);
  if ((level & G_LOG_LEVEL_CRITICAL) != 0)
    abort ();
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_log_set_default_handler (abort_on_complaint, NULL);
  return 0;
}
