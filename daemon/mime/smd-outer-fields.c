/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-outer-fields.h"

#include "smd-message-parts.h"

static gboolean
stays_outside (const SmdHeaderField *field)
{
  return field->name.size > 0 && !smd_header_field_has_prefix (field, "Content-") && !smd_header_field_is (field, "MIME-Version")
         && !smd_header_field_is (field, "Bcc") && !smd_header_field_is (field, "Resent-Bcc");
}

gboolean
smd_outer_fields_write (SmdMessage *outer, SmdOutput *output, GError **error)
{
  const SmdHeaderBlock *header = outer != NULL ? smd_part_get_header (smd_message_get_part (outer)) : NULL;

  if (header == NULL)
    return TRUE;

  for (guint i = 0; i < header->fields->len; i++)
    {
      const SmdHeaderField *field = smd_header_block_get (header, i);

      if (stays_outside (field) && !smd_header_field_write (field, output, "\r\n", error))
        return FALSE;
    }
  return smd_output_write (output, smd_span_string ("MIME-Version: 1.0\r\n"), error);
}
