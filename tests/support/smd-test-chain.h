/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl.h"
#include "smd-test-authority.h"

G_BEGIN_DECLS

#define SMD_TEST_DEPTH 4

/**
 * SmdTestChain:
 *
 * A chain of four: leaf, two authorities, root; each of the upper three can sign CRLs.
 */
typedef struct
{
  SmdCrypto *crypto;                      /* (owned) */
  char *folder;                           /* (owned) */
  EVP_PKEY *keys[SMD_TEST_DEPTH];         /* (owned) */
  X509 *x509[SMD_TEST_DEPTH];             /* (owned) */
  SmdCertificate *chain[SMD_TEST_DEPTH];  /* (owned) leaf first */
  GPtrArray *candidates;                  /* (owned) */
  GPtrArray *anchors;                     /* (owned) */
  guint files;
} SmdTestChain;

SmdTestChain *smd_test_chain_new (void);
/* Nothing may be left of what was imported. */
void smd_test_chain_free (SmdTestChain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdTestChain, smd_test_chain_free)

/* Returns: (transfer full): another lower authority, which has the first one's key; @constraints: a line of openssl.cnf */
SmdCertificate *smd_test_chain_make_lower (SmdTestChain *self, const char *constraints);

/* Returns: (transfer full): a CRL of the issuer at @depth, not signed yet; @next_update: 0 = it names none */
X509_CRL *smd_test_chain_make_crl (SmdTestChain *self, guint depth, gint64 this_update, gint64 next_update);
/* Returns: (transfer full) (nullable): what is known of @file; the index is gone from the disk */
SmdCrl *smd_test_chain_import (SmdTestChain *self, SmdBlob *file, GError **error);

G_END_DECLS
