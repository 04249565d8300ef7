/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz-crypto.h"
#include "smd-crl.h"

/* The file that stands for a CRL, damaged. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static int file = -1;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdCrl) crl = NULL;
  g_autofree char *scope = NULL;

  if (file < 0)
    file = memfd_create ("index", MFD_CLOEXEC);
  if (ftruncate (file, 0) != 0 || pwrite (file, data, size, 0) != (gssize) size)
    g_assert_not_reached ();
  path = g_strdup_printf ("/proc/self/fd/%d", file);
  crl = smd_crl_open (crypto (), path, &error);
  g_assert_true ((crl == NULL) == (error != NULL));
  if (crl == NULL)
    return 0;

  scope = smd_crl_make_scope (crl);
  g_assert_nonnull (smd_crl_get_issuer (crl));
  g_assert_nonnull (smd_crl_get_number (crl));
  g_assert_cmpuint (smd_crl_get_n_entries (crl), <=, size);
  return 0;
}
