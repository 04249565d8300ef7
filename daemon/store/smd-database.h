/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-account.h"
#include "smd-cert-store.h"
#include "smd-expiry-store.h"
#include "smd-request-store.h"

G_BEGIN_DECLS

#define SMD_TYPE_DATABASE (smd_database_get_type ())
G_DECLARE_FINAL_TYPE (SmdDatabase, smd_database, SMD, DATABASE, GObject)

/**
 * SmdDatabase:
 *
 * Everything that isn't secret in one SQLite file: implements #SmdCertStore, #SmdAccountStore, #SmdRequestStore and #SmdExpiryStore, and keeps
 * the books of the key store. Any thread; one connection behind a mutex, held for microseconds (certificates are decoded outside of it), and
 * a second one to read with while the first is in use (#SmdSideReader): who reads never waits for the disk with who writes.
 *
 * Write-ahead log: a process that is killed at any moment loses nothing that was committed and nothing that was half done,
 * whatever `synchronous` says. A power cut is another matter: what the user asked for (imports, trust, accounts, the key store's
 * journal) is on the disk when the call returns (the log is synchronised after the commit, when nobody waits for the connection any more); what
 * is learned from each verified message isn't waited for: a power cut may take the last of it, but never damages the file (`synchronous=NORMAL`).
 */

/**
 * smd_database_new:
 * @path: the file; its folder is made (mode 0700) if needed, the file gets mode 0600
 *
 * Opens the database, and makes or upgrades it. A damaged one is renamed to `<path>.corrupt-<time>` and made anew: own
 * certificates come back from the Secret Service by smd_key_store_sync(). One that a newer smimed wrote is left alone.
 *
 * Returns: (transfer full): the database; on error `Failed`
 */
SmdDatabase *smd_database_new (SmdCrypto *crypto, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
