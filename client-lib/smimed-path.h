/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SMIMED_NAME "org.smimed.Smime1"
#define SMIMED_ROOT "/org/smimed/Smime1"
#define SMIMED_CERTIFICATES SMIMED_ROOT "/certificates/"

/* Returns: (transfer none) (nullable): NULL for `/` */
const char *smimed_path_to_fingerprint (const char *path);

/* @fingerprint: (nullable): NULL stands for `/`. Returns: (transfer full): also for nonsense a path, of no object */
char *smimed_path_for_certificate (const char *fingerprint);

/* @sender: a unique name. Returns: (transfer full) */
char *smimed_path_for_job (const char *sender, const char *token);

G_END_DECLS
