/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cms.h"
#include "smd-test-files.h"
#include "smd-test-people.h"

G_BEGIN_DECLS

/* What each test of a file begins with, for g_test_add() */
typedef struct
{
  SmdCrypto *crypto; /* (owned) */
  char *folder;      /* (owned) */
} SmdTestFixture;

void smd_test_fixture_set_up (SmdTestFixture *fixture, gconstpointer data);
void smd_test_fixture_tear_down (SmdTestFixture *fixture, gconstpointer data);

/* Runs `openssl @command < @input` (words are parted by spaces), which must succeed. Returns: (transfer full): what it puts out */
SmdBlob *smd_test_openssl (const char *folder, SmdSpan input, const char *command, ...) G_GNUC_PRINTF (3, 4);

/* Returns: (transfer full): a copy that may be changed */
GByteArray *smd_test_copy (SmdSpan span);
SmdBlob *smd_test_blob (GByteArray *bytes);

/* Returns: (transfer none): where @needle lies in @bytes, which it must */
guint8 *smd_test_find (GByteArray *bytes, SmdSpan needle);

SmdCms *smd_test_parse (SmdCrypto *crypto, SmdBlob *der);
/* Wherever @der is cut off, what is left is malformed. */
void smd_test_assert_needs_all (SmdCrypto *crypto, SmdBlob *der);

G_END_DECLS
