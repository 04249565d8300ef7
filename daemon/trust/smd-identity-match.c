/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-identity-match.h"

#include "smd-address.h"

gboolean
smd_identity_match (SmdCertificate *certificate, const char *address)
{
  const char *const *addresses = smd_certificate_get_addresses (certificate);

  for (guint i = 0; addresses[i] != NULL; i++)
    if (smd_address_equal (addresses[i], address))
      return TRUE;

  return FALSE;
}
