/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-value-private.h"

G_DEFINE_ABSTRACT_TYPE (SmimedValue, smimed_value, G_TYPE_OBJECT)

static void
smimed_value_finalize (GObject *object)
{
  g_clear_pointer (&SMIMED_VALUE (object)->raw, g_variant_unref);
  G_OBJECT_CLASS (smimed_value_parent_class)->finalize (object);
}

static void
smimed_value_class_init (SmimedValueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_value_finalize;
}

static void
smimed_value_init (SmimedValue *self)
{
}

gpointer
smimed_value_new (GType type, GVariant *raw)
{
  SmimedValue *self = g_object_new (type, NULL);

  self->raw = g_variant_ref_sink (raw);
  return self;
}

GVariant *
smimed_value_get_raw (SmimedValue *self)
{
  return self->raw;
}

static GVariant *
raw_of (gconstpointer self)
{
  return ((const SmimedValue *) self)->raw;
}

const char *
smimed_value_string (gconstpointer self, const char *key)
{
  const char *string = NULL;

  if (!g_variant_lookup (raw_of (self), key, "&s", &string))
    g_variant_lookup (raw_of (self), key, "&o", &string);
  return string;
}

gboolean
smimed_value_boolean (gconstpointer self, const char *key)
{
  gboolean value = FALSE;

  g_variant_lookup (raw_of (self), key, "b", &value);
  return value;
}

/* Whole numbers of all the types that the contract uses */
gint64
smimed_value_int64 (gconstpointer self, const char *key, gint64 absent)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (raw_of (self), key, NULL);

  if (value == NULL)
    return absent;

  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_INT64:
      return g_variant_get_int64 (value);
    case G_VARIANT_CLASS_UINT64:
      return (gint64) MIN (g_variant_get_uint64 (value), (guint64) G_MAXINT64);
    case G_VARIANT_CLASS_INT32:
      return g_variant_get_int32 (value);
    case G_VARIANT_CLASS_UINT32:
      return g_variant_get_uint32 (value);
    default:
      return absent;
    }
}

char **
smimed_value_strv (gconstpointer self, const char *key)
{
  char **strings = NULL;

  if (!g_variant_lookup (raw_of (self), key, "^as", &strings))
    strings = g_new0 (char *, 1);
  return strings;
}

static GBytes *
bytes_of (GVariant *value)
{
  return g_variant_get_data_as_bytes (value);
}

GBytes *
smimed_value_bytes (gconstpointer self, const char *key)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (raw_of (self), key, G_VARIANT_TYPE_BYTESTRING);

  return value != NULL ? bytes_of (value) : NULL;
}

int
smimed_value_word (gconstpointer self, const char *key, GType enumeration, int absent, int unknown)
{
  const char *word = smimed_value_string (self, key);
  int value = unknown;

  if (word == NULL)
    return absent;

  return smimed_word_to_enum (word, enumeration, &value) ? value : unknown;
}

GPtrArray *
smimed_values_from_list (GVariant *list, SmimedValueNew make)
{
  GPtrArray *values = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) raw = g_variant_get_child_value (list, i);

      g_ptr_array_add (values, make (raw));
    }

  return values;
}

GPtrArray *
smimed_value_list (gconstpointer self, const char *key, SmimedValueNew make)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (raw_of (self), key, G_VARIANT_TYPE ("aa{sv}"));

  return smimed_values_from_list (list, make);
}

GPtrArray *
smimed_value_bytes_list (gconstpointer self, const char *key)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (raw_of (self), key, G_VARIANT_TYPE ("aay"));
  GPtrArray *values = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);

      g_ptr_array_add (values, bytes_of (child));
    }

  return values;
}

gboolean
smimed_word_to_enum (const char *word, GType enumeration, int *value)
{
  GEnumClass *klass = g_type_class_ref (enumeration);
  const GEnumValue *found = g_enum_get_value_by_nick (klass, word);

  if (found != NULL)
    *value = found->value;
  g_type_class_unref (klass);
  return found != NULL;
}

const char *
smimed_word_from_enum (GType enumeration, int value)
{
  GEnumClass *klass = g_type_class_ref (enumeration);
  const GEnumValue *found = g_enum_get_value (klass, value);
  const char *word = found != NULL ? g_intern_string (found->value_nick) : NULL;

  g_type_class_unref (klass);
  return word;
}

static gboolean
contains (const char *const *words, const char *verb, const char *noun)
{
  return words != NULL && (g_strv_contains (words, verb) || g_strv_contains (words, noun));
}

SmimedUsage
smimed_usage_from_words (const char *const *words)
{
  SmimedUsage usage = SMIMED_USAGE_NONE;

  if (contains (words, "sign", "signing"))
    usage |= SMIMED_USAGE_SIGN;
  if (contains (words, "encrypt", "encryption"))
    usage |= SMIMED_USAGE_ENCRYPT;
  return usage;
}

const char *
smimed_usage_to_word (SmimedUsage usage)
{
  switch (usage)
    {
    case SMIMED_USAGE_SIGN:
      return "sign";
    case SMIMED_USAGE_ENCRYPT:
      return "encrypt";
    case SMIMED_USAGE_NONE:
    case SMIMED_USAGE_ANY:
    default:
      return "any";
    }
}
