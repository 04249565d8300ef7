/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-page.h"

/* Whether the account with these properties is ready, and if not, why and what helps */
void smimectl_account_page (SmimectlPage *page, GVariant *properties);
