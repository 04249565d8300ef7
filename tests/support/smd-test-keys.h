/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database-keys.h"
#include "smd-pkcs12.h"
#include "smd-secret-service.h"
#include "smd-test-keyring.h"

G_BEGIN_DECLS

/* The key store over a real keyring and a real database */
typedef struct
{
  SmdTestKeyring *keyring; /* (unowned) */
  SmdCrypto *crypto;       /* (owned) */
  char *path;              /* (owned) */
  SmdDatabase *database;   /* (owned) */
  SmdKeyStore *store;      /* (owned) */
  GPtrArray *alice;        /* (owned) one identity */
  SmdCertificate *issuer;  /* (owned) */
} SmdTestKeys;

typedef struct
{
  const char *path; /* (unowned) */
  void (*run) (SmdTestKeys *self, gconstpointer data);
} SmdTestKeysTest;

/* A main(): runs @tests (its end has no path) over one keyring, each with a database of its own. */
int smd_test_keys_run (int argc, char **argv, const SmdTestKeysTest *tests);

/* What another start finds */
void smd_test_keys_reopen (SmdTestKeys *self);
/* The same after the database was lost */
void smd_test_keys_lose_database (SmdTestKeys *self);

/* Returns: (transfer full): @name's PKCS#12 file */
SmdPkcs12 *smd_test_keys_load (SmdTestKeys *self, const char *name);
SmdIdentity *smd_test_keys_alice (SmdTestKeys *self);
void smd_test_keys_add_alice (SmdTestKeys *self);

gboolean smd_test_keys_has (SmdTestKeys *self, gboolean interactive, GError **error);
void smd_test_keys_assert (SmdTestKeys *self);
void smd_test_keys_assert_none (SmdTestKeys *self, gboolean interactive, int code);
/* Returns: of the certificate in the database, -1 if it isn't there */
int smd_test_keys_get_role (SmdTestKeys *self, SmdCertificate *certificate);
/* Returns: whether something has changed */
gboolean smd_test_keys_sync (SmdTestKeys *self);
SmdKeysDue smd_test_keys_get_due (SmdTestKeys *self);

G_END_DECLS
