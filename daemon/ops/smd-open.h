/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-report.h"

G_BEGIN_DECLS

/**
 * SmdOpenRequest:
 * @message: (unowned): a message, or with @content_type a bare CMS object
 * @entity_only: give the inner entity alone, byte for byte what was signed
 * @content_type: (unowned) (nullable): `application/pkcs7-mime` or `application/pkcs7-signature`
 * @sender: (unowned) (nullable): the address to compare with instead of From or Sender
 * @received_at: seconds since 1970 UTC: also judge as of then; G_MININT64 = no
 * @depth: peel at most so many layers; 0 = all
 */
typedef struct
{
  SmdBlob *message;         /* (unowned) */
  gboolean entity_only;
  const char *content_type; /* (unowned) */
  const char *sender;       /* (unowned) */
  gint64 received_at;
  guint depth;
} SmdOpenRequest;

/**
 * smd_open:
 * @report: (out) (transfer full): set on success only
 *
 * Peels every layer at the root of the message: verifies, decrypts, expands, in whatever nesting. A bad signature is a result,
 * a failed decryption an error.
 *
 * Returns: (transfer full): the innermost message or entity; on error `NotProtected`, `NoPrivateKey`, `IntegrityFailure`, `Malformed`,
 *   `LimitExceeded`, `TooLarge`, `Locked` and its kin, `Cancelled`
 */
SmdBlob *smd_open (const SmdEnv *env, const SmdCall *call, const SmdOpenRequest *request, SmdReport **report,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * SmdVerifyRequest:
 * @content: (unowned): the signed entity, as split from the multipart by the client
 * @signature: (unowned): the SignedData: DER, base64 or PEM
 * @as_is: @content is no MIME entity: its bytes are hashed as they are
 * @sender: (unowned) (nullable): the address to compare with; without one the entity's own From field, if it has any
 * @received_at: as in #SmdOpenRequest
 */
typedef struct
{
  SmdBlob *content;   /* (unowned) */
  SmdBlob *signature; /* (unowned) */
  gboolean as_is;
  const char *sender; /* (unowned) */
  gint64 received_at;
} SmdVerifyRequest;

/**
 * smd_verify:
 *
 * Returns: (transfer full): the report; on error `Malformed`, `Cancelled`
 */
SmdReport *smd_verify (const SmdEnv *env, const SmdCall *call, const SmdVerifyRequest *request,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_inspect:
 * @content_type: (nullable): as in #SmdOpenRequest
 *
 * The outermost layer and its recipients' or signers' ids; no key, no network.
 *
 * Returns: (transfer full): a report with one layer; on error `NotProtected`, `Malformed`, `TooLarge`
 */
SmdReport *smd_inspect (const SmdEnv *env, const SmdCall *call, SmdBlob *message, const char *content_type,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
