/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <signal.h>

#include "smimed.h"

/* Exit codes, as smimectl(1) documents them. A call that a signal ended gives 128 and the signal's number. */
typedef enum
{
  SMIMECTL_OK = 0,
  SMIMECTL_FAILED = 1,      /* the service or the system said no, and why */
  SMIMECTL_USAGE = 2,       /* the command line is wrong */
  SMIMECTL_NOT_PROVEN = 3,  /* it worked, and the verdict is bad: sender not proven, recipient not usable, chain not valid */
  SMIMECTL_UNREACHABLE = 4, /* no session bus, or no service on it */
} SmimectlExit;

/**
 * SmimectlContext:
 *
 * One run of smimectl: what the command line says, and the connection. The options are described in smimectl-options.c.
 */
typedef struct
{
  SmimedClient *client;     /* (owned) (nullable) */
  GDBusConnection *bus;     /* (owned) (nullable) the same connection: for signals and for jobs */
  gboolean json;
  gboolean quiet;
  gboolean offline;
  gboolean no_prompt;
  gboolean prompter;
  gboolean notify;
  double deadline;          /* seconds, 0 = the service's */
  char *output;             /* (owned) (nullable) file to write to, NULL = standard output */
  char *from;               /* (owned) (nullable) */
  char *format;             /* (owned) (nullable) */
  char *signature_format;   /* (owned) (nullable) */
  char *cipher;             /* (owned) (nullable) */
  char *role;               /* (owned) (nullable) */
  char *usage;              /* (owned) (nullable) */
  char *address;            /* (owned) (nullable) */
  char *sender;             /* (owned) (nullable) */
  char *content_type;       /* (owned) (nullable) */
  char *received_at;        /* (owned) (nullable) RFC 3339 */
  char *key_type;           /* (owned) (nullable) */
  char *signing;            /* (owned) (nullable) */
  char *encryption;         /* (owned) (nullable) */
  char *sign_by_default;    /* (owned) (nullable) */
  char *encrypt_by_default; /* (owned) (nullable) */
  char **aliases;           /* (owned) (nullable) */
  char **to;                /* (owned) (nullable) */
  char **bcc;               /* (owned) (nullable) */
  int password_fd;          /* -1: ask */
  gboolean sign;
  gboolean own;
  gboolean check;
  gboolean details;
  gboolean pem;
  gboolean force;
  gboolean entity_only;
  int depth;                /* layers to peel, 0 = all */
  gboolean as_is;
  gboolean delete_key;
  char **arguments;         /* (owned) what is left: file names, addresses */
  int interrupted;          /* the signal that ended a call, or 0 */
} SmimectlContext;

void smimectl_context_clear (SmimectlContext *context);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmimectlContext, smimectl_context_clear)

/* Connects to the bus. FALSE: there is none */
gboolean smimectl_context_connect (SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @set: (out): the signals by which a person ends or stops a program */
void smimectl_context_fill_signals (sigset_t *set);
/* Holds back (or lets through) these signals, in this thread and those that it makes */
void smimectl_context_hold_signals (gboolean hold);

/* The argument at @index as it stands on the command line (a file name), or NULL with @error saying that @what is missing */
const char *smimectl_context_argument (const SmimectlContext *context, guint index, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for text, which has to be UTF-8 */
const char *smimectl_context_text (const SmimectlContext *context, guint index, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE with @error: there are more than @most arguments */
gboolean smimectl_context_at_most (const SmimectlContext *context, guint most, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --from, or NULL with @error saying that it is missing */
const char *smimectl_context_need_from (const SmimectlContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SMIMECTL_USAGE with @error set to the printf-like text */
SmimectlExit smimectl_usage (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
