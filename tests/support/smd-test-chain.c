/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-chain.h"

#include <glib/gstdio.h>

#include "smd-test-files.h"
#include "smd-test-people.h"

/* The issuer's key identifier as "hash" makes it: SHA-1 of the key's bits */
static void
add_key_id (X509 *x509, EVP_PKEY *issuer)
{
  X509 *other = X509_new ();
  AUTHORITY_KEYID *id = AUTHORITY_KEYID_new ();
  guint8 hash[20];
  guint size = sizeof hash;

  X509_set_pubkey (other, issuer);
  g_assert_cmpint (X509_pubkey_digest (other, EVP_sha1 (), hash, &size), ==, 1);
  id->keyid = ASN1_OCTET_STRING_new ();
  ASN1_OCTET_STRING_set (id->keyid, hash, (int) size);
  X509_add1_ext_i2d (x509, NID_authority_key_identifier, id, 0, 0);
  AUTHORITY_KEYID_free (id);
  X509_free (other);
}

static X509 *
make_x509 (const char *name, long serial, EVP_PKEY *key, const char *issuer, EVP_PKEY *signer, gboolean ca,
           const char *constraints)
{
  X509 *x509 = smd_test_x509_new (name, issuer, serial, key, SMD_TEST_NOW - 100 * SMD_TEST_DAY,
                                  SMD_TEST_NOW + 100 * SMD_TEST_DAY);
  static const char *const of_ca[] = { "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign",
                                       "subjectKeyIdentifier=hash" };
  static const char *const of_leaf[] = {
    "subjectAltName=email:alice@example.org",
    "crlDistributionPoints=URI:http://crl.example.org/a.crl,URI:ldap://ldap.example.org/cn=A?certificateRevocationList",
    "authorityInfoAccess=OCSP;URI:http://ocsp.example.org/,caIssuers;URI:http://ca.example.org/ca.p7c",
  };

  for (guint i = 0; i < G_N_ELEMENTS (of_ca); i++)
    smd_test_x509_extend (x509, ca ? of_ca[i] : of_leaf[i]);
  if (ca)
    add_key_id (x509, signer);
  if (constraints != NULL)
    smd_test_x509_extend (x509, constraints);
  smd_test_x509_sign (x509, signer);
  return x509;
}

SmdTestChain *
smd_test_chain_new (void)
{
  static const char *const names[SMD_TEST_DEPTH] = { "Alice", "Lower", "Upper", "Root" };
  SmdTestChain *self = g_new0 (SmdTestChain, 1);

  self->crypto = smd_test_crypto_new ();
  self->folder = smd_test_folder_new ();
  self->candidates = smd_certificates_new ();
  self->anchors = smd_certificates_new ();
  for (guint i = 0; i < SMD_TEST_DEPTH; i++)
    self->keys[i] = EVP_EC_gen ("P-256");
  for (guint i = 0; i < SMD_TEST_DEPTH; i++)
    {
      guint issuer = MIN (i + 1, SMD_TEST_DEPTH - 1);

      self->x509[i] =
          make_x509 (names[i], 100 + (long) i, self->keys[i], names[issuer], self->keys[issuer], i > 0, NULL);
      self->chain[i] = smd_test_x509_read (self->crypto, self->x509[i]);
      if (i > 0)
        smd_certificates_add (i == SMD_TEST_DEPTH - 1 ? self->anchors : self->candidates, self->chain[i]);
    }

  return self;
}

void
smd_test_chain_free (SmdTestChain *self)
{
  for (guint i = 0; i < SMD_TEST_DEPTH; i++)
    {
      smd_certificate_unref (self->chain[i]);
      X509_free (self->x509[i]);
      EVP_PKEY_free (self->keys[i]);
    }
  g_ptr_array_unref (self->candidates);
  g_ptr_array_unref (self->anchors);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  smd_crypto_unref (self->crypto);
  g_free (self);
}

SmdCertificate *
smd_test_chain_make_lower (SmdTestChain *self, const char *constraints)
{
  X509 *x509 = make_x509 ("Lower", 200, self->keys[1], "Upper", self->keys[2], TRUE, constraints);
  SmdCertificate *certificate = smd_test_x509_read (self->crypto, x509);

  X509_free (x509);
  return certificate;
}

X509_CRL *
smd_test_chain_make_crl (SmdTestChain *self, guint depth, gint64 this_update, gint64 next_update)
{
  return smd_test_crl_new (self->x509[depth], this_update, next_update, 17);
}

SmdCrl *
smd_test_chain_import (SmdTestChain *self, SmdBlob *file, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%u.idx", self->files++);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *temporary = g_strconcat (path, ".tmp", NULL);
  g_autoptr (GPtrArray) issuers = smd_certificates_new ();
  SmdCrl *crl;

  for (guint i = 1; i < SMD_TEST_DEPTH; i++)
    smd_certificates_add (issuers, self->chain[i]);
  crl = smd_crl_import (self->crypto, file, issuers, NULL, path, NULL, error);
  g_assert_false (g_file_test (temporary, G_FILE_TEST_EXISTS));
  g_unlink (path);
  return crl;
}
