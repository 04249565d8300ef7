/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-test-cms.h"

G_BEGIN_DECLS

/* Encrypted messages, and whether smimed opens them. */

#define SMD_TEST_SECRET "Content-Type: text/plain\r\n\r\nA secret of two lines,\r\nlonger than a block\r\n"
#define SMD_TEST_SECRET_LIMIT ((gsize) 1024 * 1024)

SmdBlob *smd_test_encrypt (SmdTestFixture *fixture, GPtrArray *recipients, SmdCipher cipher, SmdSpan content);
SmdBlob *smd_test_encrypt_to (SmdTestFixture *fixture, const SmdTestPerson *person, SmdCipher cipher, SmdSpan content);

/* It opens, elsewhere and in its own place. */
void smd_test_assert_opens (SmdTestFixture *fixture, SmdBlob *der, const SmdTestPerson *person, SmdCipher cipher,
                            const char *key_encryption, SmdSpan content);
/* It doesn't. @text: (inout) (optional): the error's, the same for all who share it */
void smd_test_assert_fails (SmdTestFixture *fixture, SmdBlob *der, SmdPrivateKey *key, SmimedError code, char **text);

G_END_DECLS
