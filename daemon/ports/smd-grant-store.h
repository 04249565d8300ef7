/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a sandboxed application may be granted. In the order of smd_right_to_word(). */
typedef enum
{
  SMD_RIGHT_MANAGE,  /* keys, certificates, trust, accounts, settings; first: whatever names no right needs this one */
  SMD_RIGHT_USE,     /* sign and encrypt in the user's name */
  SMD_RIGHT_DECRYPT,
  SMD_RIGHT_EXPORT,  /* take keys away */
  SMD_N_RIGHTS,
  SMD_RIGHT_LOOK = SMD_N_RIGHTS, /* see what is stored, have something fetched: comes with any grant */
  SMD_RIGHT_LAYERS,  /* the operation itself requires what each layer of the message needs */
  SMD_RIGHT_NOTHING, /* what needs no grant */
} SmdRight;

typedef enum
{
  SMD_GRANT_UNKNOWN, /* the user wasn't asked yet */
  SMD_GRANT_YES,
  SMD_GRANT_NO,
} SmdGrant;

/* @right: below %SMD_N_RIGHTS. Returns: what the grants are stored under */
const char *smd_right_to_word (SmdRight right);

#define SMD_TYPE_GRANT_STORE (smd_grant_store_get_type ())
G_DECLARE_INTERFACE (SmdGrantStore, smd_grant_store, SMD, GRANT_STORE, GObject)

/**
 * SmdGrantStoreInterface:
 * @lookup: what @application was granted of @right. Errors: `AccessDenied` (this desktop can't remember grants), `Cancelled`
 * @save: remembers an answer of the user. Errors: likewise
 * @claim: waits until nobody else asks the user about an application; then to be ended with @release. Errors: `Cancelled`
 *
 * What the user has granted to sandboxed applications, remembered where the desktop remembers such things. All of it blocks; any worker thread.
 */
struct _SmdGrantStoreInterface
{
  GTypeInterface parent;
  gboolean (*lookup) (SmdGrantStore *self, const char *application, SmdRight right, SmdGrant *grant, GCancellable *cancellable,
                      GError **error);
  gboolean (*save) (SmdGrantStore *self, const char *application, SmdRight right, gboolean granted, GCancellable *cancellable,
                    GError **error);
  gboolean (*claim) (SmdGrantStore *self, GCancellable *cancellable, GError **error);
  void (*release) (SmdGrantStore *self);
};

gboolean smd_grant_store_lookup (SmdGrantStore *self, const char *application, SmdRight right, SmdGrant *grant,
                                 GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_grant_store_save (SmdGrantStore *self, const char *application, SmdRight right, gboolean granted,
                               GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_grant_store_claim (SmdGrantStore *self, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_grant_store_release (SmdGrantStore *self);

G_END_DECLS
