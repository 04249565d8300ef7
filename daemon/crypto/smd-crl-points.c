/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-points.h"

#include "smd-name.h"
#include "smd-openssl-error.h"

static void
point_free (gpointer data)
{
  SmdCrlPoint *self = data;

  g_strfreev (self->urls);
  g_strfreev (self->names);
  g_free (self);
}

/* Returns: (transfer full) (nullable) */
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

/* @place: (transfer full) (nullable) */
static void
add (GPtrArray *places, char *place)
{
  g_autofree char *one = place;

  if (one == NULL || *one == '\0' || places->len >= SMD_CRL_MOST_PLACES
      || g_ptr_array_find_with_equal_func (places, one, g_str_equal, NULL))
    return;
  g_ptr_array_add (places, g_steal_pointer (&one));
}

void
smd_crl_points_add_url (GPtrArray *urls, const GENERAL_NAME *name)
{
  add (urls, read_url (name));
}

char **
smd_crl_points_end (GPtrArray *urls)
{
  g_ptr_array_add (urls, NULL);
  return (char **) g_ptr_array_free (urls, FALSE);
}

static void
add_name (GPtrArray *names, const GENERAL_NAME *name)
{
  if (name->type == GEN_DIRNAME)
    add (names, smd_name_to_text (name->d.directoryName));
}

/* Where there is a cRLIssuer, it is the one that the name is relative to; there may be one only then. */
static const X509_NAME *
find_base (const DIST_POINT *point, const X509_NAME *issuer)
{
  for (int i = 0; i < sk_GENERAL_NAME_num (point->CRLissuer); i++)
    if (sk_GENERAL_NAME_value (point->CRLissuer, i)->type == GEN_DIRNAME)
      return sk_GENERAL_NAME_value (point->CRLissuer, i)->d.directoryName;
  return issuer;
}

static void
add_relative (GPtrArray *names, DIST_POINT *point, const X509_NAME *issuer)
{
  if (DIST_POINT_set_dpname (point->distpoint, find_base (point, issuer)) && point->distpoint->dpname != NULL)
    add (names, smd_name_to_text (point->distpoint->dpname));
}

static SmdCrlPoint *
read_point (DIST_POINT *point, const X509_NAME *issuer)
{
  const GENERAL_NAMES *full = point->distpoint != NULL && point->distpoint->type == 0 ? point->distpoint->name.fullname : NULL;
  GPtrArray *urls = g_ptr_array_new ();
  GPtrArray *names = g_ptr_array_new ();
  SmdCrlPoint *self = g_new0 (SmdCrlPoint, 1);

  for (int i = 0; i < sk_GENERAL_NAME_num (full); i++)
    {
      smd_crl_points_add_url (urls, sk_GENERAL_NAME_value (full, i));
      add_name (names, sk_GENERAL_NAME_value (full, i));
    }
  for (int i = 0; point->distpoint == NULL && i < sk_GENERAL_NAME_num (point->CRLissuer); i++)
    add_name (names, sk_GENERAL_NAME_value (point->CRLissuer, i));
  if (point->distpoint != NULL && point->distpoint->type == 1)
    add_relative (names, point, issuer);

  self->urls = smd_crl_points_end (urls);
  self->names = smd_crl_points_end (names);
  return self;
}

GPtrArray *
smd_crl_points_read (CRL_DIST_POINTS *points, const X509_NAME *issuer)
{
  GPtrArray *each = g_ptr_array_new_with_free_func (point_free);

  for (int i = 0; i < MIN (sk_DIST_POINT_num (points), SMD_CRL_MOST_PLACES); i++)
    g_ptr_array_add (each, read_point (sk_DIST_POINT_value (points, i), issuer));
  smd_openssl_forget ();
  return each;
}
