/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cms-writer.h"
#include "smd-test-cms.h"

G_BEGIN_DECLS

/* What smimed writes, in files for other readers. */

#define SMD_TEST_CHUNK ((gsize) 64 * 1024)
#define SMD_TEST_LIMIT ((gsize) 64 * 1024 * 1024)
#define SMD_TEST_SIGNING_TIME G_GINT64_CONSTANT (1790000000)

/* Contents around the ends of blocks and chunks; the last is 0 again */
extern const gsize smd_test_sizes[];
#define SMD_TEST_N_SIZES 9

/* Returns: (transfer full): lines of text, canonical already */
GBytes *smd_test_text (gsize size);

/* Returns: (transfer full): intermediate and root */
GPtrArray *smd_test_people_chain (SmdCrypto *crypto);

/* Returns: (transfer full): the path of signed.der, sealed.der */
char *smd_test_sign_to_file (SmdTestFixture *fixture, const SmdSignParameters *parameters, SmdSpan content);
char *smd_test_encrypt_to_file (SmdTestFixture *fixture, GPtrArray *recipients, SmdCipher cipher, SmdSpan content);
SmdBlob *smd_test_sign_detached (SmdTestFixture *fixture, const SmdSignParameters *parameters, SmdSpan content);

void smd_test_assert_file (const char *path, SmdSpan expected);
/* The openssl command finds @content in the file at @path. @authority: a file of the signer's root */
void smd_test_assert_openssl_verifies (SmdTestFixture *fixture, const char *path, const char *authority, SmdSpan content);
void smd_test_assert_openssl_decrypts (SmdTestFixture *fixture, const char *path, const SmdTestPerson *person, SmdSpan content);

SmdCms *smd_test_parse_file (SmdTestFixture *fixture, const char *path);
/* It is good, and tells what smimed says of each signature. @encryption: (nullable): the certificate that it recommends */
void smd_test_assert_signer (SmdCms *cms, SmdSpan detached, const SmdTestPerson *person, SmdCertificate *encryption);

G_END_DECLS
