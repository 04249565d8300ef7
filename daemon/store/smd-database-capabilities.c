/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-private.h"

#include "smd-address.h"
#include "smimed-error.h"

/* What correspondents are known to read, by their normalized addresses. */

typedef struct
{
  const char *address; /* (unowned) */
  gint64 capabilities;
  gint64 time;
  gboolean found;
} CapabilitiesWork;

static gboolean
get_capabilities_work (SmdDatabase *self, gpointer data, GError **error)
{
  CapabilitiesWork *work = data;
  g_autoptr (SmdStatement) statement
      = smd_database_query (self, error, "SELECT bits FROM capabilities WHERE address = ?", "s", work->address);
  int rc;

  if (statement == NULL)
    return FALSE;

  rc = smd_database_step (self, statement, error);
  work->found = rc == SQLITE_ROW;
  work->capabilities = work->found ? sqlite3_column_int64 (statement, 0) : 0;
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

static gboolean
get_capabilities (SmdCertStore *store, const char *address, SmdCapabilities *capabilities, GError **error)
{
  g_autofree char *normal = smd_address_normalize (address);
  CapabilitiesWork work = { normal, 0, 0, FALSE };

  *capabilities = 0;
  if (normal == NULL || !smd_database_read (SMD_DATABASE (store), get_capabilities_work, &work, error))
    return FALSE;

  *capabilities = (SmdCapabilities) work.capabilities;
  return work.found;
}

/* @found: (out): whether something as new is known */
static gboolean
is_newer_known_work (SmdDatabase *self, gpointer data, GError **error)
{
  CapabilitiesWork *work = data;
  gint64 known = 0;

  if (!smd_database_get_number (self, &known, error,
                                "SELECT EXISTS (SELECT 1 FROM capabilities WHERE address = ? AND signing_time >= ?)", "si", work->address,
                                work->time))
    return FALSE;
  work->found = known != 0;
  return TRUE;
}

/* Times only grow: what is newer once stays so. */
static gboolean
is_newer_known (SmdDatabase *self, CapabilitiesWork *work, GError **error)
{
  SmdMemo *memo = smd_database_get_memo (self);
  g_autofree char *text = g_strdup_printf ("capabilities %s %" G_GINT64_FORMAT, work->address, work->time);
  g_autoptr (GBytes) question = g_bytes_new (text, strlen (text));
  guint generation;
  g_autoptr (GPtrArray) known = smd_memo_get (memo, question, &generation);

  work->found = known != NULL;
  if (known != NULL)
    return TRUE;
  if (!smd_database_read (self, is_newer_known_work, work, error))
    return FALSE;

  known = g_ptr_array_new ();
  if (work->found)
    smd_memo_put (memo, question, generation, known);
  return TRUE;
}

static gboolean
set_capabilities_work (SmdDatabase *self, gpointer data, GError **error)
{
  const CapabilitiesWork *work = data;

  return smd_database_run (self, NULL, error,
                           "INSERT INTO capabilities (address, bits, signing_time) VALUES (?, ?, ?) ON CONFLICT (address) DO UPDATE"
                           " SET bits = excluded.bits, signing_time = excluded.signing_time"
                           " WHERE excluded.signing_time > capabilities.signing_time",
                           "sii", work->address, work->capabilities, work->time);
}

static gboolean
set_capabilities (SmdCertStore *store, const char *address, SmdCapabilities capabilities, gint64 signing_time, GError **error)
{
  g_autofree char *normal = smd_address_normalize (address);
  CapabilitiesWork work = { normal, capabilities, signing_time, FALSE };

  if (normal == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "%s is not an e-mail address", address);
      return FALSE;
    }
  /* Each message that is opened again comes here: no lock for writing where nothing is written. */
  if (!is_newer_known (SMD_DATABASE (store), &work, error))
    return FALSE;
  return work.found || smd_database_write (SMD_DATABASE (store), SMD_COMMIT_RELAXED, set_capabilities_work, &work, error);
}

void
smd_database_capabilities_init_interface (SmdCertStoreInterface *iface)
{
  iface->get_capabilities = get_capabilities;
  iface->set_capabilities = set_capabilities;
}
