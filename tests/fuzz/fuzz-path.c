/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/x509v3.h>

#include "fuzz-crypto.h"
#include "smd-openssl.h"
#include "smd-path-check.h"

/* A file of certificates, as it comes with a message or from the address of an issuer (RFC 5280 section 4.2.2.1): the first is in question,
 * the others are issuers, the last is trusted. Signatures that are wrong are noted like other defects, so that all else is reached. */

#define AT G_GINT64_CONSTANT (1790000000)
#define MOST 16

static void
check (SmdPath *path, const SmdPathQuery *query)
{
  g_assert_cmpuint (path->chain->len, >, 0);
  g_assert_true (path->chain->pdata[0] == query->leaf);
  g_assert_true (path->anchored || path->problems->len > 0);
  for (guint i = 0; i < path->problems->len; i++)
    g_assert_true (g_utf8_validate (((const SmdProblem *) path->problems->pdata[i])->detail, -1, NULL));
}

static void
validate (GPtrArray *certificates, guint flags)
{
  static const char *const policies[] = { "2.16.840.1.101.3.2.1.48.1", NULL };
  g_autoptr (GPtrArray) anchors = smd_certificates_new ();
  g_autoptr (GPtrArray) crls = smd_crls_new ();
  const SmdPathQuery query = {
    .leaf = certificates->pdata[0],
    .candidates = certificates,
    .anchors = anchors,
    .crls = (flags & 1) != 0 ? crls : NULL,
    .at = AT,
    .policies = (flags & 2) != 0 ? policies : NULL,
    .require_explicit_policy = (flags & 4) != 0,
    .inhibit_policy_mapping = (flags & 8) != 0,
    .inhibit_any_policy = (flags & 16) != 0,
  };
  g_autoptr (SmdPath) path = NULL;

  smd_certificates_add (anchors, certificates->pdata[certificates->len - 1]);
  path = smd_path_check (crypto (), &query, NULL);
  if (path != NULL)
    check (path, &query);
}

/* OpenSSL 3.0 loses the policyConstraints of a certificate without certificatePolicies, which would be told as a leak. The unit tests have
 * such ones, and a suppression that needs the stack of each allocation. */
static gboolean
makes_leak (GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      X509 *x509 = smd_certificate_get_x509 (certificates->pdata[i]);

      if (X509_get_ext_by_NID (x509, NID_policy_constraints, -1) >= 0 && X509_get_ext_by_NID (x509, NID_certificate_policies, -1) < 0)
        return TRUE;
    }
  return FALSE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) certificates = smd_certificates_read_file (crypto (), smd_span (data, size), NULL, NULL);

  if (certificates == NULL || certificates->len > MOST || makes_leak (certificates))
    return 0;

  /* The question hangs on the input alone, so that a finding is found again. */
  validate (certificates, data[size - 1]);
  validate (certificates, 0);
  return 0;
}
