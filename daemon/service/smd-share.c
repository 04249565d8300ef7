/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-share.h"

#include "smimed-error.h"

#define UNCOUNTED 64 /* calls under way at once that no calls a second are counted for */

struct _SmdShare
{
  char *application; /* (owned) (nullable) */
  GMutex lock;       /* of all that follows */
  guint calls;
  double allowance;  /* calls that may come at once */
  gint64 filled;     /* when the allowance was last seen to */
  gsize bytes;
};

SmdShare *
smd_share_new (const char *application)
{
  SmdShare *self = g_atomic_rc_box_new0 (SmdShare);

  self->application = g_strdup (application);
  self->filled = G_MININT64;
  g_mutex_init (&self->lock);
  return self;
}

SmdShare *
smd_share_ref (SmdShare *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SmdShare *self = data;

  g_free (self->application);
  g_mutex_clear (&self->lock);
}

void
smd_share_unref (SmdShare *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
smd_share_get_application (SmdShare *self)
{
  return self->application;
}

/* One second's calls may come at once. Called with the lock held. */
static gboolean
is_too_fast (SmdShare *self, guint rate, gint64 now)
{
  double passed = self->filled == G_MININT64 ? 1.0 : (double) (now - self->filled) / G_TIME_SPAN_SECOND;

  self->allowance = MIN (self->allowance + passed * rate, rate);
  self->filled = now;
  if (self->calls < UNCOUNTED)
    return FALSE;
  if (self->allowance < 1)
    return TRUE;

  self->allowance -= 1;
  return FALSE;
}

gboolean
smd_share_begin (SmdShare *self, const SmdPolicy *policy, gint64 now, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->calls >= policy->caller_calls)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                   "This program has %u calls under way, the most that one may have (the setting caller-calls); "
                   "wait for some of their answers, then call again", self->calls);
      return FALSE;
    }

  if (is_too_fast (self, policy->caller_rate, now))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                   "This program makes more than %u calls a second (the setting caller-rate) without waiting for the answers; "
                   "wait for some of them, then call again", policy->caller_rate);
      return FALSE;
    }

  self->calls++;
  return TRUE;
}

void
smd_share_end (SmdShare *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->calls--;
}

gboolean
smd_share_take (SmdShare *self, gsize bytes, gsize most, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (bytes > most || self->bytes > most - bytes)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                   "This program's calls under way have more than %" G_GSIZE_FORMAT " bytes of input together (the setting caller-bytes); "
                   "wait for some of their answers, then call again", most);
      return FALSE;
    }

  self->bytes += bytes;
  return TRUE;
}

void
smd_share_give_back (SmdShare *self, gsize bytes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->bytes -= bytes;
}
