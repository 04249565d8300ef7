/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-answer.h"

#include "smimed-error.h"

#define MOST_HEADER ((gsize) 64 * 1024)

void
smd_answer_clear (SmdAnswer *self)
{
  g_clear_pointer (&self->output, smd_output_free);
  g_clear_error (&self->failure);
}

void
smd_answer_set_too_large (SmdAnswer *self)
{
  g_clear_error (&self->failure);
  g_set_error (&self->failure, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE, "The answer of %s is larger than %" G_GSIZE_FORMAT " bytes",
               self->flight->url, self->flight->request->limit);
}

/* RFC 9110 section 5.5; and what isn't UTF-8 could be told nobody. */
static gboolean
is_value (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      return FALSE;

  return g_utf8_validate (text, -1, NULL);
}

/* Returns: (transfer full) (nullable): the field's value if @line is the field @name, and has one */
static char *
take_field (SmdSpan line, const char *name)
{
  const char *text = (const char *) line.data;
  gsize skip = strlen (name);
  g_autofree char *value = NULL;

  if (line.size <= skip || text[skip] != ':' || g_ascii_strncasecmp (text, name, skip) != 0)
    return NULL;

  value = g_strstrip (g_strndup (text + skip + 1, line.size - skip - 1));
  return is_value (value) ? g_steal_pointer (&value) : NULL;
}

static void
note_field (char **place, char *value)
{
  if (value == NULL)
    return;
  g_free (*place);
  *place = value;
}

gboolean
smd_answer_add_line (SmdAnswer *self, SmdSpan line)
{
  SmdFlight *flight = self->flight;

  self->header_size += line.size;
  note_field (&flight->result->etag, take_field (line, "ETag"));
  note_field (&flight->location, take_field (line, "Location"));
  if (self->header_size <= MOST_HEADER)
    return TRUE;

  g_clear_error (&self->failure);
  g_set_error (&self->failure, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE, "The header of the answer of %s is larger than %" G_GSIZE_FORMAT
               " bytes", flight->url, MOST_HEADER);
  return FALSE;
}

gboolean
smd_answer_add_body (SmdAnswer *self, long status, SmdSpan bytes, gint64 announced)
{
  gsize limit = self->flight->request->limit;

  if (status != 200)
    return FALSE;
  g_atomic_int_set (&self->flight->answering, TRUE);
  if (self->output == NULL)
    self->output = smd_output_new_sized ("fetched", announced >= 0 ? (gsize) announced : limit, limit, &self->failure);
  if (self->output == NULL)
    return FALSE;
  if (smd_output_write (self->output, bytes, &self->failure))
    return TRUE;
  if (g_error_matches (self->failure, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE))
    smd_answer_set_too_large (self);
  return FALSE;
}

static void
take_body (SmdAnswer *self, gint64 modified)
{
  SmdFlight *flight = self->flight;
  GError *error = NULL;

  if (self->output == NULL)
    {
      g_set_error (&error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The answer of %s is empty", flight->url);
      smd_flight_fail (flight, SMD_FAULT_URL, error);
      return;
    }

  flight->result->modified = MAX (modified, 0);
  flight->result->body = smd_output_seal (g_steal_pointer (&self->output), &error);
  if (error != NULL)
    smd_flight_fail (flight, SMD_FAULT_NONE, error);
}

static gboolean
is_redirect (long status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

void
smd_answer_finish (SmdAnswer *self, long status, gint64 modified, gboolean unmet)
{
  SmdFlight *flight = self->flight;
  gboolean conditional = flight->request->etag != NULL || flight->request->modified > 0;

  if (is_redirect (status) && flight->location != NULL)
    return;

  g_clear_pointer (&flight->location, g_free);
  if (conditional && (status == 304 || unmet))
    flight->result->unchanged = TRUE;
  else if (status == 200)
    take_body (self, modified);
  else
    smd_flight_fail (flight, status >= 500 || status == 429 ? SMD_FAULT_HOST : SMD_FAULT_URL,
                     g_error_new (SMIMED_ERROR, SMIMED_ERROR_FAILED, "%s answers with status %ld", flight->url, status));
}
