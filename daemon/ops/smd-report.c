/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-report.h"

SmdSignerReport *
smd_signer_report_new (void)
{
  SmdSignerReport *self = g_new0 (SmdSignerReport, 1);

  self->signature = SMD_SIGNATURE_BAD;
  self->chain = SMD_CHAIN_INVALID;
  self->at_delivery = SMD_CHAIN_UNKNOWN;
  self->chain_path = smd_certificates_new ();
  self->borne = smd_certificates_new ();
  self->signing_time = G_MININT64;
  self->problems = smd_problems_new ();
  return self;
}

void
smd_signer_report_free (SmdSignerReport *self)
{
  g_clear_pointer (&self->certificate, smd_certificate_unref);
  g_clear_pointer (&self->encryption_certificate, smd_certificate_unref);
  g_ptr_array_unref (self->chain_path);
  g_ptr_array_unref (self->borne);
  g_ptr_array_unref (self->problems);
  g_free (self->digest);
  g_free (self->algorithm);
  g_free (self->issuer);
  g_free (self->serial);
  g_free (self->key_id);
  g_free (self);
}

void
smd_recipient_id_free (SmdRecipientId *self)
{
  g_free (self->issuer);
  g_free (self->serial);
  g_free (self->key_id);
  g_free (self->key_encryption);
  g_free (self);
}

SmdLayer *
smd_layer_new (SmdLayerType type)
{
  SmdLayer *self = g_new0 (SmdLayer, 1);

  self->type = type;
  self->signers = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_signer_report_free);
  self->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_recipient_id_free);
  return self;
}

void
smd_layer_free (SmdLayer *self)
{
  g_ptr_array_unref (self->signers);
  g_ptr_array_unref (self->recipients);
  g_free (self->key_encryption);
  g_free (self->decrypted_with);
  g_free (self);
}

SmdReport *
smd_report_new (void)
{
  SmdReport *self = g_new0 (SmdReport, 1);

  self->layers = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_layer_free);
  self->warnings = smd_problems_new ();
  return self;
}

void
smd_report_free (SmdReport *self)
{
  g_ptr_array_unref (self->layers);
  g_ptr_array_unref (self->warnings);
  g_free (self->sender);
  g_free (self);
}
