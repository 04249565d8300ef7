/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The files that mutt makes of messages, as far as they aren't messages. */

/**
 * smimectl_mutt_message_mend:
 * @copy: what mutt gives $smime_get_signer_cert_command
 *
 * Of an encrypted message mutt copies the header fields without those of MIME, and the base64 text straight behind them, without an empty
 * line. Puts back what is missing.
 *
 * Returns: (transfer full): a message; the very same if nothing is missing
 */
GBytes *smimectl_mutt_message_mend (GBytes *copy);

/**
 * smimectl_mutt_message_add_from:
 * @address: (nullable)
 *
 * Returns: (transfer full): @entity with a From field, if it has no such field, and @address can stand in one
 */
GBytes *smimectl_mutt_message_add_from (GBytes *entity, const char *address);

/* The text of the header field @name, unfolded; (nullable) */
char *smimectl_mutt_message_get_field (GBytes *message, const char *name);

/* Whether From names several, one of whom a Sender field then names: mutt compares its first alone */
gboolean smimectl_mutt_message_has_several_authors (GBytes *message);

/* Whether an entity's own type says that it is signed, or encrypted once more */
gboolean smimectl_mutt_message_is_protected (GBytes *entity);
