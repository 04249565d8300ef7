/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-problem.h"

#include "smimed-problem-private.h"
#include "smimed-value-private.h"

struct _SmimedProblem
{
  SmimedValue parent;
};

G_DEFINE_FINAL_TYPE (SmimedProblem, smimed_problem, SMIMED_TYPE_VALUE)

static void
smimed_problem_class_init (SmimedProblemClass *klass)
{
}

static void
smimed_problem_init (SmimedProblem *self)
{
}

gpointer
smimed_problem_new (GVariant *raw)
{
  return smimed_value_new (SMIMED_TYPE_PROBLEM, raw);
}

const char *
smimed_problem_get_code (SmimedProblem *self)
{
  return smimed_value_string (self, "code");
}

const char *
smimed_problem_get_certificate (SmimedProblem *self)
{
  return smimed_value_string (self, "certificate");
}

int
smimed_problem_get_depth (SmimedProblem *self)
{
  return (int) smimed_value_int64 (self, "depth", -1);
}

gboolean
smimed_problem_is_temporary (SmimedProblem *self)
{
  return smimed_value_boolean (self, "temporary");
}

const char *
smimed_problem_get_url (SmimedProblem *self)
{
  return smimed_value_string (self, "url");
}

gint64
smimed_problem_get_at (SmimedProblem *self)
{
  return smimed_value_int64 (self, "at", 0);
}

int
smimed_problem_get_days (SmimedProblem *self)
{
  return (int) smimed_value_int64 (self, "days", 0);
}

const char *
smimed_problem_get_detail (SmimedProblem *self)
{
  return smimed_value_string (self, "detail");
}
