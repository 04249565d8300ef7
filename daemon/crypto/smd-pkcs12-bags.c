/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pkcs12-bags.h"

#include "smd-limits.h"
#include "smd-openssl-error.h"

typedef STACK_OF (PKCS12_SAFEBAG) SafeBags;
typedef STACK_OF (PKCS7) Safes;

typedef struct
{
  SmdPbe *pbe;     /* (unowned) */
  GPtrArray *bags; /* (unowned) */
  guint depth;
  guint seen;
} Reading;

static gboolean read_safe_bags (Reading *reading, const SafeBags *bags, GError **error);

static void
safe_bags_free (SafeBags *bags)
{
  sk_PKCS12_SAFEBAG_pop_free (bags, PKCS12_SAFEBAG_free);
}

static void
safes_free (Safes *safes)
{
  sk_PKCS7_pop_free (safes, PKCS7_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SafeBags, safe_bags_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Safes, safes_free)

void
smd_pkcs12_bag_free (SmdPkcs12Bag *self)
{
  g_clear_pointer (&self->key, smd_private_key_unref);
  g_clear_pointer (&self->certificate, smd_certificate_unref);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->local_id, g_bytes_unref);
  g_free (self);
}

static gboolean
damaged (GError **error)
{
  return smd_openssl_fail (error, SMIMED_ERROR_MALFORMED, "The PKCS#12 file is damaged: export it anew");
}

static SmdSpan
string_span (const ASN1_STRING *string)
{
  if (string == NULL)
    return SMD_SPAN_EMPTY;
  return smd_span (ASN1_STRING_get0_data (string), (gsize) ASN1_STRING_length (string));
}

static char *
read_name (PKCS12_SAFEBAG *bag)
{
  char *utf8 = PKCS12_get_friendlyname (bag);
  char *name = utf8 != NULL && *utf8 != '\0' ? g_utf8_make_valid (utf8, -1) : NULL;

  OPENSSL_free (utf8);
  smd_openssl_forget ();
  return name;
}

static GBytes *
read_local_id (const PKCS12_SAFEBAG *bag)
{
  const ASN1_TYPE *id = PKCS12_SAFEBAG_get0_attr (bag, NID_localKeyID);
  SmdSpan span;

  if (id == NULL || id->type != V_ASN1_OCTET_STRING)
    return NULL;
  span = string_span (id->value.octet_string);
  return g_bytes_new (span.data, span.size);
}

static gboolean
is_same (const SmdPkcs12Bag *bag, SmdPrivateKey *key, SmdCertificate *certificate)
{
  if (key != NULL)
    return bag->key != NULL &&
           g_str_equal (smd_private_key_get_fingerprint (bag->key), smd_private_key_get_fingerprint (key));
  return bag->certificate != NULL && g_str_equal (smd_certificate_get_fingerprint (bag->certificate),
                                                  smd_certificate_get_fingerprint (certificate));
}

/* One of @key and @certificate; takes references of its own. */
static void
add (Reading *reading, PKCS12_SAFEBAG *bag, SmdPrivateKey *key, SmdCertificate *certificate)
{
  SmdPkcs12Bag *added;

  for (guint i = 0; i < reading->bags->len; i++)
    if (is_same (reading->bags->pdata[i], key, certificate))
      return;

  added = g_new0 (SmdPkcs12Bag, 1);
  added->key = key != NULL ? smd_private_key_ref (key) : NULL;
  added->certificate = certificate != NULL ? smd_certificate_ref (certificate) : NULL;
  added->name = read_name (bag);
  added->local_id = read_local_id (bag);
  g_ptr_array_add (reading->bags, added);
}

static gboolean
add_key (Reading *reading, PKCS12_SAFEBAG *bag, SmdSpan pkcs8, GError **error)
{
  g_autoptr (SmdPrivateKey) key = smd_private_key_new (smd_pbe_get_crypto (reading->pbe), pkcs8, error);

  if (key != NULL)
    add (reading, bag, key, NULL);
  return key != NULL;
}

static gboolean
read_plain_key (Reading *reading, PKCS12_SAFEBAG *bag, GError **error)
{
  const PKCS8_PRIV_KEY_INFO *info = PKCS12_SAFEBAG_get0_p8inf (bag);
  int size = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO (info, NULL) : -1;
  g_autoptr (SmdSecret) pkcs8 = size > 0 ? smd_secret_new ((gsize) size) : NULL;
  guint8 *at;

  if (pkcs8 == NULL)
    return damaged (error);
  at = smd_secret_get_data (pkcs8);
  i2d_PKCS8_PRIV_KEY_INFO (info, &at);
  return add_key (reading, bag, smd_secret_get_span (pkcs8), error);
}

static gboolean
read_shrouded_key (Reading *reading, PKCS12_SAFEBAG *bag, GError **error)
{
  const X509_SIG *shrouded = PKCS12_SAFEBAG_get0_pkcs8 (bag);
  const X509_ALGOR *algorithm = NULL;
  const ASN1_OCTET_STRING *encrypted = NULL;
  g_autoptr (SmdSecret) pkcs8 = NULL;

  if (shrouded == NULL)
    return damaged (error);
  X509_SIG_get0 (shrouded, &algorithm, &encrypted);
  pkcs8 = smd_pbe_decrypt (reading->pbe, algorithm, string_span (encrypted), error);
  return pkcs8 != NULL && add_key (reading, bag, smd_secret_get_span (pkcs8), error);
}

static gboolean
read_certificate (Reading *reading, PKCS12_SAFEBAG *bag, GError **error)
{
  g_autoptr (X509) x509 = NULL;
  g_autoptr (SmdCertificate) certificate = NULL;
  unsigned char *der = NULL;
  int size;

  if (PKCS12_SAFEBAG_get_bag_nid (bag) != NID_x509Certificate)
    return TRUE;
  x509 = PKCS12_SAFEBAG_get1_cert (bag);
  size = x509 != NULL ? i2d_X509 (x509, &der) : -1;
  if (size <= 0)
    return damaged (error);
  certificate = smd_certificate_new (smd_pbe_get_crypto (reading->pbe), smd_span (der, (gsize) size), error);
  OPENSSL_free (der);
  if (certificate != NULL)
    add (reading, bag, NULL, certificate);
  return certificate != NULL;
}

static gboolean
read_nested (Reading *reading, PKCS12_SAFEBAG *bag, GError **error)
{
  const SafeBags *bags = PKCS12_SAFEBAG_get0_safes (bag);
  gboolean ok;

  if (bags == NULL || reading->depth >= SMD_LIMIT_DER_DEPTH)
    return damaged (error);
  reading->depth++;
  ok = read_safe_bags (reading, bags, error);
  reading->depth--;
  return ok;
}

static gboolean
read_bag (Reading *reading, PKCS12_SAFEBAG *bag, GError **error)
{
  switch (PKCS12_SAFEBAG_get_nid (bag))
    {
    case NID_keyBag:
      return read_plain_key (reading, bag, error);
    case NID_pkcs8ShroudedKeyBag:
      return read_shrouded_key (reading, bag, error);
    case NID_certBag:
      return read_certificate (reading, bag, error);
    case NID_safeContentsBag:
      return read_nested (reading, bag, error);
    default:
      return TRUE;
    }
}

static gboolean
read_safe_bags (Reading *reading, const SafeBags *bags, GError **error)
{
  for (int i = 0; i < sk_PKCS12_SAFEBAG_num (bags); i++)
    {
      /* Each key costs a derivation and each certificate a comparison with all others. */
      if (++reading->seen > SMD_LIMIT_CERTIFICATES)
        return smd_openssl_fail (error, SMIMED_ERROR_LIMIT_EXCEEDED,
                                 "The PKCS#12 file holds more than %d entries: export it in several parts",
                                 SMD_LIMIT_CERTIFICATES);
      if (!read_bag (reading, sk_PKCS12_SAFEBAG_value (bags, i), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_contents (Reading *reading, SmdSpan contents, GError **error)
{
  const guint8 *at = contents.data;
  g_autoptr (SafeBags) bags =
      (SafeBags *) ASN1_item_d2i (NULL, &at, (long) contents.size, ASN1_ITEM_rptr (PKCS12_SAFEBAGS));

  return bags != NULL ? read_safe_bags (reading, bags, error) : damaged (error);
}

static gboolean
read_encrypted (Reading *reading, const PKCS7 *safe, GError **error)
{
  const PKCS7_ENC_CONTENT *encrypted = safe->d.encrypted != NULL ? safe->d.encrypted->enc_data : NULL;
  g_autoptr (SmdSecret) contents = NULL;

  if (encrypted == NULL || encrypted->enc_data == NULL || encrypted->algorithm == NULL)
    return damaged (error);
  contents = smd_pbe_decrypt (reading->pbe, encrypted->algorithm, string_span (encrypted->enc_data), error);
  return contents != NULL && read_contents (reading, smd_secret_get_span (contents), error);
}

static gboolean
read_safe (Reading *reading, const PKCS7 *safe, GError **error)
{
  switch (OBJ_obj2nid (safe->type))
    {
    case NID_pkcs7_data:
      return safe->d.data != NULL ? read_contents (reading, string_span (safe->d.data), error) : damaged (error);
    case NID_pkcs7_encrypted:
      return read_encrypted (reading, safe, error);
    default: /* encrypted to a public key, or unknown: RFC 7292 section 4.1 leaves room for them */
      return TRUE;
    }
}

GPtrArray *
smd_pkcs12_bags_read (SmdPbe *pbe, SmdSpan safe, GError **error)
{
  const guint8 *at = safe.data;
  g_autoptr (Safes) safes = (Safes *) ASN1_item_d2i (NULL, &at, (long) safe.size, ASN1_ITEM_rptr (PKCS12_AUTHSAFES));
  g_autoptr (GPtrArray) bags = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_pkcs12_bag_free);
  Reading reading = { pbe, bags };

  if (safes == NULL)
    {
      (void) damaged (error);
      return NULL;
    }
  for (int i = 0; i < sk_PKCS7_num (safes); i++)
    if (!read_safe (&reading, sk_PKCS7_value (safes, i), error))
      return NULL;
  smd_openssl_forget ();
  return g_steal_pointer (&bags);
}

gboolean
smd_pkcs12_bags_fit (SmdPbe *pbe, SmdSpan safe)
{
  const guint8 *at = safe.data;
  g_autoptr (Safes) safes = (Safes *) ASN1_item_d2i (NULL, &at, (long) safe.size, ASN1_ITEM_rptr (PKCS12_AUTHSAFES));
  g_autoptr (GPtrArray) bags = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_pkcs12_bag_free);
  Reading reading = { pbe, bags };

  for (int i = 0; safes != NULL && i < sk_PKCS7_num (safes) && !smd_pbe_has_opened (pbe); i++)
    {
      g_autoptr (GError) ignored = NULL;

      if (!read_safe (&reading, sk_PKCS7_value (safes, i), &ignored))
        continue;
    }
  smd_openssl_forget ();
  return smd_pbe_has_opened (pbe);
}
