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
                            "SELECT fingerprint FROM addresses WHERE address = ? ORDER BY not_before DESC, certificate DESC", "S",
                            work->address);
  int rc = SQLITE_ERROR;

  while (statement != NULL && (rc = smd_database_step (self, statement, error)) == SQLITE_ROW)
    g_ptr_array_add (work->fingerprints, g_strdup ((const char *) sqlite3_column_text (statement, 0)));
  return rc == SQLITE_DONE;
}

/* No certificate is read for this: who only wants to know which there are needs none of their insides. Nothing is remembered either: with the
 * transaction open, the database is as quick as a memory of ours would be, and knows the newest. */
static GPtrArray *
list_at_once (SmdCertStore *store, const char *address, GError **error)
{
  g_autofree char *normal = smd_address_normalize (address);
  g_autoptr (GPtrArray) fingerprints = g_ptr_array_new_with_free_func (g_free);
  ListWork work = { normal, fingerprints };
  gboolean busy = FALSE;
  gboolean done = normal == NULL || smd_database_read_at_once (SMD_DATABASE (store), list_work, &work, &busy, error);

  return done ? g_steal_pointer (&fingerprints) : NULL;
}

void
smd_database_addresses_init_interface (SmdCertStoreInterface *iface)
{
  iface->list_at_once = list_at_once;
}
