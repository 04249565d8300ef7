/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-watch-expiry.h"

#include "smd-expiry.h"

#define SECONDS_PER_DAY 86400
#define MARGIN 2 /* days: a calendar day and a time zone's worth around each window */

static void
alert_free (SmdExpiryAlert *alert)
{
  smd_expiry_row_free (alert->row);
  g_free (alert);
}

void
smd_expiry_plan_free (SmdExpiryPlan *self)
{
  g_ptr_array_unref (self->tell);
  g_ptr_array_unref (self->notices);
  g_ptr_array_unref (self->show);
  g_free (self);
}

static SmdExpiryPlan *
plan_new (void)
{
  SmdExpiryPlan *self = g_new0 (SmdExpiryPlan, 1);

  self->tell = g_ptr_array_new_with_free_func ((GDestroyNotify) alert_free);
  self->notices = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_notice_free);
  self->show = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->next = G_MAXINT64;
  return self;
}

/* What one look shares. */
typedef struct
{
  SmdExpiryPlan *plan; /* (unowned) */
  GTimeZone *zone;     /* (unowned) */
  gint64 now;
  const guint *thresholds; /* (unowned) */
  guint n_thresholds;
} Look;

static SmdNoticeKind
get_kind (SmdRole role)
{
  return role == SMD_ROLE_OWN ? SMD_NOTICE_OWN : role == SMD_ROLE_CORRESPONDENT ? SMD_NOTICE_CORRESPONDENTS : SMD_NOTICE_AUTHORITIES;
}

/* Returns: (transfer none): the rows of the notice that @row belongs to; a new notice begins with the most urgent row */
static GPtrArray *
get_rows (const Look *look, const SmdExpiryRow *row, SmdNotice **notice)
{
  SmdExpiryPlan *plan = look->plan;
  SmdNotice *fresh;

  for (guint i = 0; i < plan->notices->len; i++)
    {
      *notice = plan->notices->pdata[i];
      if ((*notice)->kind == get_kind (row->role) && (row->role != SMD_ROLE_OWN || g_str_equal ((*notice)->address, row->address)))
        return plan->show->pdata[i];
    }

  fresh = g_new0 (SmdNotice, 1);
  fresh->kind = get_kind (row->role);
  fresh->fingerprint = g_strdup (row->fingerprint);
  fresh->address = g_strdup (row->address);
  fresh->not_after = row->not_after;
  fresh->days = smd_expiry_count_days (row->not_after, look->now, look->zone);
  *notice = fresh;
  g_ptr_array_add (plan->notices, fresh);
  g_ptr_array_add (plan->show, g_ptr_array_new_with_free_func ((GDestroyNotify) smd_expiry_row_free));
  return plan->show->pdata[plan->show->len - 1];
}

static void
add_notice (const Look *look, const SmdExpiryRow *row, int threshold)
{
  SmdExpiryRow *shown = smd_expiry_row_copy (row);
  SmdNotice *notice = NULL;
  GPtrArray *rows = get_rows (look, row, &notice);

  shown->told = threshold;
  shown->shown = threshold;
  notice->count++;
  g_ptr_array_add (rows, shown);
}

static void
add_alert (const Look *look, const SmdExpiryRow *row, int threshold)
{
  SmdExpiryAlert *alert = g_new0 (SmdExpiryAlert, 1);

  alert->row = smd_expiry_row_copy (row);
  alert->row->told = threshold;
  alert->days = smd_expiry_count_days (row->not_after, look->now, look->zone);
  g_ptr_array_add (look->plan->tell, alert);
}

static void
look_at (const Look *look, const SmdExpiryRow *row)
{
  SmdExpiry told = { row->not_after, look->thresholds, look->n_thresholds, row->told };
  SmdExpiry shown = { row->not_after, look->thresholds, look->n_thresholds, row->shown };
  int threshold;

  if (smd_expiry_is_due (&told, look->now, look->zone, &threshold))
    add_alert (look, row, threshold);
  if (smd_expiry_is_due (&shown, look->now, look->zone, &threshold))
    add_notice (look, row, threshold);
  look->plan->next = MIN (look->plan->next, smd_expiry_find_next (&told, look->now, look->zone));
}

static gboolean
look_at_role (const SmdEnv *env, const Look *look, SmdRole role, GError **error)
{
  gint64 window = look->n_thresholds > 0 ? ((gint64) look->thresholds[0] + MARGIN) * SECONDS_PER_DAY : 0;
  g_autoptr (GPtrArray) rows = NULL;

  if (window == 0)
    return TRUE;
  rows = smd_expiry_store_list (env->expiries, role, look->now - window, look->now + window, error);
  if (rows == NULL)
    return FALSE;

  for (guint i = 0; i < rows->len; i++)
    look_at (look, rows->pdata[i]);
  return TRUE;
}

static gboolean
note_told (const SmdEnv *env, const SmdExpiryPlan *plan, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  for (guint i = 0; i < plan->tell->len; i++)
    g_ptr_array_add (rows, ((SmdExpiryAlert *) plan->tell->pdata[i])->row);
  return smd_expiry_store_note (env->expiries, rows, error);
}

/* @wanted: (out) */
static gboolean
find_wanted (const SmdEnv *env, const SmdPolicy *policy, gboolean *wanted, GError **error)
{
  g_autoptr (GPtrArray) accounts = policy->enabled ? NULL : smd_account_store_list (env->accounts, error);

  *wanted = policy->enabled || (accounts != NULL && accounts->len > 0);
  return policy->enabled || accounts != NULL;
}

SmdExpiryPlan *
smd_watch_expiry (const SmdEnv *env, const SmdPolicy *policy, GTimeZone *zone, GError **error)
{
  g_autoptr (SmdExpiryPlan) plan = plan_new ();
  gint64 now = smd_clock_now (env->clock);
  Look own = { plan, zone, now, policy->expiry_thresholds, policy->n_expiry_thresholds };
  Look others = { plan, zone, now, &policy->correspondent_expiry_days, 1 };
  gboolean wanted = FALSE;

  if (!find_wanted (env, policy, &wanted, error))
    return NULL;
  if (wanted && (!look_at_role (env, &own, SMD_ROLE_OWN, error) || !look_at_role (env, &others, SMD_ROLE_CORRESPONDENT, error)
                 || !look_at_role (env, &others, SMD_ROLE_ANCHOR, error) || !look_at_role (env, &others, SMD_ROLE_INTERMEDIATE, error)
                 || !note_told (env, plan, error)))
    return NULL;
  return g_steal_pointer (&plan);
}
