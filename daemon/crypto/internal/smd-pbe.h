/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-openssl.h"
#include "smd-secret.h"

/**
 * SmdPbe:
 *
 * Decryption with one password (RFC 8018, RFC 7292 appendices B and C), which writers of PKCS#12 files have turned into
 * octets in different ways, within a bound of work for the whole file.
 */
typedef struct _SmdPbe SmdPbe;

SmdPbe *smd_pbe_new (SmdCrypto *crypto, SmdSpan password);
void smd_pbe_free (SmdPbe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdPbe, smd_pbe_free)

SmdCrypto *smd_pbe_get_crypto (SmdPbe *self);
/* The forms of the password, NULL data = absent. They are tried in order. */
guint smd_pbe_get_n_forms (SmdPbe *self);
SmdSpan smd_pbe_get_form (SmdPbe *self, guint index);
/* The form that has proved right: tried first from now on. */
void smd_pbe_prefer_form (SmdPbe *self, guint index);

/* Books @iterations of a key derivation; on error `Malformed` (not positive), `LimitExceeded` */
gboolean smd_pbe_charge (SmdPbe *self, gint64 iterations, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Says that the file is "encrypted" or "protected" with an @algorithm that isn't known, and what to use @instead: `LegacyAlgorithm` */
gboolean smd_pbe_refuse (const ASN1_OBJECT *algorithm, const char *how, const char *instead, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): one DER element, decrypted; on error `WrongPassword`, `LegacyAlgorithm`, `Malformed`, `LimitExceeded` */
SmdSecret *smd_pbe_decrypt (SmdPbe *self, const X509_ALGOR *algorithm, SmdSpan encrypted,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether anything could be decrypted: the password is right, then. */
gboolean smd_pbe_has_opened (SmdPbe *self);
