/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-verdict.h"

#include "smimed-enum-types.h"
#include "smimed-problem-private.h"
#include "smimed-value-private.h"
#include "smimed-verdict-private.h"
#include "smimed-words.h"

struct _SmimedVerdict
{
  SmimedValue parent;
  GPtrArray *problems; /* (owned) of SmimedProblem */
  GPtrArray *members;  /* (owned) of SmimedVerdict */
};

G_DEFINE_FINAL_TYPE (SmimedVerdict, smimed_verdict, SMIMED_TYPE_VALUE)

static void
smimed_verdict_finalize (GObject *object)
{
  SmimedVerdict *self = SMIMED_VERDICT (object);

  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  G_OBJECT_CLASS (smimed_verdict_parent_class)->finalize (object);
}

static void
smimed_verdict_class_init (SmimedVerdictClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_verdict_finalize;
}

static void
smimed_verdict_init (SmimedVerdict *self)
{
}

gpointer
smimed_verdict_new (GVariant *raw)
{
  SmimedVerdict *self = smimed_value_new (SMIMED_TYPE_VERDICT, raw);

  self->problems = smimed_value_list (self, "problems", smimed_problem_new);
  self->members = smimed_value_list (self, "members", smimed_verdict_new);
  return self;
}

const char *
smimed_verdict_get_address (SmimedVerdict *self)
{
  return smimed_value_string (self, "address");
}

SmimedSource
smimed_verdict_get_source (SmimedVerdict *self)
{
  return smimed_value_word (self, "source", SMIMED_TYPE_SOURCE, SMIMED_SOURCE_NONE, SMIMED_SOURCE_NONE);
}

const char *
smimed_verdict_get_certificate (SmimedVerdict *self)
{
  return smimed_value_string (self, "certificate");
}

gint64
smimed_verdict_get_not_after (SmimedVerdict *self)
{
  return smimed_value_int64 (self, "not-after", 0);
}

GPtrArray *
smimed_verdict_get_problems (SmimedVerdict *self)
{
  return self->problems;
}

SmimedAction
smimed_verdict_get_action (SmimedVerdict *self)
{
  return smimed_value_word (self, "action", SMIMED_TYPE_ACTION, SMIMED_ACTION_NONE, SMIMED_ACTION_REMOVE);
}

GPtrArray *
smimed_verdict_get_members (SmimedVerdict *self)
{
  return self->members;
}

static gboolean
knows (SmimedVerdict *self, const char *key, GType enumeration)
{
  const char *word = smimed_value_string (self, key);
  int value;

  return word == NULL || smimed_word_to_enum (word, enumeration, &value);
}

static gboolean
members_are_usable (SmimedVerdict *self)
{
  for (guint i = 0; i < self->members->len; i++)
    if (!smimed_verdict_is_usable (self->members->pdata[i]))
      return FALSE;

  return TRUE;
}

gboolean
smimed_verdict_is_usable (SmimedVerdict *self)
{
  return smimed_value_boolean (self, "usable") && knows (self, "source", SMIMED_TYPE_SOURCE) &&
         knows (self, "action", SMIMED_TYPE_ACTION) && members_are_usable (self);
}
