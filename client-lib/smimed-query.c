/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-query.h"

#include "smimed-enum-types.h"
#include "smimed-fields.h"
#include "smimed-query-private.h"

struct _SmimedQuery
{
  GObject parent;
  GVariant *values; /* (owned) `a{sv}` */
};

G_DEFINE_FINAL_TYPE (SmimedQuery, smimed_query, G_TYPE_OBJECT)

static const SmimedField fields[] = {
  { "address", NULL, SMIMED_FIELD_STRING },
  { "usage", NULL, SMIMED_FIELD_USAGES },
  { "own", NULL, SMIMED_FIELD_BOOLEAN },
  { "role", NULL, SMIMED_FIELD_WORD, smimed_role_get_type, SMIMED_ROLE_UNKNOWN, SMIMED_ROLE_UNKNOWN },
  { "fingerprint", NULL, SMIMED_FIELD_STRING },
  { "text", NULL, SMIMED_FIELD_STRING },
  { NULL }
};

static void
smimed_query_finalize (GObject *object)
{
  g_clear_pointer (&SMIMED_QUERY (object)->values, g_variant_unref);
  G_OBJECT_CLASS (smimed_query_parent_class)->finalize (object);
}

static void
smimed_query_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  SmimedQuery *self = SMIMED_QUERY (object);
  g_autoptr (GVariant) old = self->values;

  self->values = smimed_field_store (&fields[id - 1], old, value);
  g_object_notify_by_pspec (object, spec);
}

static void
smimed_query_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  smimed_field_get (&fields[id - 1], SMIMED_QUERY (object)->values, value);
}

static void
smimed_query_class_init (SmimedQueryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = smimed_query_finalize;
  object_class->set_property = smimed_query_set_property;
  object_class->get_property = smimed_query_get_property;
  smimed_fields_install (object_class, fields, G_PARAM_READWRITE);
}

static void
smimed_query_init (SmimedQuery *self)
{
  self->values = smimed_dict_new ();
}

SmimedQuery *
smimed_query_new (void)
{
  return g_object_new (SMIMED_TYPE_QUERY, NULL);
}

GVariant *
smimed_query_get_values (SmimedQuery *self)
{
  return self->values;
}
