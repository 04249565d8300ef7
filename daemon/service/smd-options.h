/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SmdOption:
 * @key: the option's name on the bus
 * @type: its GVariant type: `b`, `s`, `as`, `u`, `x` (a time) or `h`
 * @offset: where it goes in the destination: gboolean, char * (owned), char ** (owned), guint, gint64, int (handle index)
 * @words: (nullable): closed list of what an `s` may be; the destination is then an int, the word's place in the list
 *
 * One line of a table of options, which ends with a %NULL key.
 */
typedef struct
{
  const char *key; /* (unowned) static */
  const char *type; /* (unowned) static */
  gsize offset;
  const char *const *words; /* (unowned) static */
} SmdOption;

/* No options besides the common ones */
extern const SmdOption smd_options_none[];

/**
 * SmdCommonOptions:
 * @job: (owned) (nullable): token of the Job object
 * @deadline: milliseconds; meaningful if @has_deadline
 *
 * What every call that can take long accepts, see "Conventions" in the contract.
 */
typedef struct
{
  char *job; /* (owned) */
  guint deadline;
  gboolean has_deadline;
  gboolean interactive;
  gboolean cache_only;
} SmdCommonOptions;

void smd_common_options_init (SmdCommonOptions *self);
void smd_common_options_clear (SmdCommonOptions *self);

/**
 * smd_options_parse:
 * @options: an `a{sv}` from the bus
 * @table: what is known
 * @destination: a struct that holds the defaults; its strings are owned and replaced
 * @common: (nullable): takes the common options; %NULL where they aren't accepted
 *
 * Returns: FALSE on error: `InvalidArgument` naming the key that is unknown, given twice, of a wrong type or not in its list of words
 */
gboolean smd_options_parse (GVariant *options, const SmdOption *table, gpointer destination, SmdCommonOptions *common,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
