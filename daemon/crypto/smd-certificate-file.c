/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/asn1t.h>
#include <openssl/pem.h>

#include "smd-certificate.h"
#include "smd-limits.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"
#include "smd-pfx.h"
#include "smd-problem.h"
#include "smd-sst.h"

/* Just enough of SignedData (RFC 5652 section 5.1) to take the certificates out one by one: OpenSSL's own type refuses
 * the whole file for one bad certificate. */
typedef struct
{
  ASN1_INTEGER *version;                 /* (owned) */
  STACK_OF (ASN1_TYPE) * digests;        /* (owned) */
  ASN1_TYPE *content;                    /* (owned) */
  STACK_OF (ASN1_TYPE) * certificates;   /* (owned) */
  STACK_OF (ASN1_TYPE) * crls;           /* (owned) */
  STACK_OF (ASN1_TYPE) * signers;        /* (owned) */
} SmdCertificateBag;

typedef struct
{
  ASN1_OBJECT *type;  /* (owned) */
  ASN1_TYPE *content; /* (owned) */
} SmdBagInfo;

ASN1_SEQUENCE (SmdCertificateBag) = {
  ASN1_SIMPLE (SmdCertificateBag, version, ASN1_INTEGER),
  ASN1_SET_OF (SmdCertificateBag, digests, ASN1_ANY),
  ASN1_SIMPLE (SmdCertificateBag, content, ASN1_ANY),
  ASN1_IMP_SET_OF_OPT (SmdCertificateBag, certificates, ASN1_ANY, 0),
  ASN1_IMP_SET_OF_OPT (SmdCertificateBag, crls, ASN1_ANY, 1),
  ASN1_SET_OF (SmdCertificateBag, signers, ASN1_ANY),
} static_ASN1_SEQUENCE_END (SmdCertificateBag)

ASN1_SEQUENCE (SmdBagInfo) = {
  ASN1_SIMPLE (SmdBagInfo, type, ASN1_OBJECT),
  ASN1_EXP (SmdBagInfo, content, ASN1_ANY, 0),
} static_ASN1_SEQUENCE_END (SmdBagInfo)

/* What one file gives. */
typedef struct
{
  SmdCrypto *crypto;       /* (unowned) */
  GPtrArray *certificates; /* (unowned) */
  GPtrArray *refused;      /* (unowned) (nullable) */
} Reading;

static void
refuse (Reading *reading, const char *detail)
{
  if (reading->refused != NULL)
    smd_problems_add (reading->refused, SMIMED_PROBLEM_MALFORMED, detail);
}

static void
take_certificate (Reading *reading, SmdSpan der)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdCertificate) certificate = smd_certificate_new (reading->crypto, der, &error);

  if (certificate == NULL)
    refuse (reading, error->message);
  else
    smd_certificates_add (reading->certificates, certificate);
}

static void
take_bag (Reading *reading, const SmdCertificateBag *bag)
{
  for (int i = 0; bag->certificates != NULL && i < sk_ASN1_TYPE_num (bag->certificates); i++)
    {
      const ASN1_TYPE *each = sk_ASN1_TYPE_value (bag->certificates, i);

      /* The other choices (attribute certificates and the like) are no public key certificates. */
      if (each->type == V_ASN1_SEQUENCE)
        take_certificate (reading, smd_span (each->value.sequence->data, (gsize) each->value.sequence->length));
    }
}

/* Returns: FALSE if @der isn't a SignedData */
static gboolean
take_pkcs7 (Reading *reading, SmdSpan der)
{
  const guint8 *at = der.data;
  SmdBagInfo *info = (SmdBagInfo *) ASN1_item_d2i (NULL, &at, (long) der.size, ASN1_ITEM_rptr (SmdBagInfo));
  SmdCertificateBag *bag = NULL;

  if (info != NULL && OBJ_obj2nid (info->type) == NID_pkcs7_signed && info->content->type == V_ASN1_SEQUENCE)
    bag = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (SmdCertificateBag), info->content);
  if (bag != NULL)
    take_bag (reading, bag);
  ASN1_item_free ((ASN1_VALUE *) bag, ASN1_ITEM_rptr (SmdCertificateBag));
  ASN1_item_free ((ASN1_VALUE *) info, ASN1_ITEM_rptr (SmdBagInfo));
  smd_openssl_forget ();
  return bag != NULL;
}

static void
take_pem_object (Reading *reading, const char *name, SmdSpan der)
{
  if (g_str_equal (name, PEM_STRING_X509) || g_str_equal (name, PEM_STRING_X509_OLD))
    take_certificate (reading, der);
  else if ((g_str_equal (name, PEM_STRING_PKCS7) || g_str_equal (name, PEM_STRING_CMS)
            || g_str_equal (name, PEM_STRING_PKCS7_SIGNED))
           && !take_pkcs7 (reading, der))
    refuse (reading, "The PKCS#7 object can't be read");
}

static void
take_sst (Reading *reading, SmdSpan file)
{
  SmdSpan rest = smd_sst_skip_header (file);
  SmdSpan der;

  while (reading->certificates->len <= SMD_LIMIT_FILE_CERTIFICATES && smd_sst_next (&rest, &der))
    take_certificate (reading, der);
  if (rest.size > 0 && reading->certificates->len <= SMD_LIMIT_FILE_CERTIFICATES)
    refuse (reading, "The certificate store is cut off or damaged");
}

static gboolean
has_pem (SmdSpan file)
{
  return memmem (file.data, file.size, "-----BEGIN ", strlen ("-----BEGIN ")) != NULL;
}

static void
take_pem (Reading *reading, SmdSpan file)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (file.data, (int) file.size);
  gsize left = file.size;

  while (bio != NULL && left > 0 && reading->certificates->len <= SMD_LIMIT_FILE_CERTIFICATES)
    {
      gboolean more = has_pem (smd_span (file.data + file.size - left, left));
      char *name = NULL, *header = NULL;
      unsigned char *data = NULL;
      long size = 0;

      if (PEM_read_bio (bio, &name, &header, &data, &size))
        take_pem_object (reading, name, smd_span (data, (gsize) size));
      else if (more)
        refuse (reading, "A PEM object is damaged");
      OPENSSL_free (name);
      OPENSSL_free (header);
      OPENSSL_clear_free (data, (gsize) size); /* it may be a private key that lies beside its certificate */
      left = BIO_ctrl_pending (bio);
    }
  smd_openssl_forget ();
}

static gboolean
is_pkcs12 (SmdSpan file)
{
  g_autoptr (GError) ignored = NULL;
  g_autoptr (SmdPfx) pfx = file.size > 0 ? smd_pfx_new (file, &ignored) : NULL;

  return pfx != NULL;
}

static gboolean
check_result (Reading *reading, SmdSpan file, GError **error)
{
  if (reading->certificates->len > SMD_LIMIT_FILE_CERTIFICATES)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                 "The file holds more than %d certificates: import it in several parts", SMD_LIMIT_FILE_CERTIFICATES);
  else if (reading->certificates->len == 0 && is_pkcs12 (file))
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                         "This is a PKCS#12 file, as keys come in: import it with its password (Certificates.ImportPkcs12)");
  else if (reading->certificates->len == 0)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                         "The file holds no certificate that can be read: pass certificates as PEM, DER, PKCS#7 or a serialized store (SST)");
  else
    return TRUE;
  return FALSE;
}

GPtrArray *
smd_certificates_read_file (SmdCrypto *crypto, SmdSpan file, GPtrArray *refused, GError **error)
{
  g_autoptr (GPtrArray) certificates = smd_certificates_new ();
  Reading reading = { crypto, certificates, refused };

  if (file.size > SMD_LIMIT_CERTIFICATE_FILE)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE,
                   "The file is larger than %d MB: import it in several parts",
                   SMD_LIMIT_CERTIFICATE_FILE / 1024 / 1024);
      return NULL;
    }
  if (smd_sst_begins (file))
    take_sst (&reading, file);
  else if (has_pem (file))
    take_pem (&reading, file);
  else if (file.size > 0 && !take_pkcs7 (&reading, file))
    take_certificate (&reading, file);
  return check_result (&reading, file, error) ? g_steal_pointer (&certificates) : NULL;
}
