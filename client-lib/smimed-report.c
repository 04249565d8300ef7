/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-report.h"

#include "smimed-enum-types.h"
#include "smimed-layer-private.h"
#include "smimed-problem-private.h"
#include "smimed-report-private.h"
#include "smimed-value-private.h"
#include "smimed-words.h"

struct _SmimedReport
{
  SmimedValue parent;
  GPtrArray *layers;     /* (owned) of SmimedLayer */
  GPtrArray *warnings;   /* (owned) of SmimedProblem */
  SmimedOutput *content; /* (owned) (nullable) */
  SmimedProtection protection;
};

G_DEFINE_FINAL_TYPE (SmimedReport, smimed_report, SMIMED_TYPE_VALUE)

static void
smimed_report_finalize (GObject *object)
{
  SmimedReport *self = SMIMED_REPORT (object);

  g_clear_pointer (&self->layers, g_ptr_array_unref);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_clear_object (&self->content);
  G_OBJECT_CLASS (smimed_report_parent_class)->finalize (object);
}

static void
smimed_report_class_init (SmimedReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_report_finalize;
}

static void
smimed_report_init (SmimedReport *self)
{
}

static gboolean
some_signer_is_authenticated (SmimedReport *self)
{
  g_autoptr (GPtrArray) signers = smimed_report_dup_signers (self);

  for (guint i = 0; i < signers->len; i++)
    if (smimed_signer_is_authenticated (signers->pdata[i]))
      return TRUE;

  return FALSE;
}

/* The weakest of what the summary, the two flags and the layers say: a word that isn't known proves nothing. */
static SmimedProtection
judge (SmimedReport *self)
{
  SmimedProtection word =
      smimed_value_word (self, "protection", SMIMED_TYPE_PROTECTION, SMIMED_PROTECTION_NONE, SMIMED_PROTECTION_NONE);
  gboolean verified = word == SMIMED_PROTECTION_VERIFIED || word == SMIMED_PROTECTION_VERIFIED_CONFIDENTIAL;
  gboolean confidential = word == SMIMED_PROTECTION_CONFIDENTIAL || word == SMIMED_PROTECTION_VERIFIED_CONFIDENTIAL;

  verified = verified && smimed_value_boolean (self, "authenticated") && some_signer_is_authenticated (self);
  confidential = confidential && smimed_value_boolean (self, "confidential");
  if (verified)
    return confidential ? SMIMED_PROTECTION_VERIFIED_CONFIDENTIAL : SMIMED_PROTECTION_VERIFIED;

  return confidential ? SMIMED_PROTECTION_CONFIDENTIAL : SMIMED_PROTECTION_NONE;
}

gpointer
smimed_report_new (GVariant *raw)
{
  SmimedReport *self = smimed_value_new (SMIMED_TYPE_REPORT, raw);

  self->layers = smimed_value_list (self, "layers", smimed_layer_new);
  self->warnings = smimed_value_list (self, "warnings", smimed_problem_new);
  self->protection = judge (self);
  return self;
}

GPtrArray *
smimed_report_get_layers (SmimedReport *self)
{
  return self->layers;
}

const char *
smimed_report_get_sender (SmimedReport *self)
{
  return smimed_value_string (self, "sender");
}

GPtrArray *
smimed_report_get_warnings (SmimedReport *self)
{
  return self->warnings;
}

SmimedProtection
smimed_report_get_protection (SmimedReport *self)
{
  return self->protection;
}

gboolean
smimed_report_is_authenticated (SmimedReport *self)
{
  return self->protection == SMIMED_PROTECTION_VERIFIED || self->protection == SMIMED_PROTECTION_VERIFIED_CONFIDENTIAL;
}

gboolean
smimed_report_is_confidential (SmimedReport *self)
{
  return self->protection == SMIMED_PROTECTION_CONFIDENTIAL ||
         self->protection == SMIMED_PROTECTION_VERIFIED_CONFIDENTIAL;
}

SmimedOutput *
smimed_report_get_content (SmimedReport *self)
{
  return self->content;
}

void
smimed_report_take_content (SmimedReport *self, SmimedOutput *content)
{
  self->content = content;
}

GPtrArray *
smimed_report_dup_signers (SmimedReport *self)
{
  GPtrArray *signers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->layers->len; i++)
    {
      GPtrArray *some = smimed_layer_get_signers (self->layers->pdata[i]);

      for (guint j = 0; j < some->len; j++)
        g_ptr_array_add (signers, g_object_ref (some->pdata[j]));
    }

  return signers;
}

const char *
smimed_report_get_sentence (SmimedReport *self)
{
  return smimed_protection_describe (smimed_word_from_enum (SMIMED_TYPE_PROTECTION, self->protection));
}
