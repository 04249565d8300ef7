/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-certificate.h"
#include "smd-pbe.h"
#include "smd-private-key.h"

/* A key or a certificate as it lies in the file (RFC 7292 section 4.2). */
typedef struct
{
  SmdPrivateKey *key;          /* (owned) (nullable) one of the two */
  SmdCertificate *certificate; /* (owned) (nullable) */
  char *name;                  /* (owned) (nullable) friendlyName, UTF-8 */
  GBytes *local_id;            /* (owned) (nullable) localKeyID */
} SmdPkcs12Bag;

void smd_pkcs12_bag_free (SmdPkcs12Bag *self);

/**
 * smd_pkcs12_bags_read:
 * @safe: the AuthenticatedSafe in BER or DER
 *
 * Reads the keys and certificates of all safes, nested ones too. What is neither (CRLs, secrets, unknown types) is skipped.
 *
 * Returns: (transfer full) (element-type SmdPkcs12Bag): in the file's order, without duplicates; on error `WrongPassword`,
 *   `LegacyAlgorithm`, `Malformed`, `LimitExceeded`, `NotSupported`
 */
GPtrArray *smd_pkcs12_bags_read (SmdPbe *pbe, SmdSpan safe, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the password opens anything in @safe: it is right then, whatever the MAC says. */
gboolean smd_pkcs12_bags_fit (SmdPbe *pbe, SmdSpan safe);
