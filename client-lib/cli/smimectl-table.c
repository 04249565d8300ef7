/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-table.h"

#include "smimectl-json.h"
#include "smimectl-options.h"

static void
add (GVariantDict *dict, const char *key, const char *text)
{
  if (text != NULL)
    g_variant_dict_insert (dict, key, "s", text);
}

static GVariant *
describe_option (const SmimectlOption *option)
{
  const char letter[] = { option->letter, '\0' };
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  add (&dict, "name", option->name);
  add (&dict, "letter", letter);
  add (&dict, "value", option->value);
  add (&dict, "summary", option->summary);
  return g_variant_dict_end (&dict);
}

static GVariant *
describe_entry (const SmimectlEntry *entry)
{
  g_autofree const SmimectlOption **options = smimectl_options_of (entry);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; options[i] != NULL; i++)
    g_variant_builder_add_value (&list, describe_option (options[i]));
  add (&dict, "name", entry->name);
  add (&dict, "arguments", entry->arguments);
  add (&dict, "summary", entry->summary);
  add (&dict, "details", entry->details);
  add (&dict, "json", entry->json);
  g_variant_dict_insert_value (&dict, "options", g_variant_builder_end (&list));
  return g_variant_dict_end (&dict);
}

gboolean
smimectl_table_print (void)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    g_variant_builder_add_value (&list, describe_entry (entry));
  smimectl_json_print (g_variant_builder_end (&list));
  return TRUE;
}
