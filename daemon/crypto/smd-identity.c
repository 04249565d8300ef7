/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-identity.h"

#include <openssl/pem.h>

#include "smd-openssl-error.h"
#include "smd-openssl.h"

#define LINE_OCTETS 48 /* 64 characters of base64 */

SmdIdentity *
smd_identity_new (SmdPrivateKey *key, SmdCertificate *certificate, GPtrArray *chain)
{
  SmdIdentity *self = g_new0 (SmdIdentity, 1);

  self->key = smd_private_key_ref (key);
  self->certificate = certificate != NULL ? smd_certificate_ref (certificate) : NULL;
  self->chain = smd_certificates_new ();
  for (guint i = 0; chain != NULL && i < chain->len; i++)
    smd_certificates_add (self->chain, chain->pdata[i]);
  return self;
}

SmdIdentity *
smd_identity_copy (SmdIdentity *self)
{
  SmdIdentity *copy = smd_identity_new (self->key, self->certificate, self->chain);

  copy->label = g_strdup (self->label);
  return copy;
}

void
smd_identity_free (SmdIdentity *self)
{
  g_clear_pointer (&self->key, smd_private_key_unref);
  g_clear_pointer (&self->certificate, smd_certificate_unref);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_clear_pointer (&self->label, g_free);
  g_free (self);
}

/* Octets of an object as PEM (RFC 7468), at most. */
static gsize
pem_size (const char *name, SmdSpan der)
{
  return 2 * (strlen ("-----BEGIN -----\n") + strlen (name)) + (der.size / LINE_OCTETS + 1) * 66;
}

/* Writes in place, so that no copy of a key is left in memory. Returns: the end */
static char *
write_pem (char *at, const char *name, SmdSpan der)
{
  at += sprintf (at, "-----BEGIN %s-----\n", name);
  while (der.size > 0)
    {
      SmdSpan line = smd_span_head (der, LINE_OCTETS);

      at += EVP_EncodeBlock ((unsigned char *) at, line.data, (int) line.size);
      *at++ = '\n';
      der = smd_span_skip (der, line.size);
    }
  return at + sprintf (at, "-----END %s-----\n", name);
}

SmdSecret *
smd_identity_to_pem (SmdIdentity *self, GError **error)
{
  g_autoptr (SmdSecret) key = smd_private_key_to_pkcs8 (self->key, error);
  g_autoptr (GPtrArray) certificates = smd_certificates_new ();
  SmdSecret *pem;
  gsize size;
  char *at;

  if (key == NULL)
    return NULL;
  if (self->certificate != NULL)
    smd_certificates_add (certificates, self->certificate);
  for (guint i = 0; i < self->chain->len; i++)
    smd_certificates_add (certificates, self->chain->pdata[i]);

  size = pem_size (PEM_STRING_PKCS8INF, smd_secret_get_span (key));
  for (guint i = 0; i < certificates->len; i++)
    size += pem_size (PEM_STRING_X509, smd_certificate_get_der (certificates->pdata[i]));
  pem = smd_secret_new (size);
  at = write_pem ((char *) smd_secret_get_data (pem), PEM_STRING_PKCS8INF, smd_secret_get_span (key));
  for (guint i = 0; i < certificates->len; i++)
    at = write_pem (at, PEM_STRING_X509, smd_certificate_get_der (certificates->pdata[i]));
  smd_secret_truncate (pem, (gsize) (at - (char *) smd_secret_get_data (pem)));
  return pem;
}

/* What has been read of a PEM text. */
typedef struct
{
  SmdCrypto *crypto;       /* (unowned) */
  SmdPrivateKey *key;      /* (owned) (nullable) */
  GPtrArray *certificates; /* (owned) */
} Reading;

static gboolean
take_object (Reading *reading, const char *name, SmdSpan der, GError **error)
{
  g_autoptr (SmdCertificate) certificate = NULL;

  if (g_str_equal (name, PEM_STRING_PKCS8INF) && reading->key == NULL)
    {
      reading->key = smd_private_key_new (reading->crypto, der, error);
      return reading->key != NULL;
    }
  if (!g_str_equal (name, PEM_STRING_X509))
    return TRUE;
  certificate = smd_certificate_new (reading->crypto, der, error);
  if (certificate != NULL)
    smd_certificates_add (reading->certificates, certificate);
  return certificate != NULL;
}

static gboolean
read_objects (Reading *reading, SmdSpan pem, GError **error)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (pem.data, (int) pem.size);
  gboolean ok = bio != NULL;
  gboolean more = TRUE;

  while (ok && more)
    {
      char *name = NULL, *header = NULL;
      unsigned char *data = NULL;
      long size = 0;

      more = PEM_read_bio_ex (bio, &name, &header, &data, &size, PEM_FLAG_SECURE) == 1;
      if (more)
        ok = take_object (reading, name, smd_span (data, (gsize) size), error);
      OPENSSL_secure_free (name);
      OPENSSL_secure_free (header);
      OPENSSL_secure_clear_free (data, (gsize) size);
    }
  smd_openssl_forget ();
  return ok;
}

static SmdIdentity *
build (Reading *reading)
{
  SmdIdentity *self;
  SmdCertificate *own = NULL;

  /* An identity that waits for its certificate may have issuers already. */
  if (reading->certificates->len > 0 && smd_private_key_matches (reading->key, reading->certificates->pdata[0]))
    own = reading->certificates->pdata[0];
  self = smd_identity_new (reading->key, own, NULL);
  for (guint i = own != NULL ? 1 : 0; i < reading->certificates->len; i++)
    smd_certificates_add (self->chain, reading->certificates->pdata[i]);
  return self;
}

SmdIdentity *
smd_identity_from_pem (SmdCrypto *crypto, SmdSpan pem, GError **error)
{
  g_autoptr (SmdPrivateKey) key = NULL;
  g_autoptr (GPtrArray) certificates = smd_certificates_new ();
  Reading reading = { crypto, NULL, certificates };
  gboolean ok = pem.size <= G_MAXINT && read_objects (&reading, pem, error);

  key = reading.key;
  if (ok && key != NULL)
    return build (&reading);
  if (error == NULL || *error == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                         "The stored identity can't be read: import its PKCS#12 file again");
  return NULL;
}
