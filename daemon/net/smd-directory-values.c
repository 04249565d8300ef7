/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory-values.h"

#include "smd-cms.h"
#include "smd-limits.h"

#define MOST_SIGNERS 16 /* in one answer */

static void
take (SmdDirectoryAnswer *answer, SmdCertificate *certificate)
{
  gsize size = smd_certificate_get_der (certificate).size;
  GPtrArray *list = smd_certificate_is_ca (certificate) ? answer->issuers : answer->certificates;
  guint most = list == answer->issuers ? SMD_LIMIT_CERTIFICATES : SMD_DIRECTORY_MOST_CERTIFICATES;

  if (list->len < most && answer->bytes + size <= SMD_DIRECTORY_MOST_BYTES && smd_certificates_add (list, certificate))
    answer->bytes += size;
}

static void
take_all (SmdDirectoryAnswer *answer, GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    take (answer, certificates->pdata[i]);
}

void
smd_directory_take_certificate (SmdDirectoryAnswer *answer, SmdCrypto *crypto, SmdSpan value)
{
  g_autoptr (SmdCertificate) certificate = NULL;

  /* Reading costs more than all else here. */
  if (answer->certificates->len >= SMD_DIRECTORY_MOST_CERTIFICATES || value.size == 0 || value.size > SMD_LIMIT_CERTIFICATE)
    return;
  certificate = smd_certificate_new (crypto, value, NULL);
  if (certificate != NULL)
    take (answer, certificate);
}

static void
take_signers (SmdDirectoryAnswer *answer, SmdCms *cms)
{
  SmdSpan nothing = smd_span ("", 0);
  SmdSpan content = smd_cms_signed_has_content (cms) ? SMD_SPAN_EMPTY : nothing;
  g_autoptr (GPtrArray) signers = smd_cms_signed_verify (cms, content, SMD_LINES_AS_IS, NULL, NULL, NULL);

  while (signers != NULL && signers->len > 0)
    {
      g_autoptr (SmdSigner) signer = g_ptr_array_steal_index (signers, 0);

      if (signer->state == SMD_SIGNATURE_GOOD && signer->has_capabilities && answer->signers->len < MOST_SIGNERS)
        g_ptr_array_add (answer->signers, g_steal_pointer (&signer));
    }
}

/* Some programs publish a bare certificate there. */
static void
take_file (SmdDirectoryAnswer *answer, SmdCrypto *crypto, SmdSpan value)
{
  g_autoptr (GPtrArray) certificates = smd_certificates_read_file (crypto, value, NULL, NULL);

  if (certificates != NULL)
    take_all (answer, certificates);
}

void
smd_directory_take_profile (SmdDirectoryAnswer *answer, SmdCrypto *crypto, SmdSpan value)
{
  g_autoptr (SmdBlob) blob = NULL;
  g_autoptr (SmdCms) cms = NULL;

  if (answer->certificates->len >= SMD_DIRECTORY_MOST_CERTIFICATES || value.size == 0)
    return;
  blob = smd_blob_new_copy (value);
  cms = smd_cms_parse (crypto, blob, NULL);
  if (cms == NULL || smd_cms_get_type (cms) != SMD_CMS_SIGNED)
    {
      take_file (answer, crypto, value);
      return;
    }
  take_all (answer, smd_cms_signed_get_certificates (cms));
  take_signers (answer, cms);
}
