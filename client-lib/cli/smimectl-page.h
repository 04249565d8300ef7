/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/**
 * SmimectlPage:
 *
 * What is said to people: on standard output what they asked for, on standard error what is said beside a message, so that a
 * message on standard output stays whole. Colours on a terminal only. What strangers have written (names, addresses) can't
 * steer the terminal: use smimectl_page_clean().
 */
typedef struct _SmimectlPage SmimectlPage;

typedef enum
{
  SMIMECTL_PLAIN,
  SMIMECTL_GOOD,
  SMIMECTL_BAD,
  SMIMECTL_DOUBTFUL,
  SMIMECTL_STRONG,
} SmimectlTone;

/* @fd: STDOUT_FILENO or STDERR_FILENO. With --quiet it stays unwritten. */
SmimectlPage *smimectl_page_new (const SmimectlContext *context, int fd);

/* Writes it. */
void smimectl_page_free (SmimectlPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmimectlPage, smimectl_page_free)

/* A line of @tone after @indent blanks */
void smimectl_page_line (SmimectlPage *self, int indent, SmimectlTone tone, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* @problems: `aa{sv}` or NULL. What each means, and what helps. */
void smimectl_page_problems (SmimectlPage *self, GVariant *problems, int indent);

/* @key of @dict, a list of problems, if there is any */
void smimectl_page_problems_in (SmimectlPage *self, GVariant *dict, const char *key, int indent);

/* One line for a certificate's properties */
void smimectl_page_certificate (SmimectlPage *self, GVariant *properties);

/* @text without what would steer a terminal or turn the direction of writing */
char *smimectl_page_clean (const char *text);

/* @key of @dict, a string, cleaned; @otherwise if it is absent */
char *smimectl_page_lookup (GVariant *dict, const char *key, const char *otherwise);

/* @key of @dict, an `as`, with commas between, cleaned; "" if it is absent */
char *smimectl_page_lookup_list (GVariant *dict, const char *key);

/* `2027-03-01` and `2027-03-01 12:00`, local time */
char *smimectl_page_date (gint64 seconds);
char *smimectl_page_time (gint64 seconds);
