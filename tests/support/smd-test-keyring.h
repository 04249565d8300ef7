/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMD_TEST_KEYRING_PASSWORD "keyring password"
#define SMD_TEST_KEYRING_PATIENCE 20 /* seconds until something that must happen counts as failed */

/* A real gnome-keyring on a bus of its own; its prompts are answered by gcr's mock prompter. All tests of a file share it. */
typedef struct
{
  GTestDBus *bus;           /* (owned) */
  GDBusConnection *session; /* (owned) */
  char *folder;             /* (owned) */
  char *collection;         /* (owned) */
  GPid process;
} SmdTestKeyring;

/* Returns: FALSE, and says that all tests are skipped, if there is no gnome-keyring */
gboolean smd_test_keyring_start (SmdTestKeyring *self);
void smd_test_keyring_stop (SmdTestKeyring *self);
/* The Secret Service goes; the bus stays. */
void smd_test_keyring_kill (SmdTestKeyring *self);
/* Another Secret Service with the same files: begun, and waited for. The first may be called from any thread. */
void smd_test_keyring_spawn (SmdTestKeyring *self, gboolean unlocked);
void smd_test_keyring_await (SmdTestKeyring *self);

void smd_test_keyring_lock (SmdTestKeyring *self);
void smd_test_keyring_unlock (SmdTestKeyring *self);

/* Returns: (transfer full): the items' paths */
char **smd_test_keyring_list (SmdTestKeyring *self);
guint smd_test_keyring_count (SmdTestKeyring *self);
void smd_test_keyring_clear (SmdTestKeyring *self);
GVariant *smd_test_keyring_get (SmdTestKeyring *self, const char *path, const char *interface, const char *property);

/* Gives who watches the Secret Service its turn: it is set up by fewer calls than these. What the tests assert doesn't depend on it. */
void smd_test_keyring_settle (SmdTestKeyring *self);
/* Fails if it isn't removed for SMD_TEST_KEYRING_PATIENCE seconds. Returns: a source's id */
guint smd_test_keyring_expect (void);

G_END_DECLS
