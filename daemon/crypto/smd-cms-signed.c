/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-attributes.h"
#include "smd-cms-digest.h"
#include "smd-cms-object.h"
#include "smd-cms-signature.h"
#include "smimed-error.h"

/* Certificates that one SignerInfo may name: they are tried one after the other. */
#define MOST_CANDIDATES 8
#define FEWEST_RSA_BITS 1024

/* What the signers of one message have in common. */
typedef struct
{
  SmdCms *cms;              /* (unowned) */
  SmdCmsDigests *digests;   /* (unowned) */
  GPtrArray *more;          /* (unowned) (nullable) */
  gboolean content_is_attributes;
  gboolean content_is_double; /* inside the signature and beside it: which was meant can't be told */
} Verification;

void
smd_signer_free (SmdSigner *self)
{
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_clear_pointer (&self->certificate, smd_certificate_unref);
  g_clear_pointer (&self->encryption_certificate, smd_certificate_unref);
  g_free (self->digest);
  g_free (self->identity);
  g_free (self->algorithm);
  g_free (self);
}

/* Returns: (transfer none) (nullable): the @index-th certificate that @id names, in the message or beside it */
static SmdCertificate *
get_candidate (const Verification *run, const SmdSignerId *id, guint index)
{
  GPtrArray *lists[] = { run->cms->signed_data->certificates, run->more };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      guint position = 0;
      SmdCertificate *certificate;

      while ((certificate = smd_signer_id_find (id, lists[i], &position)) != NULL)
        if (index-- == 0)
          return certificate;
    }

  return NULL;
}

static SmdSpan
get_signature (const SmdSignerInfo *info, guint8 **joined)
{
  if (!info->signature.segmented)
    return info->signature.region;

  *joined = g_malloc (info->signature.size);
  smd_der_octets_copy (&info->signature, *joined);
  return smd_span (*joined, info->signature.size);
}

static char *
make_identity (SmdSpan value, SmdCertificate *certificate)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) smd_certificate_get_fingerprint (certificate), -1);
  g_checksum_update (checksum, value.data, (gssize) value.size);
  return g_strdup (g_checksum_get_string (checksum));
}

/* Several certificates may have the same key id: the one whose key made the signature is the signer's. */
static void
check_signature (SmdSigner *signer, const Verification *run, const SmdSignerInfo *info, const SmdCmsSignature *signature,
                 SmdSpan attributes)
{
  g_autofree guint8 *joined = NULL;
  SmdSpan value = get_signature (info, &joined);
  SmdCertificate *candidate;

  for (guint i = 0; i < MOST_CANDIDATES && (candidate = get_candidate (run, &info->id, i)) != NULL; i++)
    {
      if (!smd_cms_signature_verify (signature, run->cms->crypto, candidate, attributes, value))
        continue;

      smd_certificate_unref (signer->certificate);
      signer->certificate = smd_certificate_ref (candidate);
      signer->identity = make_identity (value, candidate);
      return;
    }

  smd_problems_add (signer->problems, SMIMED_PROBLEM_SIGNATURE_MISMATCH,
                    "The signature doesn't fit the attributes and the certificate");
}

static void
check_content (SmdSigner *signer, const Verification *run, const SmdCmsSignature *signature,
               const SmdCmsAttributes *attributes)
{
  SmdSpan computed = signature->digest != NULL ? smd_cms_digests_get (run->digests, signature->digest) : SMD_SPAN_EMPTY;

  if (!smd_span_equal (attributes->content_type, run->cms->signed_data->content_type))
    smd_problems_add (signer->problems, SMIMED_PROBLEM_MALFORMED, "The content-type attribute names another type");
  if (computed.size > 0 && !smd_span_equal (attributes->message_digest, computed))
    smd_problems_add (signer->problems, SMIMED_PROBLEM_SIGNATURE_MISMATCH, "The content isn't what was signed");
}

static void
check_certificate (SmdSigner *signer, const Verification *run, const SmdCmsAttributes *attributes)
{
  SmdKeyType type = smd_certificate_get_key_type (signer->certificate);
  gboolean known;

  if ((type == SMD_KEY_RSA || type == SMD_KEY_RSA_PSS)
      && smd_certificate_get_key_bits (signer->certificate) < FEWEST_RSA_BITS)
    smd_problems_add (signer->problems, SMIMED_PROBLEM_WEAK_ALGORITHM, "The signer's RSA key is too short");
  if (smd_cms_attributes_name_certificate (attributes, run->cms->crypto, signer->certificate, &known))
    return;

  smd_problems_add (signer->problems, known ? SMIMED_PROBLEM_MALFORMED : SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM,
                    "The signing-certificate attribute doesn't name the signer's certificate");
}

static void
take_attributes (SmdSigner *signer, const Verification *run, const SmdCmsAttributes *attributes)
{
  SmdCertificate *preferred = get_candidate (run, &attributes->preference, 0);

  signer->signing_time = attributes->signing_time;
  signer->has_capabilities = attributes->has_capabilities;
  signer->capabilities = attributes->capabilities;
  if (preferred != NULL)
    signer->encryption_certificate = smd_certificate_ref (preferred);
}

static void
check_attributes (SmdSigner *signer, const Verification *run, const SmdSignerInfo *info, const SmdCmsSignature *signature)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdCmsAttributes) attributes = smd_cms_attributes_read (info->signed_attributes, &error);

  if (attributes == NULL)
    {
      smd_problems_add (signer->problems, SMIMED_PROBLEM_MALFORMED, error->message);
      return;
    }

  take_attributes (signer, run, attributes);
  check_content (signer, run, signature, attributes);
  if (!smd_cms_attributes_protect_algorithms (attributes, &info->digest_algorithm, &info->signature_algorithm))
    smd_problems_add (signer->problems, SMIMED_PROBLEM_MALFORMED, "The algorithm-protection attribute names other algorithms");
  if (signer->certificate == NULL)
    return;

  if (smd_cms_signature_is_supported (signature))
    check_signature (signer, run, info, signature, smd_span (attributes->der->data, attributes->der->len));
  check_certificate (signer, run, attributes);
}

static void
check_unsigned_attributes (SmdSigner *signer, const SmdSignerInfo *info)
{
  g_autoptr (GError) error = NULL;

  if (info->unsigned_attributes.size > 0 && !smd_cms_attributes_check_unsigned (info->unsigned_attributes, &error))
    smd_problems_add (signer->problems, SMIMED_PROBLEM_MALFORMED, error->message);
}

/* Without certificate or mathematics nothing is known; else each problem but an unknown algorithm makes it bad. */
static SmdSignatureState
judge (const SmdSigner *signer)
{
  SmdSignatureState state = SMD_SIGNATURE_GOOD;

  if (signer->certificate == NULL)
    return SMD_SIGNATURE_UNSUPPORTED;

  for (guint i = 0; i < signer->problems->len; i++)
    {
      const SmdProblem *problem = signer->problems->pdata[i];

      if (problem->code != SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM)
        return SMD_SIGNATURE_BAD;
      state = SMD_SIGNATURE_UNSUPPORTED;
    }

  return state;
}

static SmdSigner *
verify_signer (const Verification *run, const SmdSignerInfo *info)
{
  SmdSigner *signer = g_new0 (SmdSigner, 1);
  SmdCertificate *candidate = get_candidate (run, &info->id, 0);
  SmdCmsSignature signature;

  signer->id = info->id;
  signer->problems = smd_problems_new ();
  signer->signing_time = G_MININT64;
  smd_cms_signature_init (&signature, &info->digest_algorithm, &info->signature_algorithm, signer->problems);
  signer->digest = g_strdup (signature.digest != NULL ? signature.digest->word : "unknown");
  signer->algorithm = g_strdup (smd_cms_signature_get_word (&signature));

  if (candidate != NULL)
    signer->certificate = smd_certificate_ref (candidate);
  else
    smd_problems_add (signer->problems, SMIMED_PROBLEM_NO_CERTIFICATE, "The signer's certificate isn't in the message");

  if (run->content_is_attributes)
    smd_problems_add (signer->problems, SMIMED_PROBLEM_MALFORMED, "The content has the form of signed attributes");
  if (run->content_is_double)
    smd_problems_add (signer->problems, SMIMED_PROBLEM_SIGNATURE_MISMATCH,
                      "There is signed content in the signature and beside it; which of them was meant can't be told");
  if (info->signed_attributes.size > 0)
    check_attributes (signer, run, info, &signature);
  else
    smd_problems_add (signer->problems, SMIMED_PROBLEM_MISSING_SIGNED_ATTRIBUTES,
                      "The signature is one over the bare content, which anybody can make from another signed message");

  check_unsigned_attributes (signer, info);
  signer->state = judge (signer);
  return signer;
}

static gboolean
choose_content (Verification *run, SmdSpan detached, SmdDerOctets *content, GError **error)
{
  const SmdSignedData *data = run->cms->signed_data;
  gboolean inside = data->has_content && (detached.data == NULL || data->content.size > 0);

  if (!inside && detached.data == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                           "The signature comes without the content that it covers; ask for the whole message");
      return FALSE;
    }

  run->content_is_double = inside && detached.data != NULL;
  *content = detached.data != NULL ? smd_der_octets (detached) : data->content;
  return TRUE;
}

static SmdCmsDigests *
compute_digests (SmdCms *self, const SmdDerOctets *content, SmdLines lines, SmdProgress *progress, GError **error)
{
  g_autoptr (SmdCmsDigests) digests = smd_cms_digests_new (self->crypto);

  for (guint i = 0; i < self->signed_data->signers->len; i++)
    {
      const SmdSignerInfo *info = &g_array_index (self->signed_data->signers, SmdSignerInfo, i);
      const SmdDigestAlgorithm *digest = smd_algorithm_find_digest (info->digest_algorithm.oid);

      if (digest != NULL && info->signed_attributes.size > 0)
        smd_cms_digests_want (digests, digest);
    }

  return smd_cms_digests_compute (digests, content, lines, progress, error) ? g_steal_pointer (&digests) : NULL;
}

GPtrArray *
smd_cms_signed_verify (SmdCms *self, SmdSpan content, SmdLines lines, GPtrArray *more, SmdProgress *progress,
                       GError **error)
{
  g_autoptr (GPtrArray) signers = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_signer_free);
  g_autoptr (SmdCmsDigests) digests = NULL;
  Verification run = { .cms = self, .more = more };
  SmdDerOctets octets;

  g_return_val_if_fail (self->signed_data != NULL, NULL);
  if (self->signed_data->signers->len == 0)
    return g_steal_pointer (&signers);
  if (!choose_content (&run, content, &octets, error))
    return NULL;

  digests = compute_digests (self, &octets, content.data != NULL ? lines : SMD_LINES_AS_IS, progress, error);
  if (digests == NULL)
    return NULL;

  run.digests = digests;
  run.content_is_attributes = smd_cms_attributes_are_content (&octets);
  for (guint i = 0; i < self->signed_data->signers->len; i++)
    g_ptr_array_add (signers, verify_signer (&run, &g_array_index (self->signed_data->signers, SmdSignerInfo, i)));
  return g_steal_pointer (&signers);
}
