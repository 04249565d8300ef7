/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-directory.h"
#include "smd-form.h"
#include "smd-problem.h"
#include "smd-validate.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_SOURCE_NONE,
  SMD_SOURCE_LOCAL,
  SMD_SOURCE_DIRECTORY,
} SmdSource;

typedef enum
{
  SMD_ACTION_NONE,
  SMD_ACTION_REMOVE,
  SMD_ACTION_RETRY,
  SMD_ACTION_UNLOCK,
} SmdAction;

/**
 * SmdVerdict:
 * @address: (owned): as given
 * @certificate: (owned) (nullable): what would be encrypted with; if it isn't usable, the first one that was tried
 * @chain: (owned) (nullable) (element-type SmdCertificate): the path of @certificate
 * @answer: (owned) (nullable): of the directory that @certificate comes from
 * @problems: (owned) (element-type SmdProblem): why not; where usable, warnings such as `expiring-soon` and `directory-unreachable`
 * @members: (owned) (nullable) (element-type SmdVerdict): the address is a group's: everybody in it, groups inside of it dissolved; usable if all
 *   of them are, and there is one
 * @until: if usable, nothing that it rests on ends before, nor does a newer certificate begin; seconds since 1970 UTC
 *
 * Whether mail to one address can be encrypted, and why not. Reference counted (atomic); immutable once it has been concluded.
 */
typedef struct
{
  char *address;               /* (owned) */
  gboolean usable;
  SmdSource source;
  SmdCertificate *certificate; /* (owned) */
  GPtrArray *chain;            /* (owned) */
  SmdDirectoryAnswer *answer;  /* (owned) */
  GPtrArray *problems;         /* (owned) */
  GPtrArray *members;          /* (owned) */
  SmdAction action;
  gint64 until;
  SmdForm form;                /* see smd_verdict_keep_form() */
} SmdVerdict;

SmdVerdict *smd_verdict_new (const char *address);
SmdVerdict *smd_verdict_ref (SmdVerdict *self);
void smd_verdict_unref (SmdVerdict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdVerdict, smd_verdict_unref)

/**
 * smd_verdict_keep_form:
 * @form: (transfer full): what the verdict looks like to others, which is the same each time that it is remembered
 *
 * Any thread; for verdicts that have been concluded.
 *
 * Returns: (transfer none): the form that is kept: @form, or what somebody else has kept before
 */
gpointer smd_verdict_keep_form (SmdVerdict *self, gpointer form, GDestroyNotify free_form);
/* Returns: (transfer none) (nullable) */
gpointer smd_verdict_get_form (SmdVerdict *self);

/* Makes @certificate the one that the verdict is about. @answer: (nullable): the directory's that it comes from */
void smd_verdict_take (SmdVerdict *self, SmdCertificate *certificate, SmdDirectoryAnswer *answer, const SmdValidation *validation);

/* It is a group: @members (transfer full) decide. */
void smd_verdict_take_members (SmdVerdict *self, GPtrArray *members);

/* Calls @func for the verdict itself or, with a group, for each of its members */
typedef void (*SmdVerdictFunc) (const SmdVerdict *verdict, gpointer data);
void smd_verdict_foreach (const SmdVerdict *self, SmdVerdictFunc func, gpointer data);

G_END_DECLS
