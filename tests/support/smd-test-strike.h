/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-test-keyring.h"

G_BEGIN_DECLS

typedef struct _SmdTestStrike SmdTestStrike;

/**
 * smd_test_strike_new:
 * @step: from 1
 * @hit: called in GDBus's thread, and so not to use GDBus
 *
 * From now on each message to the keyring is a step; @hit is called at one of them, before that message goes out.
 */
SmdTestStrike *smd_test_strike_new (SmdTestKeyring *keyring, guint step, void (*hit) (SmdTestKeyring *keyring));
/* Returns: whether it came to that step */
gboolean smd_test_strike_free (SmdTestStrike *self);

/* What may happen at any step */
void smd_test_strike_lock (SmdTestKeyring *keyring);
void smd_test_strike_kill (SmdTestKeyring *keyring);
/* Killed, and a new one is there at once; it is locked, or not. */
void smd_test_strike_restart_locked (SmdTestKeyring *keyring);
void smd_test_strike_restart (SmdTestKeyring *keyring);

G_END_DECLS
