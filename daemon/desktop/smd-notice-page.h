/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-notifier.h"

G_BEGIN_DECLS

/* What a notice has no room for: which certificate it is, and how to get on.
 * Returns: (transfer full): a page of HTML in the language that the thread speaks (SmdLanguage), UTF-8, without scripts or anything from elsewhere */
char *smd_notice_make_page (const SmdNotice *notice);

G_END_DECLS
