/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-fields.h"

#include "smimed-enum-types.h"
#include "smimed-path.h"
#include "smimed-value-private.h"

static const char *
key_of (const SmimedField *field)
{
  return field->key != NULL ? field->key : field->name;
}

static GParamSpec *
spec_of (const SmimedField *field, GParamFlags flags)
{
  flags |= G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  switch (field->kind)
    {
    case SMIMED_FIELD_BOOLEAN:
      return g_param_spec_boolean (field->name, NULL, NULL, FALSE, flags);
    case SMIMED_FIELD_UINT:
      return g_param_spec_uint (field->name, NULL, NULL, 0, G_MAXUINT, 0, flags);
    case SMIMED_FIELD_TIME:
      return g_param_spec_int64 (field->name, NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
    case SMIMED_FIELD_STRV:
      return g_param_spec_boxed (field->name, NULL, NULL, G_TYPE_STRV, flags);
    case SMIMED_FIELD_WORD:
      return g_param_spec_enum (field->name, NULL, NULL, field->type (), field->absent, flags);
    case SMIMED_FIELD_USAGES:
      return g_param_spec_flags (field->name, NULL, NULL, SMIMED_TYPE_USAGE, 0, flags);
    case SMIMED_FIELD_DICT:
      return g_param_spec_variant (field->name, NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, flags);
    case SMIMED_FIELD_BYTES:
      return g_param_spec_boxed (field->name, NULL, NULL, G_TYPE_BYTES, flags);
    case SMIMED_FIELD_STRING:
    case SMIMED_FIELD_FINGERPRINT:
    default:
      return g_param_spec_string (field->name, NULL, NULL, NULL, flags);
    }
}

void
smimed_fields_install (GObjectClass *klass, const SmimedField *fields, GParamFlags flags)
{
  for (guint i = 0; fields[i].name != NULL; i++)
    g_object_class_install_property (klass, i + 1, spec_of (&fields[i], flags));
}

const SmimedField *
smimed_fields_find (const SmimedField *fields, const char *key)
{
  for (; fields->name != NULL; fields++)
    if (g_str_equal (key_of (fields), key))
      return fields;

  return NULL;
}

static void
get_usages (GVariant *dict, const char *key, GValue *value)
{
  g_autofree const char **words = NULL;

  if (g_variant_lookup (dict, key, "^a&s", &words))
    g_value_set_flags (value, smimed_usage_from_words (words));
}

static void
get_word (const SmimedField *field, GVariant *dict, GValue *value)
{
  const char *word = NULL;
  int number = field->unknown;

  if (!g_variant_lookup (dict, key_of (field), "&s", &word))
    g_value_set_enum (value, field->absent);
  else
    g_value_set_enum (value, smimed_word_to_enum (word, field->type (), &number) ? number : field->unknown);
}

static void
get_plain (GVariant *found, GValue *value)
{
  if (g_variant_is_of_type (found, G_VARIANT_TYPE_STRING) && G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, g_variant_get_string (found, NULL));
  else if (g_variant_is_of_type (found, G_VARIANT_TYPE_OBJECT_PATH) && G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, smimed_path_to_fingerprint (g_variant_get_string (found, NULL)));
  else if (g_variant_is_of_type (found, G_VARIANT_TYPE_BOOLEAN) && G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, g_variant_get_boolean (found));
  else if (g_variant_is_of_type (found, G_VARIANT_TYPE_UINT32) && G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, g_variant_get_uint32 (found));
  else if (g_variant_is_of_type (found, G_VARIANT_TYPE_INT64) && G_VALUE_HOLDS_INT64 (value))
    g_value_set_int64 (value, g_variant_get_int64 (found));
  else if (g_variant_is_of_type (found, G_VARIANT_TYPE_STRING_ARRAY) && G_VALUE_HOLDS (value, G_TYPE_STRV))
    g_value_take_boxed (value, g_variant_dup_strv (found, NULL));
  else if (g_variant_is_of_type (found, G_VARIANT_TYPE_VARDICT) && G_VALUE_HOLDS_VARIANT (value))
    g_value_set_variant (value, found);
  else if (g_variant_is_of_type (found, G_VARIANT_TYPE_BYTESTRING) && G_VALUE_HOLDS (value, G_TYPE_BYTES))
    g_value_take_boxed (value, g_variant_get_data_as_bytes (found));
}

void
smimed_field_get (const SmimedField *field, GVariant *dict, GValue *value)
{
  g_autoptr (GVariant) found = g_variant_lookup_value (dict, key_of (field), NULL);

  if (field->kind == SMIMED_FIELD_WORD)
    get_word (field, dict, value);
  else if (field->kind == SMIMED_FIELD_USAGES)
    get_usages (dict, key_of (field), value);
  else if (found != NULL)
    get_plain (found, value);
  else if (field->kind == SMIMED_FIELD_STRV)
    g_value_take_boxed (value, g_new0 (char *, 1));
}

static GVariant *
to_variant (const SmimedField *field, const GValue *value)
{
  switch (field->kind)
    {
    case SMIMED_FIELD_BOOLEAN:
      return g_variant_new_boolean (g_value_get_boolean (value));
    case SMIMED_FIELD_UINT:
      return g_variant_new_uint32 (g_value_get_uint (value));
    case SMIMED_FIELD_TIME:
      return g_variant_new_int64 (g_value_get_int64 (value));
    case SMIMED_FIELD_WORD:
      return g_variant_new_string (smimed_word_from_enum (field->type (), g_value_get_enum (value)));
    case SMIMED_FIELD_USAGES:
      return g_variant_new_string (smimed_usage_to_word (g_value_get_flags (value)));
    case SMIMED_FIELD_STRV:
      return g_value_get_boxed (value) != NULL ? g_variant_new_strv (g_value_get_boxed (value), -1) : NULL;
    case SMIMED_FIELD_STRING:
      return g_value_get_string (value) != NULL ? g_variant_new_string (g_value_get_string (value)) : NULL;
    case SMIMED_FIELD_FINGERPRINT:
    case SMIMED_FIELD_DICT:
    case SMIMED_FIELD_BYTES:
    default:
      return NULL;
    }
}

GVariant *
smimed_field_store (const SmimedField *field, GVariant *dict, const GValue *value)
{
  g_auto (GVariantDict) changed = G_VARIANT_DICT_INIT (dict);
  GVariant *variant = to_variant (field, value);

  if (variant != NULL)
    g_variant_dict_insert_value (&changed, key_of (field), variant);
  else
    g_variant_dict_remove (&changed, key_of (field));
  return g_variant_ref_sink (g_variant_dict_end (&changed));
}

GVariant *
smimed_dict_new (void)
{
  return g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
}

GVariant *
smimed_dict_merge (GVariant *from, GVariant *changes)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (from);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, changes);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      g_variant_dict_insert_value (&dict, key, value);
      g_variant_unref (value);
    }

  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

void
smimed_fields_update (const SmimedField *fields, GObject *object, GVariant **values, GVariant *changes)
{
  g_autoptr (GVariant) old = *values;
  GVariantIter iter;
  const char *key;

  *values = smimed_dict_merge (old, changes);
  g_object_freeze_notify (object);
  g_variant_iter_init (&iter, changes);
  while (g_variant_iter_next (&iter, "{&sv}", &key, NULL))
    {
      const SmimedField *field = smimed_fields_find (fields, key);
      g_autoptr (GVariant) before = g_variant_lookup_value (old, key, NULL);
      g_autoptr (GVariant) after = g_variant_lookup_value (*values, key, NULL);

      if (field != NULL && (before == NULL || !g_variant_equal (before, after)))
        g_object_notify (object, field->name);
    }
  g_object_thaw_notify (object);
}
