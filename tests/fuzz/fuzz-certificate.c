/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-crypto.h"
#include "smd-certificate.h"
#include "smd-problem.h"

static void
check (SmdCertificate *certificate)
{
  g_assert_true (g_utf8_validate (smd_certificate_get_subject (certificate), -1, NULL));
  g_assert_true (g_utf8_validate (smd_certificate_get_issuer (certificate), -1, NULL));
  for (const char *const *address = smd_certificate_get_addresses (certificate); *address != NULL; address++)
    g_assert_true (g_utf8_validate (*address, -1, NULL));
  smd_certificate_permits (certificate, SMD_USAGE_ANY);
  g_assert_cmpuint (smd_certificate_get_subject_der (certificate).size, >, 0);
  g_assert_cmpuint (smd_certificate_get_serial (certificate).size, >, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SmdCertificate) certificate = smd_certificate_new (crypto (), smd_span (data, size), NULL);
  g_autoptr (GPtrArray) refused = smd_problems_new ();
  g_autoptr (GPtrArray) file = smd_certificates_read_file (crypto (), smd_span (data, size), refused, NULL);

  if (certificate != NULL)
    check (certificate);
  for (guint i = 0; file != NULL && i < file->len; i++)
    check (file->pdata[i]);
  return 0;
}
