/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-notifier.h"

G_BEGIN_DECLS

/* A notice in the words of the language that the thread speaks (SmdLanguage). */

/* Returns: (transfer full): plain text */
char *smd_notice_make_title (const SmdNotice *notice);
/* Returns: (transfer full): plain text */
char *smd_notice_make_body (const SmdNotice *notice);
const char *smd_notice_get_action (void);
const char *smd_notice_get_application (void);

G_END_DECLS
