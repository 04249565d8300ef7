/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

typedef SmimectlExit (*SmimectlCommand) (SmimectlContext *context, GError **error);

/**
 * SmimectlOption:
 * @id: how SmimectlEntry names it
 * @offset: of a field of SmimectlContext
 * @value: (nullable): what stands behind it, for people
 * @kind: (nullable): what completes its value; see SmimectlEntry
 */
typedef struct
{
  const char *id;      /* (unowned) static */
  const char *name;    /* (unowned) static */
  char letter;
  GOptionArg arg;
  gsize offset;
  const char *value;   /* (unowned) static, marked for translation */
  const char *summary; /* (unowned) static, marked for translation */
  const char *kind;    /* (unowned) static */
} SmimectlOption;

/**
 * SmimectlEntry:
 * @arguments: the synopsis
 * @details: (nullable): paragraphs for --help and the manual
 * @options: the ids of its options, with blanks between
 * @kinds: (nullable): what completes the argument at each place, with blanks between: `file`, `account`, `recipient`, `certificate`, `own`,
 *   `key` (of the policy), `text` (nothing), or words with | between; * behind the last: from there on
 * @json: what --json prints
 *
 * All that is to know about a command: --help, completion and the manual come from here.
 */
typedef struct
{
  const char *name;      /* (unowned) static */
  SmimectlCommand run;
  const char *arguments; /* (unowned) static, marked for translation */
  const char *summary;   /* (unowned) static, marked for translation */
  const char *details;   /* (unowned) static, marked for translation */
  const char *options;   /* (unowned) static */
  const char *kinds;     /* (unowned) static */
  const char *json;      /* (unowned) static */
  gboolean local;        /* works without the service */
} SmimectlEntry;

/* Ends with an entry whose name is NULL */
extern const SmimectlEntry smimectl_entries[];

/* Returns: (nullable): the command called @name */
const SmimectlEntry *smimectl_entry_find (const char *name);

SmimectlExit smimectl_status (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_enable (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_disable (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_account (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_import (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_export (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_generate_password (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_managed (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_request (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_certificates (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_delete (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_trust (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_recipients (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_sign (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_encrypt (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_open (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_verify (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_inspect (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_revocation (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_monitor (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_policy (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
