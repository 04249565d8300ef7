/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-revocation-entry.h"

#include "smimed-enum-types.h"
#include "smimed-revocation-entry-private.h"
#include "smimed-value-private.h"

struct _SmimedRevocationEntry
{
  SmimedValue parent;
};

G_DEFINE_FINAL_TYPE (SmimedRevocationEntry, smimed_revocation_entry, SMIMED_TYPE_VALUE)

static void
smimed_revocation_entry_class_init (SmimedRevocationEntryClass *klass)
{
}

static void
smimed_revocation_entry_init (SmimedRevocationEntry *self)
{
}

gpointer
smimed_revocation_entry_new (GVariant *raw)
{
  return smimed_value_new (SMIMED_TYPE_REVOCATION_ENTRY, raw);
}

const char *
smimed_revocation_entry_get_issuer (SmimedRevocationEntry *self)
{
  return smimed_value_string (self, "issuer");
}

const char *
smimed_revocation_entry_get_certificate (SmimedRevocationEntry *self)
{
  return smimed_value_string (self, "certificate");
}

SmimedSource
smimed_revocation_entry_get_source (SmimedRevocationEntry *self)
{
  return smimed_value_word (self, "source", SMIMED_TYPE_SOURCE, SMIMED_SOURCE_NONE, SMIMED_SOURCE_NONE);
}

const char *
smimed_revocation_entry_get_url (SmimedRevocationEntry *self)
{
  return smimed_value_string (self, "url");
}

SmimedRevocationKind
smimed_revocation_entry_get_kind (SmimedRevocationEntry *self)
{
  return smimed_value_word (self, "kind", SMIMED_TYPE_REVOCATION_KIND, SMIMED_REVOCATION_KIND_UNKNOWN,
                            SMIMED_REVOCATION_KIND_UNKNOWN);
}

gint64
smimed_revocation_entry_get_this_update (SmimedRevocationEntry *self)
{
  return smimed_value_int64 (self, "this-update", 0);
}

gint64
smimed_revocation_entry_get_next_update (SmimedRevocationEntry *self)
{
  return smimed_value_int64 (self, "next-update", 0);
}

const char *
smimed_revocation_entry_get_number (SmimedRevocationEntry *self)
{
  return smimed_value_string (self, "number");
}

guint64
smimed_revocation_entry_get_entries (SmimedRevocationEntry *self)
{
  return (guint64) smimed_value_int64 (self, "entries", 0);
}

gint64
smimed_revocation_entry_get_fetched_at (SmimedRevocationEntry *self)
{
  return smimed_value_int64 (self, "fetched-at", 0);
}

SmimedRevocationState
smimed_revocation_entry_get_state (SmimedRevocationEntry *self)
{
  return smimed_value_word (self, "state", SMIMED_TYPE_REVOCATION_STATE, SMIMED_REVOCATION_STATE_FAILED,
                            SMIMED_REVOCATION_STATE_FAILED);
}

const char *
smimed_revocation_entry_get_detail (SmimedRevocationEntry *self)
{
  return smimed_value_string (self, "detail");
}
