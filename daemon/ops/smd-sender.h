/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-message.h"

G_BEGIN_DECLS

/**
 * smd_sender_choose:
 * @message: (nullable): the outermost message
 * @given: (nullable): what the client wants compared instead
 *
 * The one address that a signer must prove (RFC 8550 section 3). A message with a single From address is compared with
 * that one, whatever its Sender field says: readers are shown From, so another's signature must not vouch for it. Only where From
 * names several mailboxes, Sender decides, and it must be one of them.
 *
 * Returns: (transfer full) (nullable): the address; %NULL if there is none
 */
char *smd_sender_choose (SmdMessage *message, const char *given);

G_END_DECLS
