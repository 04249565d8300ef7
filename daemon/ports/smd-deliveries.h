/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-blob.h"
#include "smd-secret.h"

G_BEGIN_DECLS

/**
 * SmdDelivered:
 * @path: (owned): absolute
 * @mark: (owned): another one whenever the file may have changed
 * @error: (owned) (nullable): why it can't be taken
 *
 * A file that somebody has laid down for the user.
 */
typedef struct
{
  char *path;    /* (owned) */
  char *mark;    /* (owned) */
  GError *error; /* (owned) (nullable) */
} SmdDelivered;

/* Takes @error. */
SmdDelivered *smd_delivered_new (const char *path, const char *mark, GError *error);
void smd_delivered_free (SmdDelivered *self);

#define SMD_TYPE_DELIVERIES (smd_deliveries_get_type ())
G_DECLARE_INTERFACE (SmdDeliveries, smd_deliveries, SMD, DELIVERIES, GObject)

/**
 * SmdDeliveriesInterface:
 * @start: begins to emit `changed`; once, in the thread of the default main context
 * @expect: whether a password that comes, or a keyring that is unlocked, is of use: from then on it is told by `changed`, too. Main thread.
 * @list: (transfer full) (element-type SmdDelivered): the PKCS#12 files that are there now, as many as are looked at. Any thread.
 * @read: the file's bytes; `TooLarge`, `Failed`. Any thread.
 * @lookup_password: that of the file at @path; prompts nobody: `NotFound`, `Locked`, `Cancelled`, `Failed` (no Secret Service). Any thread, may block.
 *
 * What an administrator delivers, and the passwords for it. Signal `changed`, on the main context: looking again may be worth it.
 */
struct _SmdDeliveriesInterface
{
  GTypeInterface parent;
  void (*start) (SmdDeliveries *self);
  void (*expect) (SmdDeliveries *self, gboolean password);
  GPtrArray *(*list) (SmdDeliveries *self);
  SmdBlob *(*read) (SmdDeliveries *self, const char *path, GError **error);
  SmdSecret *(*lookup_password) (SmdDeliveries *self, const char *path, GCancellable *cancellable, GError **error);
};

void smd_deliveries_start (SmdDeliveries *self);
void smd_deliveries_expect (SmdDeliveries *self, gboolean password);
GPtrArray *smd_deliveries_list (SmdDeliveries *self);
SmdBlob *smd_deliveries_read (SmdDeliveries *self, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdSecret *smd_deliveries_lookup_password (SmdDeliveries *self, const char *path, GCancellable *cancellable,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
