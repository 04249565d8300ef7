/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-daemon.h"

int
main (int argc, char **argv)
{
  return smd_daemon_run (argc, argv);
}
