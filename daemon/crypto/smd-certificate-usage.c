/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificate-usage.h"

#include "smd-openssl-error.h"

#define ALL_KEY_USAGES ((SMD_KEY_USAGE_DECIPHER_ONLY << 1) - 1)

static const struct
{
  guint openssl;
  SmdKeyUsage usage;
  const char *word; /* (unowned) */
} key_usages[] = {
  { KU_DIGITAL_SIGNATURE, SMD_KEY_USAGE_DIGITAL_SIGNATURE, "digitalSignature" },
  { KU_NON_REPUDIATION, SMD_KEY_USAGE_NON_REPUDIATION, "nonRepudiation" },
  { KU_KEY_ENCIPHERMENT, SMD_KEY_USAGE_KEY_ENCIPHERMENT, "keyEncipherment" },
  { KU_DATA_ENCIPHERMENT, SMD_KEY_USAGE_DATA_ENCIPHERMENT, "dataEncipherment" },
  { KU_KEY_AGREEMENT, SMD_KEY_USAGE_KEY_AGREEMENT, "keyAgreement" },
  { KU_KEY_CERT_SIGN, SMD_KEY_USAGE_KEY_CERT_SIGN, "keyCertSign" },
  { KU_CRL_SIGN, SMD_KEY_USAGE_CRL_SIGN, "cRLSign" },
  { KU_ENCIPHER_ONLY, SMD_KEY_USAGE_ENCIPHER_ONLY, "encipherOnly" },
  { KU_DECIPHER_ONLY, SMD_KEY_USAGE_DECIPHER_ONLY, "decipherOnly" },
};

static const struct
{
  int nid;
  const char *word; /* (unowned) */
} purposes[] = {
  { NID_email_protect, "emailProtection" }, { NID_anyExtendedKeyUsage, "anyExtendedKeyUsage" },
  { NID_client_auth, "clientAuth" },        { NID_server_auth, "serverAuth" },
  { NID_code_sign, "codeSigning" },         { NID_time_stamp, "timeStamping" },
  { NID_OCSP_sign, "OCSPSigning" },
};

static char *
purpose_to_word (const ASN1_OBJECT *purpose)
{
  int nid = OBJ_obj2nid (purpose);
  char dotted[128];

  for (guint i = 0; i < G_N_ELEMENTS (purposes); i++)
    if (purposes[i].nid == nid)
      return g_strdup (purposes[i].word);
  OBJ_obj2txt (dotted, sizeof dotted, purpose, 1);
  return g_strdup (dotted);
}

static void
read_key_usage (SmdCertificateUsage *self, X509 *x509)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  guint bits = X509_get_key_usage (x509);

  self->has_key_usage = X509_get_ext_by_NID (x509, NID_key_usage, -1) >= 0;
  self->key_usage = self->has_key_usage ? 0 : ALL_KEY_USAGES;
  for (guint i = 0; self->has_key_usage && i < G_N_ELEMENTS (key_usages); i++)
    if (bits & key_usages[i].openssl)
      {
        self->key_usage |= key_usages[i].usage;
        g_ptr_array_add (words, g_strdup (key_usages[i].word));
      }
  g_ptr_array_add (words, NULL);
  self->key_usage_words = (char **) g_ptr_array_steal (words, NULL);
}

static void
read_extended_key_usage (SmdCertificateUsage *self, X509 *x509)
{
  g_autoptr (EXTENDED_KEY_USAGE) list = X509_get_ext_d2i (x509, NID_ext_key_usage, NULL, NULL);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (int i = 0; list != NULL && i < sk_ASN1_OBJECT_num (list); i++)
    g_ptr_array_add (words, purpose_to_word (sk_ASN1_OBJECT_value (list, i)));
  g_ptr_array_add (words, NULL);
  self->extended_key_usage = (char **) g_ptr_array_steal (words, NULL);
  /* RFC 8550 section 4.4.4 */
  self->allows_mail = X509_get_ext_by_NID (x509, NID_ext_key_usage, -1) < 0 ||
                      g_strv_contains ((const char *const *) self->extended_key_usage, "emailProtection") ||
                      g_strv_contains ((const char *const *) self->extended_key_usage, "anyExtendedKeyUsage");
}

void
smd_certificate_usage_read (SmdCertificateUsage *self, X509 *x509)
{
  read_key_usage (self, x509);
  read_extended_key_usage (self, x509);
  /* Extensions that contradict themselves permit nothing. */
  if (X509_get_extension_flags (x509) & EXFLAG_INVALID)
    self->allows_mail = FALSE;
  smd_openssl_forget ();
}

void
smd_certificate_usage_clear (SmdCertificateUsage *self)
{
  g_clear_pointer (&self->key_usage_words, g_strfreev);
  g_clear_pointer (&self->extended_key_usage, g_strfreev);
}

/* RFC 8550 section 4.4.2 */
static gboolean
permits_sign (const SmdCertificateUsage *self, SmdKeyType type)
{
  if (type != SMD_KEY_RSA && type != SMD_KEY_RSA_PSS && type != SMD_KEY_EC && type != SMD_KEY_ED25519)
    return FALSE;
  return (self->key_usage & (SMD_KEY_USAGE_DIGITAL_SIGNATURE | SMD_KEY_USAGE_NON_REPUDIATION)) != 0;
}

static gboolean
permits_encrypt (const SmdCertificateUsage *self, SmdKeyType type)
{
  if (type == SMD_KEY_RSA)
    return (self->key_usage & SMD_KEY_USAGE_KEY_ENCIPHERMENT) != 0;
  return (type == SMD_KEY_EC || type == SMD_KEY_X25519) && (self->key_usage & SMD_KEY_USAGE_KEY_AGREEMENT) != 0;
}

gboolean
smd_certificate_usage_permits (const SmdCertificateUsage *self, SmdKeyType type, SmdUsage usage)
{
  if (!self->allows_mail)
    return FALSE;
  if (usage == SMD_USAGE_SIGN)
    return permits_sign (self, type);
  if (usage == SMD_USAGE_ENCRYPT)
    return permits_encrypt (self, type);
  return permits_sign (self, type) || permits_encrypt (self, type);
}
