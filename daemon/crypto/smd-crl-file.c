/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-object.h"
#include "smd-crl-outline.h"
#include "smimed-error.h"

#define LARGEST ((gsize) 512 * 1024 * 1024)
#define BEGIN "-----BEGIN X509 CRL-----"
#define END "-----END X509 CRL-----"

static SmdBlob *
refuse (GError **error, SmimedError code, const char *text)
{
  g_set_error_literal (error, SMIMED_ERROR, code, text);
  return NULL;
}

static SmdBlob *
decode_pem (SmdSpan file, const char *begin, GError **error)
{
  const char *text = begin + strlen (BEGIN);
  gsize left = file.size - (gsize) (text - (const char *) file.data);
  const char *end = memmem (text, left, END, strlen (END));
  g_autofree guint8 *der = NULL;
  g_autoptr (GBytes) bytes = NULL;
  int state = 0;
  guint save = 0;
  gsize size;

  if (end == NULL)
    return refuse (error, SMIMED_ERROR_MALFORMED, "The CRL is cut off; fetch it again");

  der = g_malloc ((gsize) (end - text) / 4 * 3 + 3);
  size = g_base64_decode_step (text, (gsize) (end - text), der, &state, &save);
  bytes = g_bytes_new_take (g_steal_pointer (&der), size);
  return smd_blob_new_bytes (bytes);
}

SmdBlob *
smd_crl_file_to_der (SmdBlob *file, GError **error)
{
  SmdSpan span = smd_blob_get_span (file);
  const char *begin;

  if (span.size > LARGEST)
    return refuse (error, SMIMED_ERROR_TOO_LARGE, "The CRL is larger than 512 MB; it was not read");
  if (span.size > 0 && span.data[0] == 0x30)
    return smd_blob_ref (file);

  begin = span.size > 0 ? memmem (span.data, MIN (span.size, 65536), BEGIN, strlen (BEGIN)) : NULL;
  return begin != NULL ? decode_pem (span, begin, error)
                       : refuse (error, SMIMED_ERROR_MALFORMED, "This is no CRL: pass one in DER or PEM");
}

gboolean
smd_crl_read_issuer (SmdBlob *der, SmdSpan *issuer, GError **error)
{
  SmdCrlOutline outline;

  if (!smd_crl_outline_read (&outline, smd_blob_get_span (der), error))
    return FALSE;

  *issuer = outline.issuer;
  return TRUE;
}

gboolean
smd_crl_read_this_update (SmdBlob *der, gint64 *this_update)
{
  SmdCrlOutline outline;

  if (!smd_crl_outline_read (&outline, smd_blob_get_span (der), NULL))
    return FALSE;

  *this_update = outline.this_update;
  return TRUE;
}
