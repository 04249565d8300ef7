/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-notice-application.h"

G_BEGIN_DECLS

/**
 * SmdNoticeDoor:
 *
 * GNOME keeps notifications when the service that sent them has ended, and starts it when the user follows one: the call finds `ActivateAction` at our
 * root object from the first moment on, without a GApplication. To be freed right before there is one: it puts its own in this place. (Not as a subtree
 * of GDBus, which would let both stand there: that one also takes all calls that nobody else answers, such as pings.)
 */
typedef struct _SmdNoticeDoor SmdNoticeDoor;

/* Returns: (transfer full) */
SmdNoticeDoor *smd_notice_door_new (GDBusConnection *connection, SmdNoticeFollowed followed, gpointer data);
void smd_notice_door_free (SmdNoticeDoor *self);

G_END_DECLS
