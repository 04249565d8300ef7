/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-openssl-error.h"
#include "smd-openssl.h"
#include "smd-pkcs12.h"

/* Each entry costs whoever tries passwords this many rounds; half a second for a reader of two keys. */
#define ITERATIONS 100000
#define SALT_SIZE 16
#define LOCAL_ID_SIZE 20

typedef STACK_OF (PKCS12_SAFEBAG) SafeBags;
typedef STACK_OF (PKCS7) Safes;

typedef struct
{
  SmdCrypto *crypto;      /* (unowned) */
  SmdSecret *password;    /* (unowned) ends with a NUL */
  GPtrArray *written;     /* (unowned) certificates that are in already */
  SafeBags *certificates; /* (owned) (nullable) */
  SafeBags *keys;         /* (owned) (nullable) */
  Safes *safes;           /* (owned) (nullable) */
} Writing;

static void
writing_clear (Writing *writing)
{
  sk_PKCS12_SAFEBAG_pop_free (writing->certificates, PKCS12_SAFEBAG_free);
  sk_PKCS12_SAFEBAG_pop_free (writing->keys, PKCS12_SAFEBAG_free);
  sk_PKCS7_pop_free (writing->safes, PKCS7_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writing, writing_clear)

/* The same for a key and its certificates. */
static void
local_id (Writing *writing, SmdPrivateKey *key, guint8 id[LOCAL_ID_SIZE])
{
  smd_crypto_sha1 (writing->crypto, smd_span_string (smd_private_key_get_fingerprint (key)), id);
}

static gboolean
add_attributes (Writing *writing, PKCS12_SAFEBAG *bag, SmdIdentity *identity)
{
  guint8 id[LOCAL_ID_SIZE];

  if (bag == NULL)
    return FALSE;
  if (identity == NULL)
    return TRUE;
  local_id (writing, identity->key, id);
  if (!PKCS12_add_localkeyid (bag, id, sizeof id))
    return FALSE;
  return identity->label == NULL || PKCS12_add_friendlyname_utf8 (bag, identity->label, -1);
}

/* @owner: (nullable): the identity whose certificate it is */
static gboolean
write_certificate (Writing *writing, SmdCertificate *certificate, SmdIdentity *owner)
{
  if (!smd_certificates_add (writing->written, certificate))
    return TRUE;
  return add_attributes (writing, PKCS12_add_cert (&writing->certificates, smd_certificate_get_x509 (certificate)),
                         owner);
}

static gboolean
write_key (Writing *writing, SmdIdentity *identity)
{
  PKCS12_SAFEBAG *bag = PKCS12_add_key_ex (&writing->keys, smd_private_key_get_pkey (identity->key), 0, ITERATIONS,
                                           NID_aes_256_cbc, (const char *) smd_secret_get_data (writing->password),
                                           smd_crypto_get_libctx (writing->crypto), NULL);

  return add_attributes (writing, bag, identity);
}

static gboolean
is_key_written (GPtrArray *identities, guint index)
{
  const char *own = smd_private_key_get_fingerprint (((SmdIdentity *) identities->pdata[index])->key);

  for (guint i = 0; i < index; i++)
    if (g_str_equal (smd_private_key_get_fingerprint (((SmdIdentity *) identities->pdata[i])->key), own))
      return TRUE;
  return FALSE;
}

static gboolean
write_identities (Writing *writing, GPtrArray *identities)
{
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < identities->len; i++)
    {
      SmdIdentity *identity = identities->pdata[i];

      if (identity->certificate != NULL)
        ok = write_certificate (writing, identity->certificate, identity);
      if (ok && !is_key_written (identities, i))
        ok = write_key (writing, identity);
    }
  for (guint i = 0; ok && i < identities->len; i++)
    {
      SmdIdentity *identity = identities->pdata[i];

      for (guint j = 0; ok && j < identity->chain->len; j++)
        ok = write_certificate (writing, identity->chain->pdata[j], NULL);
    }
  return ok;
}

static PKCS12 *
assemble (Writing *writing)
{
  OSSL_LIB_CTX *libctx = smd_crypto_get_libctx (writing->crypto);
  SmdSpan password = smd_secret_get_span (writing->password);
  const char *text = (const char *) password.data;
  g_autoptr (PKCS12) file = NULL;

  if (writing->certificates != NULL &&
      !PKCS12_add_safe_ex (&writing->safes, writing->certificates, NID_aes_256_cbc, ITERATIONS, text, libctx, NULL))
    return NULL;
  if (writing->keys != NULL && !PKCS12_add_safe_ex (&writing->safes, writing->keys, -1, 0, NULL, libctx, NULL))
    return NULL;
  file = PKCS12_add_safes_ex (writing->safes, 0, libctx, NULL);
  if (file == NULL || !PKCS12_set_mac (file, text, (int) password.size, NULL, SALT_SIZE, ITERATIONS,
                                       smd_crypto_get_digest (writing->crypto, "SHA256")))
    return NULL;
  return g_steal_pointer (&file);
}

static SmdBlob *
encode (PKCS12 *file)
{
  unsigned char *der = NULL;
  int size = i2d_PKCS12 (file, &der);
  SmdBlob *blob = size > 0 ? smd_blob_new_copy (smd_span (der, (gsize) size)) : NULL;

  OPENSSL_free (der);
  return blob;
}

SmdBlob *
smd_pkcs12_write (SmdCrypto *crypto, GPtrArray *identities, SmdSpan password, GError **error)
{
  g_autoptr (SmdSecret) secret = smd_secret_new_copy (password);
  g_autoptr (GPtrArray) written = smd_certificates_new ();
  g_auto (Writing) writing = { crypto, secret, written };
  g_autoptr (PKCS12) file = NULL;
  SmdBlob *blob = NULL;

  if (write_identities (&writing, identities))
    file = assemble (&writing);
  if (file != NULL)
    blob = encode (file);
  if (blob == NULL)
    smd_openssl_fail (error, SMIMED_ERROR_FAILED, "The PKCS#12 file could not be written");
  return blob;
}
