/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-options.h"

#include <string.h>

#include "smimed-error.h"

#define FIRST_TIME G_GINT64_CONSTANT (-62135596800) /* seconds since 1970 UTC */
#define LAST_TIME G_GINT64_CONSTANT (253402300799)
#define LONGEST_SHOWN 140 /* characters of somebody's word in a sentence of ours */

const SmdOption smd_options_none[] = { { NULL } };

static const char *const network_words[] = { "allow", "cache-only", NULL };

static const SmdOption common_table[] = {
  { "job", "s", G_STRUCT_OFFSET (SmdCommonOptions, job) },
  { "deadline", "u", G_STRUCT_OFFSET (SmdCommonOptions, deadline) },
  { "interactive", "b", G_STRUCT_OFFSET (SmdCommonOptions, interactive) },
  { "network", "s", G_STRUCT_OFFSET (SmdCommonOptions, cache_only), network_words },
  { NULL }
};

static const SmdOption *
find_option (const SmdOption *table, const char *key)
{
  for (; table->key != NULL; table++)
    if (g_str_equal (table->key, key))
      return table;

  return NULL;
}

static gboolean
store_word (const SmdOption *option, const char *word, int *field, GError **error)
{
  g_autofree char *known = NULL;

  for (int i = 0; option->words[i] != NULL; i++)
    if (g_str_equal (option->words[i], word))
      {
        *field = i;
        return TRUE;
      }

  known = g_strjoinv (", ", (char **) option->words);
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "“%s” can't be “%s”; it is one of: %s", option->key, word,
               known);
  return FALSE;
}

/* Certificates and CRLs know of no others (RFC 5280 section 4.1.2.5), nor can they be compared with others. */
static gboolean
store_time (const SmdOption *option, gint64 time, gint64 *field, GError **error)
{
  if (time >= FIRST_TIME && time <= LAST_TIME)
    {
      *field = time;
      return TRUE;
    }

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
               "“%s” can't be %" G_GINT64_FORMAT "; it is a time in the years 1 to 9999, in seconds since 1970", option->key, time);
  return FALSE;
}

static void
store_string (char **field, char *value)
{
  g_free (*field);
  *field = value;
}

static void
store_strings (char ***field, char **value)
{
  g_strfreev (*field);
  *field = value;
}

static gboolean
store (const SmdOption *option, GVariant *value, gpointer field, GError **error)
{
  if (option->words != NULL)
    return store_word (option, g_variant_get_string (value, NULL), field, error);

  switch (option->type[0])
    {
    case 'b':
      *(gboolean *) field = g_variant_get_boolean (value);
      break;
    case 's':
      store_string (field, g_variant_dup_string (value, NULL));
      break;
    case 'a':
      store_strings (field, g_variant_dup_strv (value, NULL));
      break;
    case 'u':
      *(guint *) field = g_variant_get_uint32 (value);
      break;
    case 'x':
      return store_time (option, g_variant_get_int64 (value), field, error);
    case 'h':
      *(int *) field = g_variant_get_handle (value);
      break;
    default:
      g_assert_not_reached ();
    }

  return TRUE;
}

static gboolean
take (const SmdOption *option, const char *key, GVariant *value, gpointer destination, GError **error)
{
  if (option == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "Unknown option “%s”", key);
      return FALSE;
    }

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (option->type)))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "“%s” has the type “%s”; it must be “%s”", key,
                   g_variant_get_type_string (value), option->type);
      return FALSE;
    }

  return store (option, value, G_STRUCT_MEMBER_P (destination, option->offset), error);
}

/* D-Bus lets a dictionary have a key twice. Which of them would be meant? @option: one of @table, which has at most 64 */
static gboolean
note_once (guint64 *seen, const SmdOption *table, const SmdOption *option, const char *key, GError **error)
{
  guint64 bit = G_GUINT64_CONSTANT (1) << (option - table);

  if ((*seen & bit) != 0)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "“%s” is given twice: leave one", key);
      return FALSE;
    }
  *seen |= bit;
  return TRUE;
}

void
smd_common_options_init (SmdCommonOptions *self)
{
  *self = (SmdCommonOptions){ .interactive = TRUE };
}

void
smd_common_options_clear (SmdCommonOptions *self)
{
  g_clear_pointer (&self->job, g_free);
}

static gboolean
token_is_good (const char *token, GError **error)
{
  gsize length = strspn (token, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");
  g_autofree char *shown = NULL;

  if (length > 0 && token[length] == '\0' && length <= 128)
    return TRUE;

  /* Cut between characters: what isn't UTF-8 can't be told over the bus. */
  shown = g_utf8_substring (token, 0, MIN (g_utf8_strlen (token, -1), LONGEST_SHOWN));
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
               "“job” must be a token of 1 to 128 letters, digits and “_”, not “%s”", shown);
  return FALSE;
}

gboolean
smd_options_parse (GVariant *options, const SmdOption *table, gpointer destination, SmdCommonOptions *common, GError **error)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;
  guint64 seen = 0, seen_common = 0;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) owned = value;
      const SmdOption *shared = common != NULL ? find_option (common_table, key) : NULL;
      const SmdOption *option = shared != NULL ? shared : find_option (table, key);

      if (shared != NULL)
        common->has_deadline |= g_str_equal (key, "deadline");
      if (!take (option, key, owned, shared != NULL ? (gpointer) common : destination, error)
          || !(shared != NULL ? note_once (&seen_common, common_table, shared, key, error) : note_once (&seen, table, option, key, error)))
        return FALSE;
    }

  return common == NULL || common->job == NULL || token_is_good (common->job, error);
}
