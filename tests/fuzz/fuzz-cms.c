/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-crypto.h"
#include "smd-cms.h"

#define LIMIT ((gsize) 1024 * 1024)

static void
check_signers (GPtrArray *signers)
{
  for (guint i = 0; signers != NULL && i < signers->len; i++)
    {
      const SmdSigner *signer = signers->pdata[i];

      g_assert_true (signer->state != SMD_SIGNATURE_GOOD || (signer->certificate != NULL && signer->problems->len == 0));
      g_assert_true (signer->state == SMD_SIGNATURE_GOOD || signer->problems->len > 0);
    }
}

static void
check_signed (SmdCms *cms)
{
  SmdSpan detached = smd_span_string ("A message\nof two lines\r\n");
  g_autoptr (GPtrArray) inside = smd_cms_signed_verify (cms, SMD_SPAN_EMPTY, SMD_LINES_AS_IS, NULL, NULL, NULL);
  g_autoptr (GPtrArray) beside = smd_cms_signed_verify (cms, detached, SMD_LINES_CRLF, NULL, NULL, NULL);
  g_autoptr (SmdBlob) content = smd_cms_signed_dup_content (cms, LIMIT, NULL);

  g_assert_true (content == NULL || smd_cms_signed_has_content (cms));
  check_signers (inside);
  check_signers (beside);
  for (guint i = 0; i < smd_cms_signed_get_n_signers (cms); i++)
    g_assert_nonnull (smd_cms_signed_get_signer_id (cms, i));
  g_assert_nonnull (smd_cms_signed_get_certificates (cms));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span (data, size));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdCms) cms = smd_cms_parse (crypto (), blob, &error);
  g_autoptr (SmdBlob) expanded = NULL;

  g_assert_true ((cms == NULL) == (error != NULL));
  if (cms == NULL)
    return 0;

  switch (smd_cms_get_type (cms))
    {
    case SMD_CMS_SIGNED:
      check_signed (cms);
      break;
    case SMD_CMS_ENVELOPED:
    case SMD_CMS_AUTH_ENVELOPED:
      g_assert_nonnull (smd_cms_enveloped_get_recipients (cms));
      smd_cipher_to_word (smd_cms_enveloped_get_cipher (cms));
      break;
    case SMD_CMS_COMPRESSED:
      expanded = smd_cms_compressed_expand (cms, LIMIT, NULL, NULL);
      break;
    case SMD_CMS_DATA:
    case SMD_CMS_OTHER:
    default:
      break;
    }
  return 0;
}
