/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-problem.h"

SmdProblem *
smd_problem_new (SmimedProblemCode code, const char *detail)
{
  return smd_problem_new_for (code, NULL, -1, detail);
}

SmdProblem *
smd_problem_new_for (SmimedProblemCode code, const char *fingerprint, int depth, const char *detail)
{
  SmdProblem *self = g_new0 (SmdProblem, 1);

  self->code = code;
  self->certificate = g_strdup (fingerprint);
  self->depth = depth;
  self->days = G_MININT;
  self->detail = g_strdup (detail);
  return self;
}

SmdProblem *
smd_problem_copy (const SmdProblem *self)
{
  SmdProblem *copy = g_memdup2 (self, sizeof *self);

  copy->certificate = g_strdup (self->certificate);
  copy->url = g_strdup (self->url);
  copy->detail = g_strdup (self->detail);
  return copy;
}

void
smd_problem_free (SmdProblem *self)
{
  g_free (self->certificate);
  g_free (self->url);
  g_free (self->detail);
  g_free (self);
}

GPtrArray *
smd_problems_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) smd_problem_free);
}

void
smd_problems_add (GPtrArray *problems, SmimedProblemCode code, const char *detail)
{
  g_ptr_array_add (problems, smd_problem_new (code, detail));
}

gboolean
smd_problems_contain (GPtrArray *problems, SmimedProblemCode code)
{
  for (guint i = 0; i < problems->len; i++)
    if (((SmdProblem *) problems->pdata[i])->code == code)
      return TRUE;

  return FALSE;
}

static gboolean
problem_equal (gconstpointer one, gconstpointer other)
{
  const SmdProblem *a = one;
  const SmdProblem *b = other;

  return a->code == b->code && a->depth == b->depth && a->at == b->at && a->days == b->days
         && g_strcmp0 (a->certificate, b->certificate) == 0 && g_strcmp0 (a->url, b->url) == 0
         && g_strcmp0 (a->detail, b->detail) == 0;
}

void
smd_problems_append (GPtrArray *problems, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    if (!g_ptr_array_find_with_equal_func (problems, from->pdata[i], problem_equal, NULL))
      g_ptr_array_add (problems, smd_problem_copy (from->pdata[i]));
}
