/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-test-cms.h"

G_BEGIN_DECLS

/* Signed messages, and what smimed says of them. */

#define SMD_TEST_MESSAGE "Content-Type: text/plain\r\n\r\nA message\r\nof two lines\r\n"

/* Signs with the openssl command; @options: words more, parted by spaces */
SmdBlob *smd_test_openssl_sign (SmdTestFixture *fixture, SmdSpan content, const char *name, const char *options);
/* Signs with smimed, detached */
SmdBlob *smd_test_sign (SmdTestFixture *fixture, const SmdTestPerson *person, SmdCertificate *encryption, SmdSpan content);

/* @more: (nullable): certificates from elsewhere. Returns: (transfer full): the signers */
GPtrArray *smd_test_verify (SmdTestFixture *fixture, SmdBlob *der, SmdSpan content, SmdLines lines, GPtrArray *more);
/* The only signer is judged so, with this problem among others. */
void smd_test_assert_verdict (SmdTestFixture *fixture, SmdBlob *der, SmdSpan content, SmdSignatureState state, SmimedProblemCode problem);
/* This is what is inside, and one byte less room is too little for it. */
void smd_test_assert_content (SmdCms *cms, SmdSpan content);

G_END_DECLS
