/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-crypto.h"
#include "fuzz-ocsp-issuer.h"
#include "smd-ocsp-response.h"

/* The signature doesn't count in a fuzzing build, so that what lies behind it is reached. */

#define AT G_GINT64_CONSTANT (1790000000)

static SmdCertificate *
issuer (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      gsize size;
      g_autofree guint8 *der = g_base64_decode (fuzz_ocsp_issuer, &size);

      g_once_init_leave (&once, (gsize) smd_certificate_new (crypto (), smd_span (der, size), NULL));
    }
  return (SmdCertificate *) once;
}

static void
check (SmdSpan response, const SmdOcspQuestion *question)
{
  SmdOcspAnswer answer = { 0 };
  g_autoptr (SmdCertificate) delegate = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good = smd_ocsp_response_answer (crypto (), response, question, &answer, &delegate, &error);

  g_assert_true (good == (error == NULL));
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  if (!good)
    return;

  g_assert_cmpint (answer.this_update, <=, AT + 300);
  g_assert_true (answer.status == SMD_OCSP_REVOKED || (answer.revoked_at == 0 && answer.reason == -1));
  g_assert_true (delegate != issuer ());
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (ASN1_INTEGER) serial = ASN1_INTEGER_new ();
  SmdOcspQuestion question = { .issuer = issuer (), .at = AT };

  check (smd_span (data, size), &question);

  ASN1_INTEGER_set (serial, 2);
  question.serial = serial;
  question.nonce = smd_span_string ("0123456789abcdef");
  check (smd_span (data, size), &question);
  return 0;
}
