/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificate-sources.h"

#include "smd-certificate.h"
#include "smd-openssl-error.h"

/* More places than this nobody asks. */
#define MOST_URLS 16

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CRL_DIST_POINTS, CRL_DIST_POINTS_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free)

/* Returns: (transfer full) (nullable): printable ASCII only: others are no URLs (RFC 3986) */
static char *
read_url (const GENERAL_NAME *name)
{
  const ASN1_STRING *string = name->type == GEN_URI ? name->d.uniformResourceIdentifier : NULL;
  int size = string != NULL ? ASN1_STRING_length (string) : 0;
  const guint8 *data = string != NULL ? ASN1_STRING_get0_data (string) : NULL;

  for (int i = 0; i < size; i++)
    if (!g_ascii_isgraph (data[i]))
      return NULL;

  return size > 0 ? g_strndup ((const char *) data, (gsize) size) : NULL;
}

static void
add_url (GPtrArray *urls, const GENERAL_NAME *name)
{
  g_autofree char *url = read_url (name);

  if (url == NULL || urls->len >= MOST_URLS || g_ptr_array_find_with_equal_func (urls, url, g_str_equal, NULL))
    return;
  g_ptr_array_add (urls, g_steal_pointer (&url));
}

static char **
end_urls (GPtrArray *urls)
{
  g_ptr_array_add (urls, NULL);
  return (char **) g_ptr_array_free (urls, FALSE);
}

static void
add_issuers (GPtrArray *issuers, const GENERAL_NAMES *names)
{
  for (int i = 0; i < sk_GENERAL_NAME_num (names) && issuers->len < MOST_URLS; i++)
    {
      const GENERAL_NAME *name = sk_GENERAL_NAME_value (names, i);
      guint8 *der = NULL;
      int size = name->type == GEN_DIRNAME ? i2d_X509_NAME (name->d.directoryName, &der) : 0;

      if (size > 0)
        g_ptr_array_add (issuers, g_bytes_new (der, (gsize) size));
      OPENSSL_free (der);
    }
}

/* A nameRelativeToCRLIssuer names an entry of a directory, without saying of which: there is nothing to fetch. */
static const GENERAL_NAMES *
full_names (const DIST_POINT *point)
{
  return point->distpoint != NULL && point->distpoint->type == 0 ? point->distpoint->name.fullname : NULL;
}

static char **
read_points (const CRL_DIST_POINTS *points, GPtrArray *issuers)
{
  GPtrArray *urls = g_ptr_array_new ();

  for (int i = 0; i < sk_DIST_POINT_num (points); i++)
    {
      const DIST_POINT *point = sk_DIST_POINT_value (points, i);
      const GENERAL_NAMES *names = full_names (point);

      for (int j = 0; j < sk_GENERAL_NAME_num (names); j++)
        add_url (urls, sk_GENERAL_NAME_value (names, j));
      add_issuers (issuers, point->CRLissuer);
    }

  return end_urls (urls);
}

static GPtrArray *
read_each_point (const CRL_DIST_POINTS *points)
{
  GPtrArray *each = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (int i = 0; i < MIN (sk_DIST_POINT_num (points), MOST_URLS); i++)
    {
      const GENERAL_NAMES *names = full_names (sk_DIST_POINT_value (points, i));
      GPtrArray *urls = g_ptr_array_new ();

      for (int j = 0; j < sk_GENERAL_NAME_num (names); j++)
        add_url (urls, sk_GENERAL_NAME_value (names, j));
      g_ptr_array_add (each, end_urls (urls));
    }

  return each;
}

static char **
read_access (const AUTHORITY_INFO_ACCESS *access, int method)
{
  GPtrArray *urls = g_ptr_array_new ();

  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num (access); i++)
    {
      const ACCESS_DESCRIPTION *description = sk_ACCESS_DESCRIPTION_value (access, i);

      if (OBJ_obj2nid (description->method) == method)
        add_url (urls, description->location);
    }

  return end_urls (urls);
}

void
smd_certificate_sources_read (SmdCertificateSources *self, X509 *x509)
{
  g_autoptr (CRL_DIST_POINTS) points = X509_get_ext_d2i (x509, NID_crl_distribution_points, NULL, NULL);
  g_autoptr (CRL_DIST_POINTS) freshest = X509_get_ext_d2i (x509, NID_freshest_crl, NULL, NULL);
  g_autoptr (AUTHORITY_INFO_ACCESS) access = X509_get_ext_d2i (x509, NID_info_access, NULL, NULL);

  self->crl_issuers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->crl_urls = read_points (points, self->crl_issuers);
  self->crl_points = read_each_point (points);
  self->freshest_crl_urls = read_points (freshest, self->crl_issuers);
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
