/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crypto.h"

/* What a target of the cryptographic layer begins with. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Made once: to fetch algorithms takes longer than to read an input. */
static inline SmdCrypto *
crypto (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, (gsize) smd_crypto_new (NULL));
  return (SmdCrypto *) once;
}
