/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-revocation-database.h"
#include "smd-test-authority.h"

G_BEGIN_DECLS

#define SMD_TEST_URL "http://crl.example.org/a.crl"

/* A store of what is known of revocation, and an authority whose CRLs go there */
typedef struct
{
  SmdCrypto *crypto;         /* (owned) */
  char *folder;              /* (owned) */
  char *crls;                /* (owned) */
  SmdDatabase *database;     /* (owned) (nullable) */
  SmdRevocationStore *store; /* (owned) (nullable) */
  EVP_PKEY *key;             /* (owned) */
  X509 *x509;                /* (owned) */
  GPtrArray *issuers;        /* (owned) */
} SmdTestRevocation;

void smd_test_revocation_set_up (SmdTestRevocation *self, gconstpointer data);
void smd_test_revocation_tear_down (SmdTestRevocation *self, gconstpointer data);
/* What another start finds */
void smd_test_revocation_reopen (SmdTestRevocation *self);
guint smd_test_revocation_count_files (SmdTestRevocation *self);

typedef struct
{
  gint64 this_update;
  gint64 number;
  gint64 base;       /* of a delta CRL; 0 = it is complete */
  const char *scope; /* (unowned) (nullable) of an issuing distribution point */
  guint entries;
} SmdTestSketch;

SmdBlob *smd_test_revocation_make_crl (SmdTestRevocation *self, SmdTestSketch sketch);
SmdRevocationEntry *smd_test_revocation_import_at (SmdTestRevocation *self, const char *url, SmdTestSketch sketch, gint64 now, GError **error);
SmdRevocationEntry *smd_test_revocation_import (SmdTestRevocation *self, const char *url, SmdTestSketch sketch);

/* Returns: (transfer full): the CRLs that the issuer with @name has, or that came from @urls */
GPtrArray *smd_test_revocation_find (SmdTestRevocation *self, X509_NAME *name, const char *const *urls);
/* Exactly these numbers are found, newest first. */
void smd_test_revocation_assert_found (SmdTestRevocation *self, const char *numbers);

G_END_DECLS
