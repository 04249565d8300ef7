/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-object.h"
#include "smd-crl-outline.h"

/* The contents octets, which OpenSSL keeps as magnitude and sign */
static SmdSpan
serial_contents (const ASN1_INTEGER *serial, guint8 **der)
{
  int size = i2d_ASN1_INTEGER (serial, der);
  const guint8 *at = *der;
  long content = 0;
  int tag, class;

  if (size <= 0 || (ASN1_get_object (&at, &content, &tag, &class, size) & 0x80) != 0)
    return SMD_SPAN_EMPTY;
  return smd_span (at, (gsize) content);
}

/* What OpenSSL does for itself, without entries by issuer: no CRL but ours comes here in this process. */
static int
look_up_foreign (X509_CRL *crl, X509_REVOKED **revoked, const ASN1_INTEGER *serial)
{
  STACK_OF (X509_REVOKED) *entries = X509_CRL_get_REVOKED (crl);

  for (int i = 0; i < sk_X509_REVOKED_num (entries); i++)
    if (ASN1_INTEGER_cmp (X509_REVOKED_get0_serialNumber (sk_X509_REVOKED_value (entries, i)), serial) == 0)
      {
        if (revoked != NULL)
          *revoked = sk_X509_REVOKED_value (entries, i);
        return 1;
      }

  return 0;
}

static int
look_up (X509_CRL *crl, X509_REVOKED **revoked, const ASN1_INTEGER *serial, const X509_NAME *issuer)
{
  SmdCrl *self = X509_CRL_get_meth_data (crl);
  const SmdCrlRecord *record;
  guint8 *der = NULL;

  if (self == NULL)
    return look_up_foreign (crl, revoked, serial);

  record = smd_crl_lookup (self, serial_contents (serial, &der), issuer);
  OPENSSL_free (der);
  if (record != NULL && revoked != NULL)
    *revoked = sk_X509_REVOKED_value (X509_CRL_get_REVOKED (crl), record->reason == SMD_CRL_REMOVE_FROM_CRL ? SMD_CRL_STUB_REMOVED
                                                                                                    : SMD_CRL_STUB_REVOKED);
  return record == NULL ? 0 : record->reason == SMD_CRL_REMOVE_FROM_CRL ? 2 : 1;
}

static int
verify_foreign (X509_CRL *crl, EVP_PKEY *key)
{
  g_autoptr (SmdCrypto) crypto = smd_crypto_new (NULL);
  SmdCrlOutline outline;
  guint8 *der = NULL;
  int size = i2d_X509_CRL (crl, &der);
  gboolean good = crypto != NULL && size > 0 && smd_crl_outline_read (&outline, smd_span (der, (gsize) size), NULL)
                  && smd_crl_signature_verify (crypto, &outline, key, NULL, NULL);

  OPENSSL_free (der);
  return good;
}

static int
verify (X509_CRL *crl, EVP_PKEY *key)
{
  SmdCrl *self = X509_CRL_get_meth_data (crl);

  return self != NULL ? smd_crl_is_signed_by (self, key) : verify_foreign (crl, key);
}

void
smd_crl_method_install (void)
{
  static gsize once = 0;

  if (!g_once_init_enter (&once))
    return;

  X509_CRL_set_default_method (X509_CRL_METHOD_new (NULL, NULL, look_up, verify));
  g_once_init_leave (&once, 1);
}
