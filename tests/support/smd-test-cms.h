/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib/gstdio.h>

#include "smd-cms.h"

G_BEGIN_DECLS

/**
 * SmdTestPerson:
 *
 * One of the test PKI's people (tests/pki/pki.py): certificate and key.
 */
typedef struct
{
  SmdCertificate *certificate; /* (owned) */
  SmdPrivateKey *key;          /* (owned) */
  char *certificate_path;      /* (owned) */
  char *key_path;              /* (owned) */
} SmdTestPerson;

SmdTestPerson *smd_test_person_new (SmdCrypto *crypto, const char *name);
void smd_test_person_free (SmdTestPerson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdTestPerson, smd_test_person_free)

/* A folder of its own, removed by smd_test_folder_remove(). */
char *smd_test_folder_new (void);
void smd_test_folder_remove (char *folder);

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

/* Returns: (transfer full) (nullable): a file of the conformance data; %NULL if it isn't there */
char *smd_test_corpus (const char *name);

/* Returns: (transfer full): a file, which must be there */
SmdBlob *smd_test_read_file (const char *path);

/* Returns: (transfer full): a copy that may be changed */
GByteArray *smd_test_copy (SmdSpan span);
SmdBlob *smd_test_blob (GByteArray *bytes);

/* Returns: (transfer none): where @needle lies in @bytes, which it must */
guint8 *smd_test_find (GByteArray *bytes, SmdSpan needle);

SmdCms *smd_test_parse (SmdCrypto *crypto, SmdBlob *der);

G_END_DECLS
