/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-value.h"

G_BEGIN_DECLS

typedef enum
{
  SMIMED_FIELD_STRING,
  SMIMED_FIELD_BOOLEAN,
  SMIMED_FIELD_UINT,
  SMIMED_FIELD_TIME,
  SMIMED_FIELD_STRV,
  SMIMED_FIELD_WORD,        /* an enumeration's short name */
  SMIMED_FIELD_USAGES,      /* `as` of `sign` and `encrypt` */
  SMIMED_FIELD_FINGERPRINT, /* the last element of an object path; none for `/` */
  SMIMED_FIELD_DICT,
  SMIMED_FIELD_BYTES,
} SmimedFieldKind;

/*
 * SmimedField:
 *
 * One line of a table, which ends with a NULL name: a property of a GObject, and the key of the dictionary that it is kept in.
 */
typedef struct
{
  const char *name; /* (unowned) static */
  const char *key;  /* (unowned) static (nullable) the name itself */
  SmimedFieldKind kind;
  GType (*type) (void); /* of a word */
  int absent;           /* a word's value where there is none, and */
  int unknown;          /* where it isn't known */
} SmimedField;

/* The property of each line gets the number of the line, from 1. */
void smimed_fields_install (GObjectClass *klass, const SmimedField *fields, GParamFlags flags);

const SmimedField *smimed_fields_find (const SmimedField *fields, const char *key);

/* @dict: an `a{sv}` */
void smimed_field_get (const SmimedField *field, GVariant *dict, GValue *value);

/* Returns: (transfer full): @dict with @value; NULL values take the key away */
GVariant *smimed_field_store (const SmimedField *field, GVariant *dict, const GValue *value);

/* Replaces what is in @changes, and notifies the properties that stand for it. @values: of @object, replaced */
void smimed_fields_update (const SmimedField *fields, GObject *object, GVariant **values, GVariant *changes);

/* Returns: (transfer full): an empty `a{sv}` */
GVariant *smimed_dict_new (void);

/* Copies @from, and replaces what is in @changes. Returns: (transfer full) */
GVariant *smimed_dict_merge (GVariant *from, GVariant *changes);

G_END_DECLS
