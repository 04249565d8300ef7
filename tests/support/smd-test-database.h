/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database-private.h"

G_BEGIN_DECLS

/* A database in a folder of its own */
typedef struct
{
  SmdCrypto *crypto;      /* (owned) */
  char *folder;           /* (owned) */
  char *path;             /* (owned) */
  SmdDatabase *database;  /* (owned) (nullable) */
  SmdCertificate *alice;  /* (owned) not in it */
  SmdCertificate *issuer; /* (owned) hers, not in it */
} SmdTestDatabase;

void smd_test_database_set_up (SmdTestDatabase *self, gconstpointer data);
void smd_test_database_tear_down (SmdTestDatabase *self, gconstpointer data);
/* What another start finds */
void smd_test_database_reopen (SmdTestDatabase *self);

/* Adds @certificate, as one that a message brought. */
void smd_test_database_add (SmdTestDatabase *self, SmdCertificate *certificate, SmdRole role);
SmdCertRecord *smd_test_database_lookup (SmdTestDatabase *self, SmdCertificate *certificate);
/* Returns: whether exactly @certificate is found by @query */
gboolean smd_test_database_finds (SmdTestDatabase *self, SmdCertQuery query, SmdCertificate *certificate);
/* Returns: (transfer full): the fingerprints of @address, in order, with spaces between */
char *smd_test_database_list (SmdTestDatabase *self, const char *address);
void smd_test_database_assert_listed (SmdTestDatabase *self, const char *address, const char *expected);
/* Runs SQL beside the store, as another program would. Returns: the number in the first row */
gint64 smd_test_database_run_sql (SmdTestDatabase *self, const char *sql);

/* smd_test_database_finds() with what differs from SMD_CERT_QUERY_INIT */
#define SMD_TEST_FINDS(certificate, ...) \
  smd_test_database_finds (fixture, (SmdCertQuery){ .usage = SMD_USAGE_ANY, .role = -1, .own = -1, __VA_ARGS__ }, certificate)

G_END_DECLS
