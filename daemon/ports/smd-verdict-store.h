/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SMD_TYPE_VERDICT_STORE (smd_verdict_store_get_type ())
G_DECLARE_INTERFACE (SmdVerdictStore, smd_verdict_store, SMD, VERDICT_STORE, GObject)

/**
 * SmdVerdictStoreInterface:
 * @find: whether a verdict is kept for @identity, and which (@valid: whether the signer's chain was valid when the signature was first
 *   seen); FALSE without error if there is none
 * @keep: keeps the first one; a later one changes nothing. Of many, the oldest are forgotten. @at: seconds since 1970 UTC
 *
 * What was said of signatures when they were first seen, by SmdSigner.identity. Any thread.
 */
struct _SmdVerdictStoreInterface
{
  GTypeInterface parent;
  gboolean (*find) (SmdVerdictStore *self, const char *identity, gboolean *valid, GError **error);
  gboolean (*keep) (SmdVerdictStore *self, const char *identity, gboolean valid, gint64 at, GError **error);
};

gboolean smd_verdict_store_find (SmdVerdictStore *self, const char *identity, gboolean *valid,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_verdict_store_keep (SmdVerdictStore *self, const char *identity, gboolean valid, gint64 at,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
