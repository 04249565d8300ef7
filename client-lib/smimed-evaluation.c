/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-evaluation.h"

#include "smimed-evaluation-private.h"
#include "smimed-value-private.h"
#include "smimed-verdict-private.h"

struct _SmimedEvaluation
{
  GObject parent;
  GPtrArray *verdicts; /* (owned) of SmimedVerdict */
  gboolean ready;
};

G_DEFINE_FINAL_TYPE (SmimedEvaluation, smimed_evaluation, G_TYPE_OBJECT)

static void
smimed_evaluation_finalize (GObject *object)
{
  g_clear_pointer (&SMIMED_EVALUATION (object)->verdicts, g_ptr_array_unref);
  G_OBJECT_CLASS (smimed_evaluation_parent_class)->finalize (object);
}

static void
smimed_evaluation_class_init (SmimedEvaluationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_evaluation_finalize;
}

static void
smimed_evaluation_init (SmimedEvaluation *self)
{
}

/* Ready only if this library, too, understands that every address is usable */
SmimedEvaluation *
smimed_evaluation_new (gboolean ready, GVariant *verdicts)
{
  SmimedEvaluation *self = g_object_new (SMIMED_TYPE_EVALUATION, NULL);

  self->verdicts = smimed_values_from_list (verdicts, smimed_verdict_new);
  self->ready = ready;
  for (guint i = 0; i < self->verdicts->len; i++)
    self->ready = self->ready && smimed_verdict_is_usable (self->verdicts->pdata[i]);
  return self;
}

gboolean
smimed_evaluation_is_ready (SmimedEvaluation *self)
{
  return self->ready;
}

GPtrArray *
smimed_evaluation_get_verdicts (SmimedEvaluation *self)
{
  return self->verdicts;
}
