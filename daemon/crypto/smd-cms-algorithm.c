/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-algorithm.h"

gboolean
smd_cms_algorithm_read (SmdCmsAlgorithm *self, SmdDerReader *reader, guint tag, GError **error)
{
  const guint8 *begin = reader->at;

  self->parameters = SMD_SPAN_EMPTY;
  if (!smd_der_enter (reader, tag, error) || !smd_der_read (reader, SMD_DER_OID, &self->oid, error))
    return FALSE;
  if (smd_der_more (reader) && !smd_der_skip (reader, &self->parameters, error))
    return FALSE;
  if (!smd_der_leave (reader, error))
    return FALSE;

  self->whole = smd_span (begin, (gsize) (reader->at - begin));
  return TRUE;
}

gboolean
smd_cms_algorithm_parse (SmdCmsAlgorithm *self, SmdSpan der, GError **error)
{
  SmdDerReader reader;

  smd_der_reader_init (&reader, der);
  return smd_cms_algorithm_read (self, &reader, SMD_DER_SEQUENCE, error) && smd_der_finish (&reader, error);
}
