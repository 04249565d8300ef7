/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-sealed.h"

#include "smimed-problem-private.h"
#include "smimed-recipient-private.h"
#include "smimed-sealed-private.h"
#include "smimed-value-private.h"

struct _SmimedSealed
{
  SmimedValue parent;
  GPtrArray *recipients; /* (owned) of SmimedRecipient */
  GPtrArray *warnings;   /* (owned) of SmimedProblem */
  GPtrArray *outputs;    /* (owned) of SmimedOutput */
};

G_DEFINE_FINAL_TYPE (SmimedSealed, smimed_sealed, SMIMED_TYPE_VALUE)

static void
smimed_sealed_finalize (GObject *object)
{
  SmimedSealed *self = SMIMED_SEALED (object);

  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_clear_pointer (&self->outputs, g_ptr_array_unref);
  G_OBJECT_CLASS (smimed_sealed_parent_class)->finalize (object);
}

static void
smimed_sealed_class_init (SmimedSealedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_sealed_finalize;
}

static void
smimed_sealed_init (SmimedSealed *self)
{
}

gpointer
smimed_sealed_new (GVariant *raw)
{
  SmimedSealed *self = smimed_value_new (SMIMED_TYPE_SEALED, raw);

  self->recipients = smimed_value_list (self, "recipients", smimed_recipient_new);
  self->warnings = smimed_value_list (self, "warnings", smimed_problem_new);
  self->outputs = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

const char *
smimed_sealed_get_certificate (SmimedSealed *self)
{
  return smimed_value_string (self, "certificate");
}

const char *
smimed_sealed_get_cipher (SmimedSealed *self)
{
  return smimed_value_string (self, "cipher");
}

const char *
smimed_sealed_get_digest (SmimedSealed *self)
{
  return smimed_value_string (self, "digest");
}

GPtrArray *
smimed_sealed_get_recipients (SmimedSealed *self)
{
  return self->recipients;
}

GPtrArray *
smimed_sealed_get_warnings (SmimedSealed *self)
{
  return self->warnings;
}

SmimedOutput *
smimed_sealed_get_output (SmimedSealed *self)
{
  return self->outputs->pdata[0];
}

SmimedSealed *
smimed_sealed_new_with_output (GVariant *raw, SmimedOutput *output)
{
  SmimedSealed *self = smimed_sealed_new (raw);

  g_ptr_array_add (self->outputs, output);
  return self;
}

GPtrArray *
smimed_sealed_get_outputs (SmimedSealed *self)
{
  return self->outputs;
}
