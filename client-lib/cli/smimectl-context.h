/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed.h"

/* Exit codes, as smimectl --help documents them. */
typedef enum
{
  SMIMECTL_OK = 0,
  SMIMECTL_FAILED = 1,     /* the service said no, and why */
  SMIMECTL_USAGE = 2,      /* the command line is wrong */
  SMIMECTL_NOT_PROVEN = 3, /* it worked, and the verdict is bad: sender not proven, recipient not usable, chain not valid */
} SmimectlExit;

/**
 * SmimectlContext:
 *
 * One run of smimectl: what the command line says, and the connection.
 */
typedef struct
{
  SmimedClient *client;  /* (owned) */
  gboolean json;
  gboolean colour;
  char *output;          /* (owned) (nullable) file to write to, NULL = standard output */
  char *from;            /* (owned) (nullable) */
  char *format;          /* (owned) (nullable) */
  char *cipher;          /* (owned) (nullable) */
  char *role;            /* (owned) (nullable) */
  char *usage;           /* (owned) (nullable) */
  char *sender;          /* (owned) (nullable) */
  char **to;             /* (owned) (nullable) */
  char **bcc;            /* (owned) (nullable) */
  int password_fd;       /* -1: ask */
  gboolean sign;
  gboolean own;
  gboolean delete_key;
  char **arguments;      /* (owned) what is left: file names, addresses */
} SmimectlContext;

/* Reads options into @context. FALSE: @error tells what is wrong */
gboolean smimectl_context_parse (SmimectlContext *context, char **arguments, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smimectl_context_clear (SmimectlContext *context);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmimectlContext, smimectl_context_clear)

/* The argument at @index, or NULL with @error saying that @what is missing */
const char *smimectl_context_argument (const SmimectlContext *context, guint index, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef SmimectlExit (*SmimectlCommand) (SmimectlContext *context, GError **error);

SmimectlExit smimectl_status (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_enable (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_disable (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_account (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_import (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_export (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_certificates (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_delete (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_trust (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_recipients (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_sign (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_encrypt (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_open (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_verify (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmimectlExit smimectl_inspect (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  const char *name; /* (unowned) */
  SmimectlCommand run;
  const char *arguments; /* (unowned) marked for translation */
  const char *summary; /* (unowned) marked for translation */
} SmimectlEntry;

/* Ends with an entry whose name is NULL */
extern const SmimectlEntry smimectl_entries[];
