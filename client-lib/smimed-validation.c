/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-validation.h"

#include "smimed-enum-types.h"
#include "smimed-problem-private.h"
#include "smimed-revocation-entry-private.h"
#include "smimed-validation-private.h"
#include "smimed-value-private.h"

struct _SmimedValidation
{
  SmimedValue parent;
  GPtrArray *problems;   /* (owned) of SmimedProblem */
  GPtrArray *chain_der;  /* (owned) of GBytes */
  GPtrArray *revocation; /* (owned) of SmimedRevocationEntry */
};

G_DEFINE_FINAL_TYPE (SmimedValidation, smimed_validation, SMIMED_TYPE_VALUE)

static void
smimed_validation_finalize (GObject *object)
{
  SmimedValidation *self = SMIMED_VALIDATION (object);

  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_clear_pointer (&self->chain_der, g_ptr_array_unref);
  g_clear_pointer (&self->revocation, g_ptr_array_unref);
  G_OBJECT_CLASS (smimed_validation_parent_class)->finalize (object);
}

static void
smimed_validation_class_init (SmimedValidationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_validation_finalize;
}

static void
smimed_validation_init (SmimedValidation *self)
{
}

gpointer
smimed_validation_read (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) raw = g_variant_get_child_value (reply, 0);
  SmimedValidation *self = smimed_value_new (SMIMED_TYPE_VALIDATION, raw);

  self->problems = smimed_value_list (self, "problems", smimed_problem_new);
  self->chain_der = smimed_value_bytes_list (self, "chain-der");
  self->revocation = smimed_value_list (self, "revocation", smimed_revocation_entry_new);
  return self;
}

SmimedChain
smimed_validation_get_chain (SmimedValidation *self)
{
  return smimed_value_word (self, "chain", SMIMED_TYPE_CHAIN, SMIMED_CHAIN_UNJUDGED, SMIMED_CHAIN_INVALID);
}

GPtrArray *
smimed_validation_get_problems (SmimedValidation *self)
{
  return self->problems;
}

GPtrArray *
smimed_validation_get_chain_der (SmimedValidation *self)
{
  return self->chain_der;
}

GPtrArray *
smimed_validation_get_revocation (SmimedValidation *self)
{
  return self->revocation;
}
