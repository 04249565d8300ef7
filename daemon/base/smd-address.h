/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * smd_address_normalize:
 * @address: an addr-spec (RFC 5321, RFC 6531); surrounding white space and one pair of angle brackets are tolerated
 *
 * The form in which two addresses are compared (RFC 5321 section 2.4, RFC 9598 section 5): the local part without case, NFC; the
 * domain in lower case as A-labels.
 *
 * Returns: (transfer full) (nullable): the normal form; %NULL if @address isn't an address
 */
char *smd_address_normalize (const char *address);

/* Returns: (transfer full): @address without surrounding white space and one pair of angle brackets: what is shown and written of it */
char *smd_address_strip (const char *address);

/* Whether both are addresses and the same one */
gboolean smd_address_equal (const char *a, const char *b);

G_END_DECLS
