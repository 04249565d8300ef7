/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-progress.h"

G_BEGIN_DECLS

/**
 * SmdJobBoard:
 *
 * The Job objects of the calls that asked for one, and the timer that tells their progress.
 */
typedef struct _SmdJobBoard SmdJobBoard;
typedef struct _SmdJobNotice SmdJobNotice;

typedef void (*SmdJobCancel) (gpointer data);

SmdJobBoard *smd_job_board_new (GDBusConnection *connection);
void smd_job_board_free (SmdJobBoard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdJobBoard, smd_job_board_free)

/**
 * smd_job_board_post:
 * @operation: the method
 * @progress: read until smd_job_board_remove()
 * @cancel: called with @data when the caller wants the call cancelled
 *
 * Returns: (transfer none): to be given to smd_job_board_remove(); on error `InvalidArgument` (the caller uses the token for another call)
 */
SmdJobNotice *smd_job_board_post (SmdJobBoard *self, const char *sender, const char *token, const char *operation,
                                  SmdProgress *progress, SmdJobCancel cancel, gpointer data,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_job_board_remove (SmdJobBoard *self, SmdJobNotice *notice);

/* Whether @message is a call of Job.Cancel(). Any thread */
gboolean smd_job_board_is_cancel (GDBusMessage *message);
/* Answers such a call, and cancels the one that is meant. Answered by GDBus, a Cancel that comes right behind its call would find nothing:
 * it looks for objects before the main thread has seen what came first. */
void smd_job_board_cancel (SmdJobBoard *self, GDBusMessage *message);

G_END_DECLS
