/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-openssl-error.h"
#include "smd-openssl.h"
#include "smd-path-walk.h"

/* Bridges and cross-certificates make few paths; a mesh made to keep us busy makes no more than these, with so many signatures checked. */
#define MOST_PATHS 32
#define MOST_STEPS 256
#define LONGEST_PATH 16

typedef struct
{
  const SmdPathQuery *query; /* (unowned) */
  GPtrArray *paths;          /* (owned) of GPtrArray */
  GPtrArray *path;           /* (owned) the one being built */
  guint steps;
} Builder;

static gboolean
is_anchor (const Builder *self, SmdCertificate *certificate)
{
  for (guint i = 0; i < self->query->anchors->len; i++)
    if (g_str_equal (smd_certificate_get_fingerprint (self->query->anchors->pdata[i]),
                     smd_certificate_get_fingerprint (certificate)))
      return TRUE;

  return FALSE;
}

/* RFC 4158 section 5.2: the same name with the same key a second time is a cycle. */
static gboolean
makes_cycle (const Builder *self, SmdCertificate *certificate)
{
  for (guint i = 0; i < self->path->len; i++)
    {
      SmdCertificate *other = self->path->pdata[i];

      if (g_str_equal (smd_certificate_get_key_fingerprint (other), smd_certificate_get_key_fingerprint (certificate))
          && smd_span_equal (smd_certificate_get_subject_der (other), smd_certificate_get_subject_der (certificate)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_issuer (Builder *self, SmdCertificate *issuer, SmdCertificate *certificate)
{
  X509 *x509 = smd_certificate_get_x509 (certificate);
  X509 *above = smd_certificate_get_x509 (issuer);
  EVP_PKEY *key = smd_certificate_get_public_key (issuer);
  int fits = X509_check_issued (above, x509);

  if ((fits != X509_V_OK && fits != X509_V_ERR_KEYUSAGE_NO_CERTSIGN) || key == NULL || makes_cycle (self, issuer))
    return FALSE;
  if (++self->steps > MOST_STEPS)
    return FALSE;
  return X509_verify (x509, key) == 1;
}

static void
take (Builder *self)
{
  GPtrArray *path = smd_certificates_new ();

  for (guint i = 0; i < self->path->len; i++)
    g_ptr_array_add (path, smd_certificate_ref (self->path->pdata[i]));
  g_ptr_array_add (self->paths, path);
}

static void climb (Builder *self, SmdCertificate *certificate);

static void
climb_among (Builder *self, SmdCertificate *certificate, GPtrArray *issuers)
{
  for (guint i = 0; i < issuers->len && self->paths->len < MOST_PATHS && self->steps < MOST_STEPS; i++)
    if (is_issuer (self, issuers->pdata[i], certificate))
      climb (self, issuers->pdata[i]);
}

static void
climb (Builder *self, SmdCertificate *certificate)
{
  g_ptr_array_add (self->path, smd_certificate_ref (certificate));
  if (is_anchor (self, certificate))
    take (self);
  else if (self->path->len < LONGEST_PATH)
    {
      climb_among (self, certificate, self->query->anchors);
      climb_among (self, certificate, self->query->candidates);
    }
  g_ptr_array_set_size (self->path, (int) self->path->len - 1);
}

GPtrArray *
smd_path_list (const SmdPathQuery *query)
{
  Builder self = { .query = query,
                   .paths = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref),
                   .path = smd_certificates_new () };

  climb (&self, query->leaf);
  g_ptr_array_unref (self.path);
  smd_openssl_forget ();
  return self.paths;
}
