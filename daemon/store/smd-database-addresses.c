/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-address.h"
#include "smd-database-private.h"

typedef struct
{
  const char *address;     /* (unowned) normalized */
  GPtrArray *fingerprints; /* (unowned) of char * */
} ListWork;

static gboolean
list_work (SmdDatabase *self, gpointer data, GError **error)
{
  const ListWork *work = data;
  g_autoptr (SmdStatement) statement
      = smd_database_query (self, error,
                            "SELECT fingerprint FROM addresses WHERE address = ? ORDER BY not_before DESC, certificate DESC", "s",
                            work->address);
  int rc = SQLITE_ERROR;

  while (statement != NULL && (rc = smd_database_step (self, statement, error)) == SQLITE_ROW)
    g_ptr_array_add (work->fingerprints, g_strdup ((const char *) sqlite3_column_text (statement, 0)));
  return rc == SQLITE_DONE;
}

static GPtrArray *
read_list (SmdDatabase *self, const char *address, GError **error)
{
  g_autoptr (GPtrArray) fingerprints = g_ptr_array_new_full (1, g_free);
  ListWork work = { address, fingerprints };
  gboolean busy = FALSE;

  return smd_database_read_at_once (self, list_work, &work, &busy, error) ? g_steal_pointer (&fingerprints) : NULL;
}

/* No certificate is read for this: who only wants to know which there are needs none of their insides. The same few are asked for time and again,
 * and by clients that show who can be written to, those of a whole folder. */
static GPtrArray *
list_at_once (SmdCertStore *store, const char *address, GError **error)
{
  SmdDatabase *self = SMD_DATABASE (store);
  SmdMemo *lists = smd_database_get_lists (self);
  char *normal = smd_address_normalize (address);
  g_autoptr (GBytes) question = NULL;
  GPtrArray *fingerprints;
  guint generation;

  if (normal == NULL)
    return g_ptr_array_new ();

  question = g_bytes_new_take (normal, strlen (normal) + 1);
  fingerprints = smd_memo_get (lists, question, &generation);
  if (fingerprints != NULL)
    return fingerprints;

  fingerprints = read_list (self, normal, error);
  if (fingerprints != NULL)
    smd_memo_put (lists, question, generation, fingerprints);
  return fingerprints;
}

void
smd_database_addresses_init_interface (SmdCertStoreInterface *iface)
{
  iface->list_at_once = list_at_once;
}
