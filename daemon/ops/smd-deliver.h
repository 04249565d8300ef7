/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"

G_BEGIN_DECLS

/**
 * SmdDelivery:
 * @path: (owned): the file
 * @mark: (owned): that of #SmdDelivered
 * @error: (owned) (nullable): why it isn't imported; %NULL: it is
 * @at: when it was imported, or found not to be: seconds since 1970 UTC
 *
 * What has become of a delivered file.
 */
typedef struct
{
  char *path;    /* (owned) */
  char *mark;    /* (owned) */
  GError *error; /* (owned) (nullable) */
  gint64 at;
} SmdDelivery;

void smd_delivery_free (SmdDelivery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdDelivery, smd_delivery_free)

/* Whether another try may end otherwise although the file is the same: its password may come, the keyring may be unlocked. */
gboolean smd_delivery_is_open (const SmdDelivery *self);

/**
 * smd_deliver:
 * @known: (nullable) (element-type SmdDelivery): what this gave the last time
 * @stored: (out): whether anything was imported
 *
 * Imports the delivered PKCS#12 files, each content once, with the origin `managed`; the files stay as they are. Prompts nobody. Nothing is
 * touched while S/MIME is switched off. What is new is written to the log.
 *
 * Returns: (transfer full) (element-type SmdDelivery): one for each file
 */
GPtrArray *smd_deliver (const SmdEnv *env, const SmdCall *call, GPtrArray *known, gboolean *stored);

G_END_DECLS
