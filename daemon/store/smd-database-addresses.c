/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-address.h"
#include "smd-database-private.h"
#include "smd-reading.h"

typedef struct
{
  const char *address;     /* (unowned) normalized */
  GPtrArray *fingerprints; /* (owned) (nullable) of char *: found */
} ListWork;

static GPtrArray *
read_list (SmdDatabase *self, const char *address, GError **error)
{
  g_autoptr (GPtrArray) fingerprints = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SmdStatement) statement
      = smd_database_query (self, error,
                            "SELECT fingerprint FROM addresses WHERE address = ? ORDER BY not_before DESC, certificate DESC", "S", address);
  int rc = SQLITE_ERROR;

  while (statement != NULL && (rc = smd_database_step (self, statement, error)) == SQLITE_ROW)
    g_ptr_array_add (fingerprints, g_strdup ((const char *) sqlite3_column_text (statement, 0)));
  return rc == SQLITE_DONE ? g_steal_pointer (&fingerprints) : NULL;
}

static gboolean
list_work (SmdDatabase *self, gpointer data, GError **error)
{
  ListWork *work = data;
  SmdReading *reading = smd_database_get_reading (self);

  work->fingerprints = smd_reading_recall (reading, work->address);
  if (work->fingerprints != NULL)
    return TRUE;

  work->fingerprints = read_list (self, work->address, error);
  if (work->fingerprints != NULL)
    smd_reading_keep (reading, self, work->address, work->fingerprints);
  return work->fingerprints != NULL;
}

/* No certificate is read for this: who only wants to know which there are needs none of their insides. The same few are asked for time and again,
 * and by clients that show who can be written to, those of a whole folder. */
static GPtrArray *
list_at_once (SmdCertStore *store, const char *address, GError **error)
{
  g_autofree char *normal = smd_address_normalize (address);
  ListWork work = { normal, NULL };
  gboolean busy = FALSE;

  if (normal == NULL)
    return g_ptr_array_new ();

  return smd_database_read_at_once (SMD_DATABASE (store), list_work, &work, &busy, error) ? work.fingerprints : NULL;
}

void
smd_database_addresses_init_interface (SmdCertStoreInterface *iface)
{
  iface->list_at_once = list_at_once;
}
