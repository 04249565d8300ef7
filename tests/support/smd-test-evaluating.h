/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-fake-directory.h"
#include "smd-fake-world.h"
#include "smd-verdict.h"

G_BEGIN_DECLS

#define SMD_TEST_FIRST "ldap://first/"
#define SMD_TEST_SECOND "ldap://second/"

/* alice@example.org, who writes to people whom the two directories know, or the store */
typedef struct
{
  SmdFakeWorld *world;         /* (owned) */
  SmdFakeDirectory *directory; /* (owned) */
  SmdEnv env;
  SmdCall call;
  gboolean ready;              /* what the last evaluation said of the whole message */
} SmdTestEvaluating;

void smd_test_evaluating_set_up (SmdTestEvaluating *self, gconstpointer data);
void smd_test_evaluating_tear_down (SmdTestEvaluating *self, gconstpointer data);

/* The directory has NAME's certificate in the entry of @address. */
void smd_test_evaluating_publish (SmdTestEvaluating *self, const char *url, const char *address, const char *name);
/* @second: (nullable) */
void smd_test_evaluating_publish_group (SmdTestEvaluating *self, const char *address, const char *first, const char *second);

/* Returns: (transfer full) (element-type SmdVerdict) */
GPtrArray *smd_test_evaluating_evaluate_all (SmdTestEvaluating *self, const char *const *addresses);
/* Returns: (transfer full) */
SmdVerdict *smd_test_evaluating_evaluate (SmdTestEvaluating *self, const char *address);
/* Returns: (transfer none) (nullable) */
const SmdProblem *smd_test_evaluating_find_problem (const SmdVerdict *verdict, SmimedProblemCode code);

void smd_test_evaluating_assert_usable (SmdTestEvaluating *self, const char *address, const char *name, SmdSource source);
void smd_test_evaluating_assert_refused (SmdTestEvaluating *self, const char *address, SmimedProblemCode code, SmdAction action);

G_END_DECLS
