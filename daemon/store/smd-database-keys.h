/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database.h"
#include "smd-identity.h"

G_BEGIN_DECLS

/*
 * The books that the key store keeps in the database of what lies in the Secret Service. An item's id is written to the journal
 * (durably) before the item is made, and taken from it in the transaction that makes the item known: what a killed call leaves is named
 * there, and the next sync deletes it. Before items are deleted, a full sync is made due: it says afterwards what is left. All errors are `Failed`.
 */

/**
 * SmdKeyEntry:
 * @item: (owned): the item's id
 * @identity: (owned): what it holds
 */
typedef struct
{
  char *item;            /* (owned) */
  SmdIdentity *identity; /* (owned) */
} SmdKeyEntry;

SmdKeyEntry *smd_key_entry_new (const char *item, SmdIdentity *identity);
void smd_key_entry_free (SmdKeyEntry *self);

/* What a sync has to do; nothing is the common case, and is known after one statement. */
typedef enum
{
  SMD_KEYS_DUE_NOTHING = 0,
  SMD_KEYS_DUE_ALL = 1 << 0,     /* read everything: the database is new */
  SMD_KEYS_DUE_JOURNAL = 1 << 1, /* delete items that a killed call left */
  SMD_KEYS_DUE_JOIN = 1 << 2,    /* make items for own certificates that came later than their key */
} SmdKeysDue;

gboolean smd_database_keys_get_due (SmdDatabase *self, SmdKeysDue *due, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From now on a sync is due that reads everything: the books don't fit what the Secret Service says. */
gboolean smd_database_keys_set_due (SmdDatabase *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type utf8): ids of the items that hold this key; the latest made is not told from others */
GPtrArray *smd_database_keys_find (SmdDatabase *self, const char *key_fingerprint, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @known: (out): whether the identity, or, without a certificate, its key, has an item already */
gboolean smd_database_keys_know (SmdDatabase *self, SmdIdentity *identity, gboolean *known, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full) (element-type utf8): fingerprints of own certificates without an item of their own */
GPtrArray *smd_database_keys_list_unjoined (SmdDatabase *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type utf8): item ids */
GPtrArray *smd_database_keys_get_journal (SmdDatabase *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @items: (element-type utf8) */
gboolean smd_database_keys_open_journal (SmdDatabase *self, GPtrArray *items, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_database_keys_close_journal (SmdDatabase *self, GPtrArray *items, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_database_keys_commit:
 * @entries: (element-type SmdKeyEntry): items that were made; their certificates become own ones, their chains intermediates
 * @certificates: (element-type SmdCertificate) (nullable): become intermediates, or own ones where the key is there
 *
 * All in one transaction, which also takes the items from the journal. Items of keys that waited for one of these certificates go into it.
 */
gboolean smd_database_keys_commit (SmdDatabase *self, GPtrArray *entries, GPtrArray *certificates, SmdOrigin origin,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_database_keys_replace:
 * @entries: (element-type SmdKeyEntry): all that the Secret Service holds
 * @changed: (inout): set to TRUE if a row changed
 *
 * Makes own rows equal to @entries; the full sync isn't due any more.
 */
gboolean smd_database_keys_replace (SmdDatabase *self, GPtrArray *entries, gboolean *changed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type utf8): ids of the items that go with the own row @fingerprint: its own last, before it those in which its key
 * waits, unless another certificate needs that; `NotFound` */
GPtrArray *smd_database_keys_list_of (SmdDatabase *self, const char *fingerprint, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full) (element-type utf8): ids of the items of a key that waits for its certificate; `NotFound` */
GPtrArray *smd_database_keys_list_waiting (SmdDatabase *self, const char *key_fingerprint, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_database_keys_forget:
 * @fingerprint: of an own certificate
 * @items: (element-type utf8): that were deleted
 *
 * Removes the row, and its items from the books. If all is in order then, a full sync isn't due any more.
 */
gboolean smd_database_keys_forget (SmdDatabase *self, const char *fingerprint, GPtrArray *items, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Likewise the request of a key that waited for its certificate */
gboolean smd_database_keys_discard (SmdDatabase *self, const char *key_fingerprint, GPtrArray *items,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
