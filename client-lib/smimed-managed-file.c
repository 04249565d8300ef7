/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-managed-file.h"

#include "smimed-managed-file-private.h"
#include "smimed-value-private.h"

struct _SmimedManagedFile
{
  SmimedValue parent;
};

G_DEFINE_FINAL_TYPE (SmimedManagedFile, smimed_managed_file, SMIMED_TYPE_VALUE)

static void
smimed_managed_file_class_init (SmimedManagedFileClass *klass)
{
}

static void
smimed_managed_file_init (SmimedManagedFile *self)
{
}

gpointer
smimed_managed_file_new (GVariant *raw)
{
  return smimed_value_new (SMIMED_TYPE_MANAGED_FILE, raw);
}

const char *
smimed_managed_file_get_file (SmimedManagedFile *self)
{
  return smimed_value_string (self, "file");
}

const char *
smimed_managed_file_get_state (SmimedManagedFile *self)
{
  return smimed_value_string (self, "state");
}

const char *
smimed_managed_file_get_error (SmimedManagedFile *self)
{
  return smimed_value_string (self, "error");
}

const char *
smimed_managed_file_get_detail (SmimedManagedFile *self)
{
  return smimed_value_string (self, "detail");
}

gint64
smimed_managed_file_get_at (SmimedManagedFile *self)
{
  return smimed_value_int64 (self, "at", 0);
}
