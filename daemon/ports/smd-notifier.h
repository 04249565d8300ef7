/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Whose certificates a notice is about. */
typedef enum
{
  SMD_NOTICE_OWN,
  SMD_NOTICE_CORRESPONDENTS,
  SMD_NOTICE_AUTHORITIES,
} SmdNoticeKind;

/**
 * SmdNotice:
 * @fingerprint: (owned): the certificate that ends first
 * @address: (owned): whom it serves, "" if that isn't known
 * @not_after: seconds since 1970 UTC
 * @days: as smd_expiry_count_days()
 * @count: how many certificates of this kind it is about, this one included
 *
 * What the desktop tells its user, as facts: their wording is the notifier's.
 */
typedef struct
{
  SmdNoticeKind kind;
  char *fingerprint; /* (owned) */
  char *address;     /* (owned) */
  gint64 not_after;
  int days;
  guint count;
} SmdNotice;

SmdNotice *smd_notice_copy (const SmdNotice *self);
void smd_notice_free (SmdNotice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdNotice, smd_notice_free)

#define SMD_TYPE_NOTIFIER (smd_notifier_get_type ())
G_DECLARE_INTERFACE (SmdNotifier, smd_notifier, SMD, NOTIFIER, GObject)

/* @shown: whether the desktop has taken it; in the main context, exactly once */
typedef void (*SmdNotifierDone) (gboolean shown, gpointer data);

/**
 * SmdNotifierInterface:
 * @show: shows @notice, in place of an earlier one about the same certificate or kind; never blocks, gives up after some seconds
 *
 * The desktop's notifications. Signals, in the main context: `available` when notifications can be shown (again), `activated` with a fingerprint
 * and a token (for raising a window, "" if the desktop gave none) when the user follows one. Belongs to the thread of the main context.
 */
struct _SmdNotifierInterface
{
  GTypeInterface parent;
  void (*show) (SmdNotifier *self, const SmdNotice *notice, SmdNotifierDone done, gpointer data);
};

void smd_notifier_show (SmdNotifier *self, const SmdNotice *notice, SmdNotifierDone done, gpointer data);

G_END_DECLS
