/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-path-profile.h"

#include "smd-openssl.h"
#include "smd-path-keys.h"
#include "smd-path-names.h"
#include "smd-path-problem.h"

static gboolean
has (const X509 *x509, int extension)
{
  return X509_get_ext_by_NID (x509, extension, -1) >= 0;
}

/* What only an authority may have, on somebody's certificate (RFC 5280 sections 4.2.1.3 and 4.2.1.10) */
static void
check_leaf (SmdPath *path)
{
  SmdCertificate *leaf = path->chain->pdata[0];
  X509 *x509 = smd_path_get_x509 (path, 0);

  if (smd_certificate_is_ca (leaf))
    return;

  if (has (x509, NID_name_constraints))
    smd_path_add_problem (path, 0, SMIMED_PROBLEM_MALFORMED, "Name constraints on a certificate that is no authority's");
  if (smd_certificate_has_key_usage (leaf) && (X509_get_key_usage (x509) & KU_KEY_CERT_SIGN) != 0)
    smd_path_add_problem (path, 0, SMIMED_PROBLEM_KEY_USAGE, "keyCertSign on a certificate that is no authority's");
}

static void
check_purposes (SmdPath *path, guint depth)
{
  X509 *x509 = smd_path_get_x509 (path, depth);

  if (has (x509, NID_ext_key_usage) && smd_certificate_get_extended_key_usage (path->chain->pdata[depth])[0] == NULL)
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_MALFORMED, "An extended key usage without any purpose");
}

/* RFC 5280 section 4.1.2.6; of the anchor too, as a name is half of what it is */
static void
check_names_of_authorities (SmdPath *path)
{
  for (guint i = 1; i < path->chain->len; i++)
    if (X509_NAME_entry_count (X509_get_subject_name (smd_path_get_x509 (path, i))) == 0)
      smd_path_add_problem (path, i, SMIMED_PROBLEM_MALFORMED, "An authority without a name");
}

/* Self-issued certificates don't count (RFC 5280 section 4.2.1.9). */
static void
check_length (SmdPath *path, int most)
{
  guint below_anchor = path->anchored ? path->chain->len - 1 : path->chain->len;
  int count = 0;

  for (guint i = 1; i < below_anchor; i++)
    count += X509_NAME_cmp (X509_get_subject_name (smd_path_get_x509 (path, i)), X509_get_issuer_name (smd_path_get_x509 (path, i))) != 0;
  if (most != 0 && count > MAX (most, 0))
    smd_path_add_problem (path, below_anchor - 1, SMIMED_PROBLEM_PATH_LENGTH, "More intermediate authorities than were asked for");
}

/* A version 1 certificate is an anchor because somebody said so; one that has extensions must say that it is an authority's. */
static void
check_anchor (SmdPath *path)
{
  guint depth = path->chain->len - 1;
  X509 *x509 = smd_path_get_x509 (path, depth);

  if (depth > 0 && X509_get_version (x509) == X509_VERSION_3 && !has (x509, NID_basic_constraints))
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_NOT_A_CA, "The anchor's extensions don't say that it is an authority's");
}

/* RFC 5280 sections 4.2.1.1 and 4.2.1.2 demand key identifiers of every authority. Small ones have none at all, which is let pass; but one
 * by whose identifier the certificate below knows it, or that has its own and its issuer's, has to have the rest. An anchor is a name and
 * a key. */
static void
check_key_ids (SmdPath *path, guint depth)
{
  gboolean is_known_by_it = X509_get0_authority_key_id (smd_path_get_x509 (path, depth - 1)) != NULL;
  gboolean has_it = X509_get0_subject_key_id (smd_path_get_x509 (path, depth)) != NULL;
  gboolean issuer_has_it = X509_get0_subject_key_id (smd_path_get_x509 (path, depth + 1)) != NULL;
  gboolean names_issuers = has (smd_path_get_x509 (path, depth), NID_authority_key_identifier);

  if (is_known_by_it && !has_it)
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_MALFORMED, "The authority has no key identifier, although certificates that it issued name one");
  else if (is_known_by_it && issuer_has_it && !names_issuers)
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_MALFORMED, "The authority doesn't name its issuer's key identifier, although there is one");
}

/* OpenSSL passes over an issuer whose key it can't read, as if it weren't there. */
static void
check_issuer_keys (SmdPath *path, GPtrArray *candidates)
{
  SmdCertificate *last = path->chain->pdata[path->chain->len - 1];

  for (guint i = 0; i < candidates->len; i++)
    {
      SmdCertificate *issuer = candidates->pdata[i];

      if (issuer == last || !smd_certificate_is_issuer_name_of (issuer, last) || smd_certificate_get_public_key (issuer) != NULL)
        continue;
      g_ptr_array_add (path->problems, smd_problem_new_for (SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM, smd_certificate_get_fingerprint (issuer),
                                                            (int) path->chain->len, SMD_PATH_UNREAD_KEY));
      return;
    }
}

void
smd_path_check_profile (SmdPath *path, const SmdPathQuery *query, SmdCrypto *crypto)
{
  guint below_anchor = path->anchored ? path->chain->len - 1 : path->chain->len;

  if (below_anchor > 0)
    check_leaf (path);
  smd_path_check_keys (path, crypto);
  for (guint i = 0; i < below_anchor; i++)
    check_purposes (path, i);
  for (guint i = 1; i < below_anchor && path->anchored; i++)
    check_key_ids (path, i);
  if (path->anchored)
    check_anchor (path);
  else
    check_issuer_keys (path, query->candidates);
  check_names_of_authorities (path);
  check_length (path, query->most_intermediates);
  smd_path_check_names (path);
}
