/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdDirectoryRange:
 * @is_part: only some of an attribute's values came; FALSE: all of them, and the other fields are 0
 * @is_last: none come after them
 * @first: the number of the first that came, from 0 on
 * @next: the number of the first that hasn't come, if not @is_last
 *
 * Which of an attribute's values came. Active Directory gives those of large attributes in parts (MS-ADTS 3.1.1.3.1.3.3): `member;range=0-1499`, and at
 * the end `member;range=1500-*`.
 */
typedef struct
{
  gboolean is_part;
  gboolean is_last;
  guint64 first;
  guint64 next;
} SmdDirectoryRange;

/* @name: an attribute description with its options (RFC 4512, 2.5). Returns: FALSE: its range makes no sense */
gboolean smd_directory_range_read (const char *name, SmdDirectoryRange *range) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): what asks for the values of @name from number @first on */
char *smd_directory_range_make (const char *name, guint64 first);

G_END_DECLS
