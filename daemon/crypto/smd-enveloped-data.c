/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-algorithm.h"
#include "smd-cms-object.h"
#include "smimed-error.h"

#define OID(octets) { (const guint8 *) (octets), sizeof (octets) - 1 }
/* id-X25519, RFC 8410: 1.3.101.110 */
static const SmdSpan x25519_oid = OID ("\x2b\x65\x6e");

static void
recipient_free (gpointer data)
{
  SmdRecipientInfo *info = data;

  g_free (info->public.key_encryption);
  g_free (info);
}

/* Returns: (transfer none): a new recipient in the list; %NULL on error */
static SmdRecipientInfo *
add_recipient (SmdEnvelopedData *self, SmdRecipientType type, GError **error)
{
  SmdRecipientInfo *info;

  if (self->recipients->len >= SMD_LIMIT_RECIPIENTS)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                   "The message is encrypted to more than %d recipients; it was not read", SMD_LIMIT_RECIPIENTS);
      return NULL;
    }

  info = g_new0 (SmdRecipientInfo, 1);
  info->public.type = type;
  g_ptr_array_add (self->recipients, info);
  return info;
}

static const char *
transport_word (SmdSpan oid)
{
  SmdKeyTransport transport;

  if (!smd_algorithm_find_key_transport (oid, &transport))
    return "unknown";
  return transport == SMD_KEY_TRANSPORT_OAEP ? "rsa-oaep" : "rsa";
}

/* KeyTransRecipientInfo, RFC 5652 section 6.2.1 */
static gboolean
read_key_transport (SmdEnvelopedData *self, SmdDerReader *reader, GError **error)
{
  SmdRecipientInfo *info = add_recipient (self, SMD_RECIPIENT_KEY_TRANSPORT, error);

  if (info == NULL || !smd_der_enter (reader, SMD_DER_SEQUENCE, error) || !smd_der_skip_integer (reader, error)
      || !smd_signer_id_read (&info->public.id, reader, error)
      || !smd_cms_algorithm_read (&info->algorithm, reader, SMD_DER_SEQUENCE, error)
      || !smd_der_read_octets (reader, SMD_DER_OCTET_STRING, &info->encrypted_key, error))
    return FALSE;

  info->public.key_encryption = g_strdup (transport_word (info->algorithm.oid));
  return smd_der_leave (reader, error);
}

/* OriginatorIdentifierOrKey, section 6.2.2. Only a key in the message is of use: mail has no static-static agreement. */
static gboolean
read_originator (SmdRecipientInfo *common, SmdDerReader *reader, GError **error)
{
  SmdSpan bits;

  if (!smd_der_enter (reader, SMD_DER_CONTEXT (0), error))
    return FALSE;
  if (smd_der_peek (reader) != SMD_DER_CONTEXT (1))
    return smd_der_skip (reader, NULL, error) && smd_der_leave (reader, error);

  if (!smd_der_enter (reader, SMD_DER_CONTEXT (1), error)
      || !smd_cms_algorithm_read (&common->originator_algorithm, reader, SMD_DER_SEQUENCE, error)
      || !smd_der_read (reader, SMD_DER_BIT_STRING, &bits, error) || !smd_der_leave (reader, error)
      || !smd_der_leave (reader, error))
    return FALSE;

  common->originator_key = smd_span_skip (bits, 1);
  return TRUE;
}

static gboolean
read_ukm (SmdRecipientInfo *common, SmdDerReader *reader, GError **error)
{
  if (smd_der_peek (reader) != SMD_DER_CONTEXT (1))
    return TRUE;

  return smd_der_enter (reader, SMD_DER_CONTEXT (1), error)
         && smd_der_read_octets (reader, SMD_DER_OCTET_STRING, &common->ukm, error) && smd_der_leave (reader, error);
}

static const char *
agreement_word (const SmdRecipientInfo *common)
{
  if (smd_algorithm_find_agreement (common->algorithm.oid) == NULL)
    return "unknown";
  return smd_span_equal (common->originator_algorithm.oid, x25519_oid) ? "x25519" : "ecdh";
}

static gboolean
read_encrypted_key (SmdEnvelopedData *self, const SmdRecipientInfo *common, SmdDerReader *reader, GError **error)
{
  SmdRecipientInfo *info = add_recipient (self, SMD_RECIPIENT_KEY_AGREEMENT, error);

  if (info == NULL)
    return FALSE;

  *info = *common;
  info->public.key_encryption = g_strdup (agreement_word (common));
  return smd_der_enter (reader, SMD_DER_SEQUENCE, error) && smd_signer_id_read_agreement (&info->public.id, reader, error)
         && smd_der_read_octets (reader, SMD_DER_OCTET_STRING, &info->encrypted_key, error)
         && smd_der_leave (reader, error);
}

/* KeyAgreeRecipientInfo, section 6.2.2 */
static gboolean
read_key_agreement (SmdEnvelopedData *self, SmdDerReader *reader, GError **error)
{
  SmdRecipientInfo common = { .public = { .type = SMD_RECIPIENT_KEY_AGREEMENT } };

  if (!smd_der_enter (reader, SMD_DER_CONTEXT (1), error) || !smd_der_skip_integer (reader, error)
      || !read_originator (&common, reader, error) || !read_ukm (&common, reader, error)
      || !smd_cms_algorithm_read (&common.algorithm, reader, SMD_DER_SEQUENCE, error)
      || !smd_der_enter (reader, SMD_DER_SEQUENCE, error))
    return FALSE;

  while (smd_der_more (reader))
    if (!read_encrypted_key (self, &common, reader, error))
      return FALSE;

  return smd_der_leave (reader, error) && smd_der_leave (reader, error);
}

static gboolean
read_other_recipient (SmdEnvelopedData *self, SmdDerReader *reader, GError **error)
{
  SmdRecipientInfo *info = add_recipient (self, SMD_RECIPIENT_OTHER, error);

  if (info == NULL)
    return FALSE;

  info->public.key_encryption = g_strdup ("unknown");
  return smd_der_skip (reader, NULL, error);
}

static gboolean
read_recipients (SmdEnvelopedData *self, SmdDerReader *reader, GError **error)
{
  if (!smd_der_enter (reader, SMD_DER_SET, error))
    return FALSE;

  while (smd_der_more (reader))
    {
      guint tag = smd_der_peek (reader);
      gboolean done;

      if (tag == SMD_DER_SEQUENCE)
        done = read_key_transport (self, reader, error);
      else
        done = (tag == SMD_DER_CONTEXT (1) ? read_key_agreement : read_other_recipient) (self, reader, error);
      if (!done)
        return FALSE;
    }

  return smd_der_leave (reader, error);
}

/* EncryptedContentInfo, section 6.1 */
static gboolean
read_encrypted_content (SmdEnvelopedData *self, SmdDerReader *reader, GError **error)
{
  if (!smd_der_enter (reader, SMD_DER_SEQUENCE, error) || !smd_der_read (reader, SMD_DER_OID, &self->content_type, error)
      || !smd_cms_algorithm_read (&self->algorithm, reader, SMD_DER_SEQUENCE, error))
    return FALSE;

  self->has_content = smd_der_more (reader);
  if (self->has_content && !smd_der_read_octets (reader, SMD_DER_CONTEXT (0), &self->content, error))
    return FALSE;
  return smd_der_leave (reader, error);
}

static gboolean
read_authentication (SmdEnvelopedData *self, SmdDerReader *reader, GError **error)
{
  return smd_der_skip_optional (reader, SMD_DER_CONTEXT (1), &self->authenticated_attributes, error)
         && smd_der_read_octets (reader, SMD_DER_OCTET_STRING, &self->mac, error)
         && smd_der_skip_optional (reader, SMD_DER_CONTEXT (2), NULL, error);
}

/* EnvelopedData (section 6.1) or AuthEnvelopedData (RFC 5083 section 2.1) */
SmdEnvelopedData *
smd_enveloped_data_read (SmdDerReader *reader, SmdCmsType type, GError **error)
{
  g_autoptr (SmdEnvelopedData) self = g_new0 (SmdEnvelopedData, 1);

  self->recipients = g_ptr_array_new_with_free_func (recipient_free);
  if (!smd_der_enter (reader, SMD_DER_SEQUENCE, error) || !smd_der_skip_integer (reader, error)
      || !smd_der_skip_optional (reader, SMD_DER_CONTEXT (0), NULL, error) || !read_recipients (self, reader, error)
      || !read_encrypted_content (self, reader, error))
    return NULL;

  if (type == SMD_CMS_AUTH_ENVELOPED ? !read_authentication (self, reader, error)
                                     : !smd_der_skip_optional (reader, SMD_DER_CONTEXT (1), NULL, error))
    return NULL;

  return smd_der_leave (reader, error) ? g_steal_pointer (&self) : NULL;
}

void
smd_enveloped_data_free (SmdEnvelopedData *self)
{
  g_ptr_array_unref (self->recipients);
  g_free (self);
}

GPtrArray *
smd_cms_enveloped_get_recipients (SmdCms *self)
{
  g_return_val_if_fail (self->enveloped != NULL, NULL);
  return self->enveloped->recipients;
}

SmdCipher
smd_cms_enveloped_get_cipher (SmdCms *self)
{
  const SmdContentAlgorithm *content;

  g_return_val_if_fail (self->enveloped != NULL, SMD_CIPHER_UNKNOWN);
  content = smd_algorithm_find_content (self->enveloped->algorithm.oid);
  return content != NULL ? content->cipher : SMD_CIPHER_UNKNOWN;
}
