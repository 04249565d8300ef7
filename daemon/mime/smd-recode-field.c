/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-recode-field.h"

#include <string.h>

#include "smd-gmime.h"
#include "smd-lines.h"

#define LONGEST_NAME 50 /* octets of a parameter's; those in use have 10 */

/* The lines without the white space at their ends, and without lines of white space only */
static gboolean
write_trimmed (SmdSpan raw, SmdOutput *output, GError **error)
{
  while (raw.size > 0)
    {
      const guint8 *lf = memchr (raw.data, '\n', raw.size);
      gsize size = lf != NULL ? (gsize) (lf - raw.data) : raw.size;
      SmdSpan line = smd_span (raw.data, size);

      while (line.size > 0 && g_ascii_isspace (line.data[line.size - 1]))
        line.size--;
      if (line.size > 0 && !(smd_output_write (output, line, error) && smd_output_write (output, smd_span_string ("\r\n"), error)))
        return FALSE;
      raw = smd_span_skip (raw, size + 1);
    }
  return TRUE;
}

/* GMime (3.2) splits a long parameter into pieces of what its name leaves of a line: if that is nothing, without an end. */
static gboolean
fits_lines (GMimeParamList *parameters)
{
  for (int i = 0; i < smd_gmime ()->param_list_length (parameters); i++)
    if (strlen (smd_gmime ()->param_get_name (smd_gmime ()->param_list_get_parameter_at (parameters, i))) > LONGEST_NAME)
      return FALSE;

  return TRUE;
}

/* A value that is text, in lines of the usual length */
static char *
encode_text (const SmdHeaderField *field, const char *value)
{
  g_autofree char *text = smd_gmime ()->utils_header_decode_text (NULL, value);
  g_autofree char *encoded = smd_gmime ()->utils_header_encode_text (NULL, text, NULL);
  g_autofree char *whole = g_strdup_printf ("%.*s: %s\n", (int) field->name.size, (const char *) field->name.data, encoded);
  g_autofree char *folded = smd_gmime ()->utils_unstructured_header_fold (NULL, NULL, whole);
  const char *colon = strchr (folded, ':');

  return g_strdup (colon != NULL ? colon + 1 : encoded);
}

static char *
encode_value (const SmdHeaderField *field, const char *value)
{
  g_autoptr (GMimeContentDisposition) disposition = NULL;
  g_autoptr (GMimeContentType) type = NULL;

  if (smd_header_field_is (field, "Content-Type"))
    {
      type = smd_gmime ()->content_type_parse (NULL, value);
      if (fits_lines (smd_gmime ()->content_type_get_parameters (type)))
        return smd_gmime ()->content_type_encode (type, NULL);
    }
  else if (smd_header_field_is (field, "Content-Disposition"))
    {
      disposition = smd_gmime ()->content_disposition_parse (NULL, value);
      if (fits_lines (smd_gmime ()->content_disposition_get_parameters (disposition)))
        return smd_gmime ()->content_disposition_encode (disposition, NULL);
    }

  return encode_text (field, value);
}

static gboolean
write_encoded (const SmdHeaderField *field, SmdOutput *output, GError **error)
{
  g_autofree char *value = smd_header_field_dup_value (field);
  g_autofree char *encoded = NULL;
  g_autofree char *folded = NULL;

  if (value == NULL)
    return smd_header_field_write (field, output, "\r\n", error);

  encoded = g_strchug (encode_value (field, value));
  folded = g_strdup_printf ("%.*s: %s\n", (int) field->name.size, (const char *) field->name.data, g_strchomp (encoded));
  return write_trimmed (smd_span_string (folded), output, error);
}

gboolean
smd_recode_field_write (const SmdHeaderField *field, SmdOutput *output, GError **error)
{
  SmdLineFlags found = smd_lines_scan (field->raw);

  if (field->name.size > 0 && (found & (SMD_LINES_8BIT | SMD_LINES_LONG)) != 0)
    return write_encoded (field, output, error);
  if ((found & SMD_LINES_TRAILING) != 0)
    return write_trimmed (field->raw, output, error);
  return smd_header_field_write (field, output, "\r\n", error);
}
