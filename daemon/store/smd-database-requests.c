/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-private.h"

static gpointer
read_request (SmdDatabase *self, SmdStatement *row, GError **error)
{
  g_autofree char *token = smd_statement_dup_text (row, 0);
  g_autofree char *address = smd_statement_dup_text (row, 1);

  return smd_request_new (token, address, sqlite3_column_int64 (row, 2));
}

/* A key waits while it has an item without certificate, and no own certificate that came later has it (that one's item is on its way). */
static GPtrArray *
list_requests (SmdRequestStore *store, GError **error)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_request_free);

  return smd_database_list (SMD_DATABASE (store), requests, read_request,
                            "SELECT DISTINCT i.key_fingerprint, r.address, coalesce (r.created_at, 0) AS created FROM items i"
                            " LEFT JOIN requests r ON r.key_fingerprint = i.key_fingerprint WHERE i.certificate IS NULL AND NOT EXISTS"
                            " (SELECT 1 FROM certificates c WHERE c.key_fingerprint = i.key_fingerprint) ORDER BY created, 1",
                            NULL, error)
             ? g_steal_pointer (&requests)
             : NULL;
}

/* Rows whose key never came, or has its certificate since, go on this occasion. */
static gboolean
note_work (SmdDatabase *self, gpointer data, GError **error)
{
  const SmdRequest *request = data;

  return smd_database_run (self, NULL, error,
                           "DELETE FROM requests WHERE created_at < ? - 86400 AND key_fingerprint NOT IN"
                           " (SELECT key_fingerprint FROM items WHERE certificate IS NULL)",
                           "i", request->created_at)
         && smd_database_run (self, NULL, error,
                              "INSERT OR REPLACE INTO requests (key_fingerprint, address, created_at) VALUES (?, ?, ?)", "ssi",
                              request->token, request->address, request->created_at);
}

static gboolean
note_request (SmdRequestStore *store, const SmdRequest *request, GError **error)
{
  return smd_database_write (SMD_DATABASE (store), SMD_COMMIT_DURABLE, note_work, (gpointer) request, error);
}

void
smd_database_requests_init_interface (SmdRequestStoreInterface *iface)
{
  iface->list = list_requests;
  iface->note = note_request;
}
