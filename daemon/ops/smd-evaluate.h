/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-problem.h"

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

/* Whether mail to one address can be encrypted, and why not. */
typedef struct
{
  char *address;               /* (owned) as given */
  gboolean usable;
  SmdSource source;
  SmdCertificate *certificate; /* (owned) (nullable) */
  GPtrArray *problems;         /* (owned) of SmdProblem; warnings such as `expiring-soon` where usable */
  SmdAction action;
} SmdVerdict;

void smd_verdict_free (SmdVerdict *self);

/**
 * smd_evaluate:
 * @from: the sender's address; its account's own encryption certificate counts too
 * @recipients: all of To, Cc and Bcc
 * @ready: (out): whether a message to all of them can be encrypted
 *
 * Returns: (transfer full) (element-type SmdVerdict): in order, duplicates folded; on error `NoSuchAccount`, `Cancelled`, `Failed`
 */
GPtrArray *smd_evaluate (const SmdEnv *env, const SmdCall *call, const char *from, const char *const *recipients, gboolean *ready,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
