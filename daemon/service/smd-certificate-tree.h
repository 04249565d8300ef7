/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job.h"

G_BEGIN_DECLS

/**
 * SmdCertificateTree:
 *
 * The Certificate objects that ObjectManager doesn't list: reachable by path, made when they are asked for. There may be 100,000 of them.
 */
typedef struct _SmdCertificateTree SmdCertificateTree;

/* Returns: (transfer full): on error `Failed`; @host must outlive it */
SmdCertificateTree *smd_certificate_tree_new (GDBusConnection *connection, SmdJobHost *host,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_certificate_tree_free (SmdCertificateTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCertificateTree, smd_certificate_tree_free)

/* After the stores have changed: brings those up to date that clients have looked at lately, and tells what has changed. */
void smd_certificate_tree_show (SmdCertificateTree *self);

G_END_DECLS
