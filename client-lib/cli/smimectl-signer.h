/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * SmimectlSigner:
 *
 * A report's one signer, for programs that can show one alone.
 */
typedef struct
{
  GVariant *dict;          /* (owned) `a{sv}`, which the strings lie in */
  const char *signature;   /* (unowned) `good`, `bad`, `unsupported` */
  const char *fingerprint; /* (unowned) may be empty */
  const char *subject;     /* (unowned) may be empty */
  const char *algorithm;   /* (unowned) may be empty */
  const char *digest;      /* (unowned) may be empty */
  const char **addresses;  /* (owned) */
  gint64 signing_time;     /* seconds since 1970 UTC, 0 = unknown */
  gboolean good;
  gboolean valid;          /* the chain */
  gboolean authenticated;
  GVariant *problems;      /* (owned) (nullable) */
} SmimectlSigner;

/* The signer to tell of: where there are several, one whose signature isn't good comes first, then one that isn't authenticated.
 * Returns: (transfer full) (nullable): NULL where nobody has signed */
SmimectlSigner *smimectl_signer_choose (GVariant *report);
void smimectl_signer_free (SmimectlSigner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmimectlSigner, smimectl_signer_free)

/* `alice@example.org (CN=Alice)`: one line, without anything that could move the cursor or pretend to be another line.
 * @preferred: (nullable): the address to name, if it is the signer's */
char *smimectl_signer_name (const SmimectlSigner *self, const char *preferred);

/* Whether one of the problems is @code */
gboolean smimectl_signer_has (const SmimectlSigner *self, const char *code);

/* @problems (nullable) as lines `- sentence [code]`, without those with the code @left_out (nullable) */
void smimectl_signer_append_problems (GString *text, GVariant *problems, const char *left_out);

/* @text as one printable line */
char *smimectl_signer_one_line (const char *text);
