/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-certificate.h"
#include "smd-private-key.h"

G_BEGIN_DECLS

/* The test PKI's people (tests/pki/pki.py), whose files are in the folder that SMIMED_TEST_PEOPLE names. */

SmdCrypto *smd_test_crypto_new (void);

/* @file: such as "alice.crt". Returns: (transfer full) */
char *smd_test_people_path (const char *file);

/* Returns: (transfer full): what is in @file */
char *smd_test_people_text (const char *file);

/* Returns: (transfer full): NAME.crt */
SmdCertificate *smd_test_people_certificate (SmdCrypto *crypto, const char *name);
/* Returns: (transfer full): NAME.key */
SmdPrivateKey *smd_test_people_key (SmdCrypto *crypto, const char *name);

/* Returns: (transfer full): all certificates of a file, which must be good */
GPtrArray *smd_test_read_certificates (SmdCrypto *crypto, const char *path);

/**
 * SmdTestPerson:
 *
 * Certificate and key, and where they are for others
 */
typedef struct
{
  SmdCertificate *certificate; /* (owned) */
  SmdPrivateKey *key;          /* (owned) */
  char *certificate_path;      /* (owned) */
  char *key_path;              /* (owned) */
} SmdTestPerson;

SmdTestPerson *smd_test_person_new (SmdCrypto *crypto, const char *name);
/* Somebody whose files are in another @folder */
SmdTestPerson *smd_test_person_read (SmdCrypto *crypto, const char *folder, const char *name);
void smd_test_person_free (SmdTestPerson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdTestPerson, smd_test_person_free)

G_END_DECLS
