/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificate-sources.h"

#include "smd-certificate.h"
#include "smd-crl-points.h"
#include "smd-openssl-error.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free)

static void
add_issuers (GPtrArray *issuers, const GENERAL_NAMES *names)
{
  for (int i = 0; i < sk_GENERAL_NAME_num (names) && issuers->len < SMD_CRL_MOST_PLACES; i++)
    {
      const GENERAL_NAME *name = sk_GENERAL_NAME_value (names, i);
      guint8 *der = NULL;
      int size = name->type == GEN_DIRNAME ? i2d_X509_NAME (name->d.directoryName, &der) : 0;

      if (size > 0)
        g_ptr_array_add (issuers, g_bytes_new (der, (gsize) size));
      OPENSSL_free (der);
    }
}

/* Returns: (transfer full): the URLs of all @points */
static char **
join_urls (GPtrArray *points)
{
  GPtrArray *urls = g_ptr_array_new ();

  for (guint i = 0; i < points->len; i++)
    for (char **url = ((const SmdCrlPoint *) points->pdata[i])->urls; *url != NULL; url++)
      if (urls->len < SMD_CRL_MOST_PLACES && !g_ptr_array_find_with_equal_func (urls, *url, g_str_equal, NULL))
        g_ptr_array_add (urls, g_strdup (*url));

  return smd_crl_points_end (urls);
}

static GPtrArray *
read_points (X509 *x509, int extension, GPtrArray *issuers)
{
  g_autoptr (CRL_DIST_POINTS) points = X509_get_ext_d2i (x509, extension, NULL, NULL);

  for (int i = 0; i < sk_DIST_POINT_num (points); i++)
    add_issuers (issuers, sk_DIST_POINT_value (points, i)->CRLissuer);
  return smd_crl_points_read (points, X509_get_issuer_name (x509));
}

static char **
read_access (const AUTHORITY_INFO_ACCESS *access, int method)
{
  GPtrArray *urls = g_ptr_array_new ();

  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num (access); i++)
    {
      const ACCESS_DESCRIPTION *description = sk_ACCESS_DESCRIPTION_value (access, i);

      if (OBJ_obj2nid (description->method) == method)
        smd_crl_points_add_url (urls, description->location);
    }

  return smd_crl_points_end (urls);
}

void
smd_certificate_sources_read (SmdCertificateSources *self, X509 *x509)
{
  g_autoptr (AUTHORITY_INFO_ACCESS) access = X509_get_ext_d2i (x509, NID_info_access, NULL, NULL);

  self->crl_issuers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->crl_points = read_points (x509, NID_crl_distribution_points, self->crl_issuers);
  self->crl_urls = join_urls (self->crl_points);
  self->freshest_crl_points = read_points (x509, NID_freshest_crl, self->crl_issuers);
  self->freshest_crl_urls = join_urls (self->freshest_crl_points);
  self->issuer_urls = read_access (access, NID_ad_ca_issuers);
  self->ocsp_urls = read_access (access, NID_ad_OCSP);
  self->has_crl_distribution_points = X509_get_ext_by_NID (x509, NID_crl_distribution_points, -1) >= 0;
  self->has_ocsp_no_check = X509_get_ext_by_NID (x509, NID_id_pkix_OCSP_noCheck, -1) >= 0;
  smd_openssl_forget ();
}

void
smd_certificate_sources_clear (SmdCertificateSources *self)
{
  g_strfreev (self->crl_urls);
  g_clear_pointer (&self->crl_points, g_ptr_array_unref);
  g_clear_pointer (&self->freshest_crl_points, g_ptr_array_unref);
  g_strfreev (self->freshest_crl_urls);
  g_strfreev (self->issuer_urls);
  g_strfreev (self->ocsp_urls);
  g_clear_pointer (&self->crl_issuers, g_ptr_array_unref);
}

const char *const *
smd_certificate_get_crl_urls (SmdCertificate *self)
{
  return (const char *const *) smd_certificate_get_sources (self)->crl_urls;
}

GPtrArray *
smd_certificate_get_crl_points (SmdCertificate *self)
{
  return smd_certificate_get_sources (self)->crl_points;
}

const char *const *
smd_certificate_get_freshest_crl_urls (SmdCertificate *self)
{
  return (const char *const *) smd_certificate_get_sources (self)->freshest_crl_urls;
}

GPtrArray *
smd_certificate_get_freshest_crl_points (SmdCertificate *self)
{
  return smd_certificate_get_sources (self)->freshest_crl_points;
}

const char *const *
smd_certificate_get_issuer_urls (SmdCertificate *self)
{
  return (const char *const *) smd_certificate_get_sources (self)->issuer_urls;
}

const char *const *
smd_certificate_get_ocsp_urls (SmdCertificate *self)
{
  return (const char *const *) smd_certificate_get_sources (self)->ocsp_urls;
}

GPtrArray *
smd_certificate_get_crl_issuer_names (SmdCertificate *self)
{
  return smd_certificate_get_sources (self)->crl_issuers;
}

gboolean
smd_certificate_has_crl_distribution_points (SmdCertificate *self)
{
  return smd_certificate_get_sources (self)->has_crl_distribution_points;
}

gboolean
smd_certificate_has_ocsp_no_check (SmdCertificate *self)
{
  return smd_certificate_get_sources (self)->has_ocsp_no_check;
}
