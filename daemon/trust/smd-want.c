/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-want.h"

SmdWant *
smd_want_new (SmdWantKind kind, const char *url, SmdCertificate *certificate, SmdCertificate *issuer)
{
  SmdWant *self = g_new0 (SmdWant, 1);

  self->kind = kind;
  self->url = g_strdup (url);
  self->certificate = smd_certificate_ref (certificate);
  self->issuer = issuer != NULL ? smd_certificate_ref (issuer) : NULL;
  return self;
}

void
smd_want_free (SmdWant *self)
{
  g_free (self->url);
  smd_certificate_unref (self->certificate);
  g_clear_pointer (&self->issuer, smd_certificate_unref);
  g_free (self);
}

GPtrArray *
smd_wants_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) smd_want_free);
}
