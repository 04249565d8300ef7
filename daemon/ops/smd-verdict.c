/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-verdict.h"

#define MOST_REASONS 16 /* of a group: who reads more? */

SmdVerdict *
smd_verdict_new (const char *address)
{
  SmdVerdict *self = g_atomic_rc_box_new0 (SmdVerdict);

  self->address = g_strdup (address);
  self->problems = smd_problems_new ();
  self->action = SMD_ACTION_REMOVE;
  return self;
}

SmdVerdict *
smd_verdict_ref (SmdVerdict *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SmdVerdict *self = data;

  g_free (self->address);
  smd_form_clear (&self->form);
  g_clear_pointer (&self->certificate, smd_certificate_unref);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_clear_pointer (&self->answer, smd_directory_answer_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_ptr_array_unref (self->problems);
}

void
smd_verdict_unref (SmdVerdict *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

gpointer
smd_verdict_keep_form (SmdVerdict *self, gpointer form, GDestroyNotify free_form)
{
  return smd_form_keep (&self->form, form, free_form);
}

gpointer
smd_verdict_get_form (SmdVerdict *self)
{
  return smd_form_get (&self->form);
}

void
smd_verdict_take (SmdVerdict *self, SmdCertificate *certificate, SmdDirectoryAnswer *answer, const SmdValidation *validation)
{
  g_clear_pointer (&self->certificate, smd_certificate_unref);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_clear_pointer (&self->answer, smd_directory_answer_unref);
  g_ptr_array_set_size (self->problems, 0);
  self->certificate = smd_certificate_ref (certificate);
  self->chain = g_ptr_array_ref (validation->chain_path);
  self->answer = answer != NULL ? smd_directory_answer_ref (answer) : NULL;
  self->source = answer != NULL ? SMD_SOURCE_DIRECTORY : SMD_SOURCE_LOCAL;
  self->usable = validation->chain == SMD_CHAIN_VALID;
  self->until = smd_validation_get_end (validation);
  smd_problems_append (self->problems, validation->problems);
}

/* What is wrong with a member is what is wrong with the group. */
static void
add_reasons (SmdVerdict *self, const SmdVerdict *member)
{
  for (guint i = 0; i < member->problems->len && self->problems->len < MOST_REASONS; i++)
    {
      SmdProblem *problem = smd_problem_copy (member->problems->pdata[i]);
      g_autofree char *detail = g_steal_pointer (&problem->detail);

      problem->detail = g_strdup_printf ("%s: %s", member->address, detail != NULL ? detail : "");
      g_ptr_array_add (self->problems, problem);
    }
}

void
smd_verdict_take_members (SmdVerdict *self, GPtrArray *members)
{
  gboolean temporary = TRUE;

  self->members = members;
  self->source = SMD_SOURCE_DIRECTORY;
  self->usable = members->len > 0;
  if (members->len == 0)
    smd_problems_add (self->problems, SMIMED_PROBLEM_NO_CERTIFICATE, "The group has no members");
  for (guint i = 0; i < members->len; i++)
    {
      const SmdVerdict *member = members->pdata[i];

      if (member->usable)
        continue;
      add_reasons (self, member);
      temporary &= member->action == SMD_ACTION_RETRY;
      self->usable = FALSE;
    }

  if (self->usable)
    self->action = SMD_ACTION_NONE;
  else
    self->action = temporary && members->len > 0 ? SMD_ACTION_RETRY : SMD_ACTION_REMOVE;
}

void
smd_verdict_foreach (const SmdVerdict *self, SmdVerdictFunc func, gpointer data)
{
  if (self->members == NULL)
    {
      func (self, data);
      return;
    }
  for (guint i = 0; i < self->members->len; i++)
    func (self->members->pdata[i], data);
}
