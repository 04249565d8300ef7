/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed.h"

/**
 * SmimectlMuttIndex:
 *
 * mutt's list of certificates by address: the lines `ADDRESS NAME LABEL ? t PURPOSE` of a file .index. It says which addresses mutt may ask
 * us to encrypt to; whether that can be done is judged when it is. The label is the certificate's fingerprint's beginning, so that only
 * new certificates have to be looked at.
 */
typedef struct _SmimectlMuttIndex SmimectlMuttIndex;

/* The folder for $smime_certificates (or $smime_keys); it is made, and gone when the user logs out. Returns: (transfer full): its path */
char *smimectl_mutt_folder (gboolean own, GError **error) G_GNUC_WARN_UNUSED_RESULT;

SmimectlMuttIndex *smimectl_mutt_index_new (void);

/* Reads the file of that folder; an empty index where there is none */
SmimectlMuttIndex *smimectl_mutt_index_load (const char *folder);
void smimectl_mutt_index_free (SmimectlMuttIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmimectlMuttIndex, smimectl_mutt_index_free)

/* @label: (nullable): what was found elsewhere than in the store has none */
void smimectl_mutt_index_add (SmimectlMuttIndex *self, const char *address, const char *label, gboolean own);

/* Whether a line has this label. Lines that were neither asked for nor added aren't saved again. */
gboolean smimectl_mutt_index_keep (SmimectlMuttIndex *self, const char *label);

void smimectl_mutt_index_keep_all (SmimectlMuttIndex *self);

gboolean smimectl_mutt_index_save (SmimectlMuttIndex *self, const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
