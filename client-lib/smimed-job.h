/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-options.h"

G_BEGIN_DECLS

/*
 * SmimedJob:
 *
 * The Job object of a call: tells progress, and passes a GCancellable on.
 */
typedef struct _SmimedJob SmimedJob;

/* @options: (nullable): whose progress function is told */
SmimedJob *smimed_job_new (GDBusConnection *connection, SmimedOptions *options);
void smimed_job_free (SmimedJob *self);
const char *smimed_job_get_token (SmimedJob *self);

/*
 * To be called right before the call is sent, in its main context. When @cancellable is cancelled the service is told, and answers the
 * call. @give_up: nobody answered that; @idle: whatever was under way when the call was answered has ended.
 */
void smimed_job_start (SmimedJob *self, GCancellable *cancellable, void (*idle) (gpointer data),
                       void (*give_up) (gpointer data), gpointer data);

/* The call was answered. Returns: FALSE if `idle` will be called */
gboolean smimed_job_is_idle (SmimedJob *self);
void smimed_job_stop (SmimedJob *self);

G_END_DECLS
