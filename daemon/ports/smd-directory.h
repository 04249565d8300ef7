/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-certificate.h"

G_BEGIN_DECLS

/* Bounds on what one directory may say about one address. */
#define SMD_DIRECTORY_MOST_CERTIFICATES 1024
#define SMD_DIRECTORY_MOST_BYTES (8 * 1024 * 1024) /* of certificates */
#define SMD_DIRECTORY_MOST_MEMBERS 500             /* of a group */
#define SMD_DIRECTORY_MOST_DEPTH 4                 /* groups inside of groups */

/**
 * SmdDirectoryAnswer:
 * @url: (owned): the directory, as the setting names it
 * @serial: no other answer of this process has it; 0: it isn't remembered
 * @failure: (owned) (nullable): it could not be asked, and knows perhaps; everything else is empty then. `DeadlineExceeded`, `Cancelled`,
 *   `TooLarge`, `NotSupported`, `Failed`
 * @certificates: (owned) (element-type SmdCertificate): what its entries for the address hold, in no order; not checked in any way
 * @issuers: (owned) (element-type SmdCertificate): CA certificates that came along
 * @signers: (owned) (element-type SmdSigner): good signatures of `userSMIMECertificate` values that tell capabilities; whether their
 *   certificates are to be trusted isn't known
 * @is_group: the address is a group's
 * @too_large: it is a group with more than SMD_DIRECTORY_MOST_MEMBERS members; then @members are some of them
 * @members: (owned) (element-type utf8): the addresses of the group's members
 * @lost: (owned) (element-type utf8): members (their names) that no address is known of; then mail to the group can't be encrypted
 *
 * What one directory says about one address. Reference counted (atomic), immutable once it has been handed out.
 */
typedef struct
{
  char *url;               /* (owned) */
  guint64 serial;
  GError *failure;         /* (owned) */
  GPtrArray *certificates; /* (owned) */
  GPtrArray *issuers;      /* (owned) */
  GPtrArray *signers;      /* (owned) */
  gboolean is_group;
  gboolean too_large;
  GPtrArray *members;      /* (owned) */
  GPtrArray *lost;         /* (owned) */
  gsize bytes;             /* of all certificates */
} SmdDirectoryAnswer;

SmdDirectoryAnswer *smd_directory_answer_new (const char *url);
SmdDirectoryAnswer *smd_directory_answer_ref (SmdDirectoryAnswer *self);
void smd_directory_answer_unref (SmdDirectoryAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdDirectoryAnswer, smd_directory_answer_unref)

#define SMD_TYPE_DIRECTORY (smd_directory_get_type ())
G_DECLARE_INTERFACE (SmdDirectory, smd_directory, SMD, DIRECTORY, GObject)

/**
 * SmdDirectoryInterface:
 * @lookup_many: asks every directory of @urls (the setting `directories`) about all of @addresses (%NULL-terminated; as smd_address_normalize() gives
 *   them) side by side and waits until all have answered: for half of *@left
 *   microseconds, so that as much is left for judging what they say, for half of the time to @deadline (monotonic microseconds, 0 = none), or until
 *   @cancellable. *@left is lessened by the time that it took; if it is 0, only what is known already counts, and no network is used. What comes
 *   later is remembered for the next time. Returns (transfer full) (element-type SmdDirectoryAnswer): for each address in order one answer of each
 *   directory, in the order of the setting. Never fails as a whole
 *
 * The organisation's directories of certificates. Any worker thread.
 */
struct _SmdDirectoryInterface
{
  GTypeInterface parent;
  GPtrArray *(*lookup_many) (SmdDirectory *self, const char *const *urls, const char *const *addresses, gint64 deadline, gint64 *left,
                             GCancellable *cancellable);
};

GPtrArray *smd_directory_lookup_many (SmdDirectory *self, const char *const *urls, const char *const *addresses, gint64 deadline,
                                      gint64 *left, GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
