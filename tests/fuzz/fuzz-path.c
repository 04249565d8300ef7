/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/x509v3.h>

#include "fuzz-crypto.h"
#include "smd-openssl.h"
#include "smd-path-check.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define HAVE_LSAN
#endif
#endif

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

static gboolean
has_policy_constraints (GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    if (X509_get_ext_by_NID (smd_certificate_get_x509 (certificates->pdata[i]), NID_policy_constraints, -1) >= 0)
      return TRUE;
  return FALSE;
}

/* OpenSSL 3.0 loses a certificate's policyConstraints if its certificatePolicies are missing, or name none, or one twice: a leak that isn't
 * ours. The suppression that `./dev asan` has needs the stack of each allocation, which is too slow here. */
static void
validate_unwatched (GPtrArray *certificates, guint flags)
{
#ifdef HAVE_LSAN
  __lsan_disable ();
#endif
  validate (certificates, flags);
#ifdef HAVE_LSAN
  __lsan_enable ();
#endif
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) certificates = smd_certificates_read_file (crypto (), smd_span (data, size), NULL, NULL);
  void (*check_all) (GPtrArray *, guint);

  if (certificates == NULL || certificates->len > MOST)
    return 0;

  /* The question hangs on the input alone, so that a finding is found again. */
  check_all = has_policy_constraints (certificates) ? validate_unwatched : validate;
  check_all (certificates, data[size - 1]);
  check_all (certificates, 0);
  return 0;
}
