/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pkcs12.h"

#include "smd-limits.h"
#include "smd-openssl.h"
#include "smd-pkcs12-bags.h"
#include "smd-pkcs12-mac.h"
#include "smimed-error.h"

/* Whether the key in one bag belongs to the certificate in the other. The localKeyID is only asked where OpenSSL can't
 * read the certificate's key: it must not join what the mathematics tells apart. */
static gboolean
is_joined (const SmdPkcs12Bag *key, const SmdPkcs12Bag *other)
{
  if (other->certificate == NULL)
    return FALSE;
  if (smd_certificate_get_public_key (other->certificate) != NULL)
    return smd_private_key_matches (key->key, other->certificate);
  return key->local_id != NULL && other->local_id != NULL && g_bytes_equal (key->local_id, other->local_id);
}

static gboolean
is_issuer_of (SmdCertificate *issuer, SmdCertificate *certificate)
{
  return issuer != certificate &&
         smd_span_equal (smd_certificate_get_subject_der (issuer), smd_certificate_get_issuer_der (certificate));
}

/* All certificates of the file that lead up from @identity's, cross-certificates too. */
static void
collect_chain (SmdIdentity *identity, GPtrArray *bags)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();

  g_ptr_array_add (open, identity->certificate);
  for (guint i = 0; i < open->len; i++)
    for (guint j = 0; j < bags->len; j++)
      {
        SmdCertificate *candidate = ((SmdPkcs12Bag *) bags->pdata[j])->certificate;

        if (candidate != NULL && candidate != identity->certificate && is_issuer_of (candidate, open->pdata[i]) &&
            smd_certificates_add (identity->chain, candidate))
          g_ptr_array_add (open, candidate);
      }
}

static void
add_identity (SmdPkcs12 *self, const SmdPkcs12Bag *key, const SmdPkcs12Bag *own, GPtrArray *bags)
{
  SmdIdentity *identity = smd_identity_new (key->key, own != NULL ? own->certificate : NULL, NULL);
  const char *name = key->name;

  if (name == NULL && own != NULL)
    name = own->name;
  identity->label = g_strdup (name);
  if (identity->certificate != NULL)
    collect_chain (identity, bags);
  g_ptr_array_add (self->identities, identity);
}

/* A renewed certificate may keep its key: each certificate of a key is an identity, so that old mail finds its own. */
static void
join_key (SmdPkcs12 *self, const SmdPkcs12Bag *key, GPtrArray *bags)
{
  gboolean found = FALSE;

  for (guint i = 0; i < bags->len; i++)
    if (is_joined (key, bags->pdata[i]))
      {
        add_identity (self, key, bags->pdata[i], bags);
        found = TRUE;
      }
  if (!found)
    add_identity (self, key, NULL, bags);
}

static gboolean
is_own (SmdPkcs12 *self, SmdCertificate *certificate)
{
  for (guint i = 0; i < self->identities->len; i++)
    if (((SmdIdentity *) self->identities->pdata[i])->certificate == certificate)
      return TRUE;
  return FALSE;
}

static SmdPkcs12 *
join (GPtrArray *bags)
{
  SmdPkcs12 *self = g_new0 (SmdPkcs12, 1);

  self->identities = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_identity_free);
  self->certificates = smd_certificates_new ();
  for (guint i = 0; i < bags->len; i++)
    if (((SmdPkcs12Bag *) bags->pdata[i])->key != NULL)
      join_key (self, bags->pdata[i], bags);
  for (guint i = 0; i < bags->len; i++)
    {
      SmdCertificate *certificate = ((SmdPkcs12Bag *) bags->pdata[i])->certificate;

      if (certificate != NULL && !is_own (self, certificate))
        smd_certificates_add (self->certificates, certificate);
    }
  return self;
}

/* A MAC that doesn't fit may be the password's fault or the file's: what the password opens, tells. The empty one is only tried before asking. */
static gboolean
check_mac (SmdPbe *pbe, SmdPfx *pfx, gboolean asked, GError **error)
{
  GError *failure = NULL;

  if (smd_pkcs12_mac_check (pbe, pfx, &failure))
    return TRUE;

  if (asked && g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_WRONG_PASSWORD) && smd_pkcs12_bags_fit (pbe, smd_pfx_get_safe (pfx)))
    {
      g_clear_error (&failure);
      g_set_error_literal (&failure, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                           "The password is right, but the PKCS#12 file was changed or damaged: get it or export it anew");
    }
  g_propagate_error (error, failure);
  return FALSE;
}

SmdPkcs12 *
smd_pkcs12_read (SmdCrypto *crypto, SmdSpan file, SmdSpan password, GError **error)
{
  g_autoptr (SmdPfx) pfx = NULL;
  g_autoptr (SmdPbe) pbe = NULL;
  g_autoptr (GPtrArray) bags = NULL;

  if (file.size > SMD_LIMIT_PKCS12 || password.size > SMD_LIMIT_PASSWORD)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE, "The %s is larger than %d bytes: %s",
                   file.size > SMD_LIMIT_PKCS12 ? "PKCS#12 file" : "password",
                   file.size > SMD_LIMIT_PKCS12 ? SMD_LIMIT_PKCS12 : SMD_LIMIT_PASSWORD,
                   file.size > SMD_LIMIT_PKCS12 ? "export it in several parts" : "take a shorter one");
      return NULL;
    }
  pfx = smd_pfx_new (file, error);
  if (pfx == NULL)
    return NULL;
  pbe = smd_pbe_new (crypto, password);
  if (!check_mac (pbe, pfx, password.size > 0, error))
    return NULL;
  bags = smd_pkcs12_bags_read (pbe, smd_pfx_get_safe (pfx), error);
  return bags != NULL ? join (bags) : NULL;
}

void
smd_pkcs12_free (SmdPkcs12 *self)
{
  g_clear_pointer (&self->identities, g_ptr_array_unref);
  g_clear_pointer (&self->certificates, g_ptr_array_unref);
  g_free (self);
}
