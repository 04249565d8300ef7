/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-blob.h"
#include "smd-problem.h"
#include "smd-report.h"

G_BEGIN_DECLS

/* Bringing certificates and keys in and out. */

/**
 * smd_import_pkcs12:
 * @password: (nullable): %NULL asks the user, if the call may
 *
 * Stores all keys and certificates of the file, or none.
 *
 * Returns: (transfer full) (element-type SmdCertificate): own ones first; on error those of smd_pkcs12_read() and of smd_key_store_add()
 */
GPtrArray *smd_import_pkcs12 (const SmdEnv *env, const SmdCall *call, SmdBlob *file, SmdSecret *password, SmdOrigin origin,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_export_pkcs12:
 * @fingerprints: own certificates
 * @password: (nullable): as above
 *
 * Returns: (transfer full): the file; on error `WeakPassword`, `NotFound`, `NoPrivateKey`, `Locked` and its kin
 */
SmdBlob *smd_export_pkcs12 (const SmdEnv *env, const SmdCall *call, const char *const *fingerprints, SmdSecret *password,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_import_certificates:
 * @role: correspondent, intermediate or anchor
 * @refused: (out) (transfer full) (element-type SmdProblem): those that can't serve @role, with the reason
 *
 * Returns: (transfer full) (element-type SmdCertificate): those stored; on error `Malformed`, `Failed`
 */
GPtrArray *smd_import_certificates (const SmdEnv *env, const SmdCall *call, SmdBlob *file, SmdRole role, GPtrArray **refused,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_import_from_message:
 *
 * Stores the sender's encryption certificate of a verified signed message (encryption key preference first). Idempotent.
 *
 * Returns: (transfer full) (element-type SmdCertificate): what is stored now; on error `NotProtected`, `CertificateInvalid`, `NoCertificate`,
 *   `AddressMismatch`, `PolicyForbids`
 */
GPtrArray *smd_import_from_message (const SmdEnv *env, const SmdCall *call, SmdBlob *message, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_harvest:
 * @report: of a message that was opened or verified
 *
 * Where the policy `harvest-certificates` is `automatic`: stores the certificate that smd_import_from_message() would store, unless it is
 * there. What can't be stored isn't: the message is what counts.
 */
void smd_harvest (const SmdEnv *env, const SmdCall *call, const SmdReport *report);

/**
 * smd_create_request:
 * @key_type: `rsa-2048`, `rsa-3072`, `rsa-4096`, `p-256`, `p-384`
 * @token: (out) (transfer full): names the request, also after a restart
 *
 * Makes a key and a request for its certificate; the key waits in the key store.
 *
 * Returns: (transfer full): the PKCS#10 request in PEM; on error `InvalidArgument`, `Locked` and its kin, `Cancelled`
 */
SmdBlob *smd_create_request (const SmdEnv *env, const SmdCall *call, const char *address, const char *key_type, char **token,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_complete_request:
 * @file: what the certification authority sent: PEM, DER, PKCS#7
 *
 * Joins the certificate with the key that waits for it. A certificate that has found its key already is taken again without complaint.
 *
 * Returns: (transfer full) (element-type SmdCertificate): own ones first; on error `NotFound` (no such request), `NoCertificate` (none fits the
 *   key), `Malformed`, `Locked` and its kin
 */
GPtrArray *smd_complete_request (const SmdEnv *env, const SmdCall *call, const char *token, SmdBlob *file,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_delete_certificate:
 * @delete_key: required to be TRUE for an own certificate, whose key is then gone for good
 */
gboolean smd_delete_certificate (const SmdEnv *env, const SmdCall *call, const char *fingerprint, gboolean delete_key,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
