/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SMIMED_TYPE_VALUE (smimed_value_get_type ())
#define SMIMED_VALUE(object) (G_TYPE_CHECK_INSTANCE_CAST ((object), SMIMED_TYPE_VALUE, SmimedValue))
#define SMIMED_IS_VALUE(object) (G_TYPE_CHECK_INSTANCE_TYPE ((object), SMIMED_TYPE_VALUE))
GType smimed_value_get_type (void) G_GNUC_CONST;

/**
 * SmimedValue:
 *
 * What the service said: the base of all reports. The functions of its kinds tell what this library knows of it; all else, such as
 * what a later service adds, is told by [method@Value.get_raw].
 *
 * A word that this library doesn't know counts as a failure: a signature is then bad, a chain invalid, a sender not proven.
 */
typedef struct _SmimedValue SmimedValue;
typedef struct _SmimedValueClass SmimedValueClass;

/**
 * SmimedValueClass:
 *
 * The class of values; only this library derives from it.
 */
struct _SmimedValueClass
{
  /*< private >*/
  GObjectClass parent_class;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmimedValue, g_object_unref)

/**
 * smimed_value_get_raw:
 *
 * Everything, as it came over the bus, by the keys of the reference org.smimed.Smime1(5).
 *
 * Returns: (transfer none): an `a{sv}`
 */
GVariant *smimed_value_get_raw (SmimedValue *self);

G_END_DECLS
