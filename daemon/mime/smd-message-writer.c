/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-message-writer.h"

#include <string.h>

#include "smd-base64.h"
#include "smd-message-parts.h"
#include "smd-outer-fields.h"

/* The most that the outer fields take: LF may become CRLF */
static gsize
measure_head (SmdMessage *outer)
{
  return outer != NULL ? 2 * smd_part_get_header (smd_message_get_part (outer))->head.size : 0;
}

/* 128 random bits; RFC 2046 section 5.1.1 asks for no more than that the entity doesn't contain it. */
static char *
make_boundary (SmdSpan entity)
{
  for (;;)
    {
      g_autofree char *boundary = g_strdup_printf ("=_smimed_%08x%08x%08x%08x", g_random_int (), g_random_int (),
                                                   g_random_int (), g_random_int ());

      if (entity.size == 0 || memmem (entity.data, entity.size, boundary, strlen (boundary)) == NULL)
        return g_steal_pointer (&boundary);
    }
}

static gboolean
write_text (SmdOutput *output, char *text, GError **error)
{
  g_autofree char *owned = text;

  return smd_output_write (output, smd_span_string (owned), error);
}

static gboolean
write_signed_head (SmdOutput *output, const char *boundary, const char *micalg, GError **error)
{
  return write_text (output,
                     g_strdup_printf ("Content-Type: multipart/signed;\r\n"
                                      " protocol=\"application/pkcs7-signature\"; micalg=%s;\r\n"
                                      " boundary=\"%s\"\r\n"
                                      "\r\n"
                                      "This is a signed message in MIME format (S/MIME).\r\n"
                                      "\r\n"
                                      "--%s\r\n",
                                      micalg, boundary, boundary),
                     error);
}

static gboolean
write_signature_head (SmdOutput *output, const char *boundary, GError **error)
{
  return write_text (output,
                     g_strdup_printf ("\r\n"
                                      "--%s\r\n"
                                      "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n"
                                      "Content-Transfer-Encoding: base64\r\n"
                                      "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n"
                                      "Content-Description: S/MIME signature\r\n"
                                      "\r\n",
                                      boundary),
                     error);
}

static gboolean
write_base64 (SmdOutput *output, SmdSpan span, GError **error)
{
  g_autoptr (SmdBase64Sink) sink = smd_base64_sink_new (output);

  return smd_sink_write (smd_base64_sink_get_sink (sink), span, error) && smd_base64_sink_finish (sink, error);
}

SmdBlob *
smd_message_write_clear_signed (SmdMessage *outer, SmdSpan entity, SmdSpan signature, const char *micalg, gsize limit,
                                GError **error)
{
  g_autofree char *boundary = make_boundary (entity);
  gsize most = measure_head (outer) + entity.size + 2 * signature.size + 2048;
  g_autoptr (SmdOutput) output = smd_output_new_sized ("smimed-signed", most, limit, error);

  if (output == NULL || !smd_output_expect (output, most, error) || !smd_outer_fields_write (outer, output, error)
      || !write_signed_head (output, boundary, micalg, error)
      || !smd_output_write (output, entity, error) || !write_signature_head (output, boundary, error)
      || !write_base64 (output, signature, error)
      || !write_text (output, g_strdup_printf ("\r\n--%s--\r\n", boundary), error))
    return NULL;

  return smd_output_seal (g_steal_pointer (&output), error);
}

struct _SmdPkcs7Writer
{
  SmdOutput *output;   /* (owned) */
  SmdBase64Sink *sink; /* (owned) */
};

/* RFC 8551 section 3.2.1 */
static const char *
choose_suffix (const char *smime_type)
{
  if (g_str_equal (smime_type, "certs-only"))
    return "p7c";
  return g_str_equal (smime_type, "compressed-data") ? "p7z" : "p7m";
}

static gboolean
write_pkcs7_head (SmdOutput *output, const char *smime_type, GError **error)
{
  const char *suffix = choose_suffix (smime_type);

  return write_text (output,
                     g_strdup_printf ("Content-Type: application/pkcs7-mime; smime-type=%s;\r\n"
                                      " name=\"smime.%s\"\r\n"
                                      "Content-Transfer-Encoding: base64\r\n"
                                      "Content-Disposition: attachment; filename=\"smime.%s\"\r\n"
                                      "\r\n",
                                      smime_type, suffix, suffix),
                     error);
}

SmdPkcs7Writer *
smd_pkcs7_writer_new (SmdMessage *outer, const char *smime_type, gsize limit, GError **error)
{
  g_autoptr (SmdOutput) output = smd_output_new ("smimed-pkcs7", limit, error);
  SmdPkcs7Writer *self;

  if (output == NULL || !smd_outer_fields_write (outer, output, error) || !write_pkcs7_head (output, smime_type, error))
    return NULL;

  self = g_new0 (SmdPkcs7Writer, 1);
  self->sink = smd_base64_sink_new (output);
  self->output = g_steal_pointer (&output);
  return self;
}

void
smd_pkcs7_writer_free (SmdPkcs7Writer *self)
{
  smd_base64_sink_free (self->sink);
  g_clear_pointer (&self->output, smd_output_free);
  g_free (self);
}

SmdSink *
smd_pkcs7_writer_get_sink (SmdPkcs7Writer *self)
{
  return smd_base64_sink_get_sink (self->sink);
}

SmdBlob *
smd_pkcs7_writer_finish (SmdPkcs7Writer *self, GError **error)
{
  g_autoptr (SmdPkcs7Writer) writer = self;

  if (!smd_base64_sink_finish (writer->sink, error))
    return NULL;
  return smd_output_seal (g_steal_pointer (&writer->output), error);
}
