/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl-index.h"

/* Changes with the format: an older file is then imported again. */
#define SMD_CRL_INDEX_MAGIC "SMDCRL\0\2"
#define SMD_CRL_INDEX_BYTE_ORDER 0x01020304u

/* @records: as many as @header says */
gboolean smd_crl_index_checksum (SmdCrypto *crypto, const SmdCrlHeader *header, const SmdCrlRecord *records,
                                 const SmdSpan parts[SMD_CRL_N_PARTS], guint8 checksum[32]);
