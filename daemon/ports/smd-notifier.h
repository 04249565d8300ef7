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

/* Whether one takes the place of the other: own certificates of one address make one notice, all correspondents' one, all authorities' one. */
gboolean smd_notice_replaces (const SmdNotice *self, const SmdNotice *other);
void smd_notice_free (SmdNotice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdNotice, smd_notice_free)

#define SMD_TYPE_NOTIFIER (smd_notifier_get_type ())
G_DECLARE_INTERFACE (SmdNotifier, smd_notifier, SMD, NOTIFIER, GObject)

/* @shown: whether the desktop has taken it; in the main context, exactly once */
typedef void (*SmdNotifierDone) (gboolean shown, gpointer data);

/**
 * SmdNotifierInterface:
 * @listen: signals are emitted from now on; `activated` at once for what was followed before
 * @show: shows @notice in place of the one that it replaces; never blocks, gives up after some seconds
 * @withdraw: takes away what @notice would replace, if it is still shown
 * @explain: shows what a notification has no room for, because the user has followed it: nothing if a mail program does; token as in `activated`
 *
 * The desktop's notifications. Signals, in the main context: `available` when notifications can be shown (again), `activated` with a fingerprint
 * and a token (for raising a window, "" if the desktop gave none) when the user follows one, also one of an earlier session; anybody on the bus can
 * say so. Belongs to the thread of the main context.
 */
struct _SmdNotifierInterface
{
  GTypeInterface parent;
  void (*listen) (SmdNotifier *self);
  void (*show) (SmdNotifier *self, const SmdNotice *notice, SmdNotifierDone done, gpointer data);
  void (*withdraw) (SmdNotifier *self, const SmdNotice *notice);
  void (*explain) (SmdNotifier *self, const SmdNotice *notice, const char *token);
};

void smd_notifier_listen (SmdNotifier *self);
void smd_notifier_show (SmdNotifier *self, const SmdNotice *notice, SmdNotifierDone done, gpointer data);
void smd_notifier_withdraw (SmdNotifier *self, const SmdNotice *notice);
void smd_notifier_explain (SmdNotifier *self, const SmdNotice *notice, const char *token);

G_END_DECLS
