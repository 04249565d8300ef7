/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SmdAccount:
 * @id: (owned): the last element of its object path; derived from the normalized address, so stable
 * @address: (owned): as registered
 * @aliases: (owned): further addresses of the same account, %NULL-terminated, never %NULL
 * @signing: (owned) (nullable): fingerprint of the certificate that the user chose; %NULL = automatic
 * @encryption: (owned) (nullable): likewise
 */
typedef struct
{
  char *id;         /* (owned) */
  char *address;    /* (owned) */
  char **aliases;   /* (owned) */
  char *signing;    /* (owned) */
  char *encryption; /* (owned) */
  gboolean sign_by_default;
  gboolean encrypt_by_default;
} SmdAccount;

/* @aliases may be %NULL */
SmdAccount *smd_account_new (const char *address, const char *const *aliases);
SmdAccount *smd_account_copy (const SmdAccount *self);
void smd_account_free (SmdAccount *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAccount, smd_account_free)

/* What of an account a change is about */
typedef enum
{
  SMD_ACCOUNT_ALIASES = 1 << 0,
  SMD_ACCOUNT_CERTIFICATES = 1 << 1, /* both of them */
  SMD_ACCOUNT_SIGN_BY_DEFAULT = 1 << 2,
  SMD_ACCOUNT_ENCRYPT_BY_DEFAULT = 1 << 3,
} SmdAccountParts;

#define SMD_TYPE_ACCOUNT_STORE (smd_account_store_get_type ())
G_DECLARE_INTERFACE (SmdAccountStore, smd_account_store, SMD, ACCOUNT_STORE, GObject)

/**
 * SmdAccountStoreInterface:
 * @list: (transfer full) (element-type SmdAccount): all, by address
 * @save: adds @account, or sets @parts of the one with its id and leaves the others as they are: two clients that change different things
 *   at the same time undo nothing of each other's; one that isn't there any more isn't made again by a change, `NoSuchAccount`
 * @remove: `NotFound`
 *
 * Any thread; blocks only for the disk.
 */
struct _SmdAccountStoreInterface
{
  GTypeInterface parent;
  GPtrArray *(*list) (SmdAccountStore *self, GError **error);
  gboolean (*save) (SmdAccountStore *self, const SmdAccount *account, SmdAccountParts parts, GError **error);
  gboolean (*remove) (SmdAccountStore *self, const char *id, GError **error);
};

GPtrArray *smd_account_store_list (SmdAccountStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): the account that has @address as its address or alias; `NoSuchAccount` */
SmdAccount *smd_account_store_lookup (SmdAccountStore *self, const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @parts: 0 adds the account, and changes nothing if it is there */
gboolean smd_account_store_save (SmdAccountStore *self, const SmdAccount *account, SmdAccountParts parts,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_account_store_remove (SmdAccountStore *self, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
