/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pfx.h"

#include <openssl/asn1t.h>

#include "smd-openssl-error.h"

typedef struct
{
  X509_SIG *digest;         /* (owned) */
  ASN1_OCTET_STRING *salt;  /* (owned) */
  ASN1_INTEGER *iterations; /* (owned) (nullable) */
} SmdMacData;

struct _SmdPfx
{
  ASN1_INTEGER *version; /* (owned) */
  PKCS7 *safe;           /* (owned) */
  SmdMacData *mac;       /* (owned) (nullable) */
};

ASN1_SEQUENCE (SmdMacData) = {
  ASN1_SIMPLE (SmdMacData, digest, X509_SIG),
  ASN1_SIMPLE (SmdMacData, salt, ASN1_OCTET_STRING),
  ASN1_OPT (SmdMacData, iterations, ASN1_INTEGER),
} static_ASN1_SEQUENCE_END (SmdMacData)

ASN1_SEQUENCE (SmdPfx) = {
  ASN1_SIMPLE (SmdPfx, version, ASN1_INTEGER),
  ASN1_SIMPLE (SmdPfx, safe, PKCS7),
  ASN1_OPT (SmdPfx, mac, SmdMacData),
} static_ASN1_SEQUENCE_END (SmdPfx)

SmdPfx *
smd_pfx_new (SmdSpan file, GError **error)
{
  const guint8 *at = file.data;
  g_autoptr (SmdPfx) self = (SmdPfx *) ASN1_item_d2i (NULL, &at, (long) file.size, ASN1_ITEM_rptr (SmdPfx));

  if (self == NULL)
    smd_openssl_fail (error, SMIMED_ERROR_MALFORMED, "This is no PKCS#12 file, or it is damaged: export it anew");
  else if (ASN1_INTEGER_get (self->version) != 3)
    smd_openssl_fail (error, SMIMED_ERROR_NOT_SUPPORTED,
                      "The PKCS#12 file is of another version than 3: export it anew");
  else if (OBJ_obj2nid (self->safe->type) == NID_pkcs7_signed)
    smd_openssl_fail (error, SMIMED_ERROR_NOT_SUPPORTED,
                      "The PKCS#12 file is protected by a signature: export it anew with a password");
  else if (OBJ_obj2nid (self->safe->type) != NID_pkcs7_data || self->safe->d.data == NULL)
    smd_openssl_fail (error, SMIMED_ERROR_MALFORMED, "The PKCS#12 file holds nothing that can be read: export it anew");
  else
    return g_steal_pointer (&self);
  return NULL;
}

void
smd_pfx_free (SmdPfx *self)
{
  ASN1_item_free ((ASN1_VALUE *) self, ASN1_ITEM_rptr (SmdPfx));
}

static SmdSpan
string_span (const ASN1_STRING *string)
{
  return smd_span (ASN1_STRING_get0_data (string), (gsize) ASN1_STRING_length (string));
}

SmdSpan
smd_pfx_get_safe (SmdPfx *self)
{
  return string_span (self->safe->d.data);
}

gboolean
smd_pfx_has_mac (SmdPfx *self)
{
  return self->mac != NULL;
}

const X509_ALGOR *
smd_pfx_get_mac_algorithm (SmdPfx *self)
{
  const X509_ALGOR *algorithm = NULL;

  X509_SIG_get0 (self->mac->digest, &algorithm, NULL);
  return algorithm;
}

SmdSpan
smd_pfx_get_mac (SmdPfx *self)
{
  const ASN1_OCTET_STRING *value = NULL;

  X509_SIG_get0 (self->mac->digest, NULL, &value);
  return string_span (value);
}

SmdSpan
smd_pfx_get_mac_salt (SmdPfx *self)
{
  return string_span (self->mac->salt);
}

gint64
smd_pfx_get_mac_iterations (SmdPfx *self)
{
  gint64 value = -1;

  if (self->mac->iterations == NULL)
    return 1;
  if (!ASN1_INTEGER_get_int64 (&value, self->mac->iterations))
    smd_openssl_forget ();
  return value;
}
