/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-seal.h"

#include "smd-problem.h"

static void
seal_recipient_free (SmdSealRecipient *self)
{
  g_free (self->address);
  g_free (self->certificate);
  g_free (self);
}

SmdSealReport *
smd_seal_report_new (void)
{
  SmdSealReport *self = g_new0 (SmdSealReport, 1);

  self->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) seal_recipient_free);
  self->warnings = smd_problems_new ();
  return self;
}

void
smd_seal_report_free (SmdSealReport *self)
{
  g_free (self->certificate);
  g_free (self->digest);
  g_ptr_array_unref (self->recipients);
  g_ptr_array_unref (self->warnings);
  g_free (self);
}

void
smd_sealed_copy_free (SmdSealedCopy *self)
{
  g_strfreev (self->addresses);
  smd_blob_unref (self->message);
  g_free (self);
}
