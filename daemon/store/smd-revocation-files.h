/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl.h"

G_BEGIN_DECLS

/**
 * SmdRevocationFiles:
 *
 * The folder of CRL indexes, and those of them that are open. An index is written under a name that was never used before and is never
 * changed; whoever has it open may go on with it when it is removed. Thread-safe.
 */
typedef struct _SmdRevocationFiles SmdRevocationFiles;

/* @folder: is made (mode 0700) when the first index is written */
SmdRevocationFiles *smd_revocation_files_new (SmdCrypto *crypto, const char *folder);
void smd_revocation_files_free (SmdRevocationFiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdRevocationFiles, smd_revocation_files_free)

/* smd_crl_import() into a new file. @name: (out): (transfer full): its name in the folder */
SmdCrl *smd_revocation_files_import (SmdRevocationFiles *self, SmdBlob *file, GPtrArray *issuers, SmdCrl *previous, char **name,
                                     GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): on error `Malformed` (damaged), `NotFound` */
SmdCrl *smd_revocation_files_open (SmdRevocationFiles *self, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_revocation_files_remove (SmdRevocationFiles *self, const char *name);
/* Removes what a killed process left: all files but @known (element-type utf8). Only before anything is imported. */
void smd_revocation_files_sweep (SmdRevocationFiles *self, GPtrArray *known);

G_END_DECLS
