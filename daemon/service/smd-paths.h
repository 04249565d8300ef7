/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SMD_PATH_ROOT "/org/smimed/Smime1"
#define SMD_PATH_ACCOUNTS SMD_PATH_ROOT "/accounts"
#define SMD_PATH_CERTIFICATES SMD_PATH_ROOT "/certificates"
#define SMD_PATH_JOBS SMD_PATH_ROOT "/jobs"

char *smd_path_for_account (const char *id);
/* @fingerprint: (nullable): %NULL gives `/` */
char *smd_path_for_certificate (const char *fingerprint);
char *smd_path_for_job (const char *sender, const char *token);

/* Returns: (transfer none) (nullable): the account's id; %NULL if @path isn't an account's */
const char *smd_path_get_account (const char *path);
/* Returns: (transfer none) (nullable): the fingerprint; %NULL if @path isn't a certificate's */
const char *smd_path_get_certificate (const char *path);

G_END_DECLS
