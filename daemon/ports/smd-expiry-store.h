/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "smd-cert-record.h"

G_BEGIN_DECLS

/**
 * SmdExpiryRow:
 * @fingerprint: (owned)
 * @address: (owned): one of the certificate's, normalized; "" if it has none
 * @not_after: seconds since 1970 UTC
 * @told: the smallest threshold in days that was told on the bus, %SMD_EXPIRY_UNTOLD if none
 * @shown: likewise, of those that the desktop has shown
 *
 * A certificate that comes to its end, and what its user knows of that.
 */
typedef struct
{
  char *fingerprint; /* (owned) */
  char *address;     /* (owned) */
  SmdRole role;
  gint64 not_after;
  int told;
  int shown;
} SmdExpiryRow;

SmdExpiryRow *smd_expiry_row_new (const char *fingerprint, const char *address, SmdRole role, gint64 not_after);
SmdExpiryRow *smd_expiry_row_copy (const SmdExpiryRow *self);
void smd_expiry_row_free (SmdExpiryRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdExpiryRow, smd_expiry_row_free)

#define SMD_TYPE_EXPIRY_STORE (smd_expiry_store_get_type ())
G_DECLARE_INTERFACE (SmdExpiryStore, smd_expiry_store, SMD, EXPIRY_STORE, GObject)

/**
 * SmdExpiryStoreInterface:
 * @list: (transfer full) (element-type SmdExpiryRow): certificates of @role that end after @from and not after @until, and the next one after
 *   these, soonest first. Left out are
 *   those that are distrusted,
 *   those that have a successor: same role, for all of their addresses and usages (for authorities: same subject), ends later and begins before
 *   they end, not distrusted,
 *   correspondents' that a directory gave: it gives their successor, too,
 *   intermediate authorities that nobody's certificate here names as its issuer
 * @note: remembers @told and @shown of each of @rows (element-type SmdExpiryRow), unless a smaller one is known. Outlives the certificate:
 *   one that is deleted and comes again is no news
 *
 * Any thread; blocks only for the disk.
 */
struct _SmdExpiryStoreInterface
{
  GTypeInterface parent;
  GPtrArray *(*list) (SmdExpiryStore *self, SmdRole role, gint64 from, gint64 until, GError **error);
  gboolean (*note) (SmdExpiryStore *self, GPtrArray *rows, GError **error);
};

GPtrArray *smd_expiry_store_list (SmdExpiryStore *self, SmdRole role, gint64 from, gint64 until, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_expiry_store_note (SmdExpiryStore *self, GPtrArray *rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
