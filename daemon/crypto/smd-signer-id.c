/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-signer-id.h"

#include "smd-limits.h"
#include "smd-name.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"

static char *
serial_to_hex (SmdSpan der)
{
  const guint8 *at = der.data;
  g_autoptr (ASN1_INTEGER) number = d2i_ASN1_INTEGER (NULL, &at, (long) der.size);
  g_autofree char *hex = NULL;

  if (number == NULL)
    {
      smd_openssl_forget ();
      return NULL;
    }

  hex = smd_span_to_hex (smd_span (ASN1_STRING_get0_data (number), (gsize) ASN1_STRING_length (number)));
  return g_strconcat (ASN1_STRING_type (number) == V_ASN1_NEG_INTEGER ? "-" : "", hex, NULL);
}

/* IssuerAndSerialNumber, RFC 5652 section 10.2.4 */
static gboolean
read_issuer_and_serial (SmdSignerId *self, SmdDerReader *reader, guint tag, GError **error)
{
  return smd_der_enter (reader, tag, error) && smd_der_skip_tag (reader, SMD_DER_SEQUENCE, &self->issuer_der, error)
         && smd_der_read (reader, SMD_DER_INTEGER, &self->serial, error) && smd_der_leave (reader, error);
}

static gboolean
read_key_id (SmdSignerId *self, SmdDerReader *reader, guint tag, GError **error)
{
  return smd_der_read (reader, tag, &self->key_id, error);
}

static gboolean
check_size (const SmdSignerId *self, GError **error)
{
  if (self->issuer_der.size <= SMD_LIMIT_NAME && self->serial.size <= SMD_LIMIT_NUMBER && self->key_id.size <= SMD_LIMIT_NUMBER)
    return TRUE;

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                       "The message names a signer or recipient by a name or number that is too long; it was not read");
  return FALSE;
}

/* RecipientKeyIdentifier, section 6.2.2: the date and other hints behind the key id aren't needed to find a key */
static gboolean
read_recipient_key_id (SmdSignerId *self, SmdDerReader *reader, guint tag, GError **error)
{
  if (!smd_der_enter (reader, tag, error) || !read_key_id (self, reader, SMD_DER_OCTET_STRING, error))
    return FALSE;

  while (smd_der_more (reader))
    if (!smd_der_skip (reader, NULL, error))
      return FALSE;
  return smd_der_leave (reader, error);
}

static gboolean
read_id (SmdSignerId *self, SmdDerReader *reader, GError **error)
{
  if (smd_der_peek (reader) == SMD_DER_CONTEXT (0))
    return read_key_id (self, reader, SMD_DER_CONTEXT (0), error);
  return read_issuer_and_serial (self, reader, SMD_DER_SEQUENCE, error);
}

static gboolean
read_agreement_id (SmdSignerId *self, SmdDerReader *reader, GError **error)
{
  if (smd_der_peek (reader) == SMD_DER_CONTEXT (0))
    return read_recipient_key_id (self, reader, SMD_DER_CONTEXT (0), error);
  return read_issuer_and_serial (self, reader, SMD_DER_SEQUENCE, error);
}

gboolean
smd_signer_id_read (SmdSignerId *self, SmdDerReader *reader, GError **error)
{
  return read_id (self, reader, error) && check_size (self, error);
}

gboolean
smd_signer_id_read_agreement (SmdSignerId *self, SmdDerReader *reader, GError **error)
{
  return read_agreement_id (self, reader, error) && check_size (self, error);
}

gboolean
smd_signer_id_read_preference (SmdSignerId *self, SmdDerReader *reader, GError **error)
{
  guint tag = smd_der_peek (reader);

  if (tag == SMD_DER_CONTEXT (1))
    return read_recipient_key_id (self, reader, tag, error);
  if (tag == SMD_DER_CONTEXT (2))
    return read_key_id (self, reader, tag, error);
  return read_issuer_and_serial (self, reader, SMD_DER_CONTEXT (0), error);
}

gboolean
smd_signer_id_read_older_preference (SmdSignerId *self, SmdDerReader *reader, GError **error)
{
  return read_issuer_and_serial (self, reader, SMD_DER_SEQUENCE, error);
}

char *
smd_signer_id_dup_issuer (const SmdSignerId *self)
{
  return self->issuer_der.data != NULL ? smd_name_der_to_text (self->issuer_der) : NULL;
}

char *
smd_signer_id_dup_serial (const SmdSignerId *self)
{
  const guint8 *behind = self->issuer_der.data + self->issuer_der.size;

  /* It stands right behind the issuer, with its header. */
  return self->serial.data != NULL ? serial_to_hex (smd_span (behind, (gsize) (self->serial.data + self->serial.size - behind))) : NULL;
}

char *
smd_signer_id_dup_key_id (const SmdSignerId *self)
{
  return self->key_id.data != NULL ? smd_span_to_hex (self->key_id) : NULL;
}

/* The same name may be encoded in another way (BER, another kind of string): RFC 5280 section 7.1 */
static gboolean
is_same_name (SmdSpan a, SmdSpan b)
{
  const guint8 *at_a = a.data, *at_b = b.data;
  g_autoptr (X509_NAME) name_a = NULL, name_b = NULL;

  if (smd_span_equal (a, b))
    return TRUE;

  name_a = d2i_X509_NAME (NULL, &at_a, (long) a.size);
  name_b = d2i_X509_NAME (NULL, &at_b, (long) b.size);
  smd_openssl_forget ();
  return name_a != NULL && name_b != NULL && X509_NAME_cmp (name_a, name_b) == 0;
}

gboolean
smd_signer_id_matches (const SmdSignerId *self, SmdCertificate *certificate)
{
  if (self->key_id.data != NULL)
    {
      SmdSpan stated = smd_certificate_get_key_id (certificate);
      SmdSpan computed = smd_certificate_get_computed_key_id (certificate);

      return self->key_id.size > 0 && smd_span_equal (self->key_id, stated.size > 0 ? stated : computed);
    }

  return self->serial.size > 0 && smd_span_equal (self->serial, smd_certificate_get_serial (certificate))
         && is_same_name (self->issuer_der, smd_certificate_get_issuer_der (certificate));
}

SmdCertificate *
smd_signer_id_find (const SmdSignerId *self, GPtrArray *certificates, guint *position)
{
  while (certificates != NULL && *position < certificates->len)
    {
      SmdCertificate *certificate = certificates->pdata[(*position)++];

      if (smd_signer_id_matches (self, certificate))
        return certificate;
    }

  return NULL;
}
