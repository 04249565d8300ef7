/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-watch-expiry.h"

#include "smd-expiry.h"
#include "smimed-error.h"

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
  g_ptr_array_unref (self->standing);
  g_free (self);
}

static SmdExpiryPlan *
plan_new (void)
{
  SmdExpiryPlan *self = g_new0 (SmdExpiryPlan, 1);

  self->tell = g_ptr_array_new_with_free_func ((GDestroyNotify) alert_free);
  self->notices = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_notice_free);
  self->show = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->standing = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_notice_free);
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
  const char *sought; /* (unowned) (nullable): a fingerprint */
  SmdNotice **found;  /* (unowned) (nullable): what is told of it */
} Look;

static SmdNoticeKind
get_kind (SmdRole role)
{
  return role == SMD_ROLE_OWN ? SMD_NOTICE_OWN : role == SMD_ROLE_CORRESPONDENT ? SMD_NOTICE_CORRESPONDENTS : SMD_NOTICE_AUTHORITIES;
}

static SmdNotice *
notice_new (const Look *look, const SmdExpiryRow *row)
{
  SmdNotice *notice = g_new0 (SmdNotice, 1);

  notice->kind = get_kind (row->role);
  notice->fingerprint = g_strdup (row->fingerprint);
  notice->address = g_strdup (row->address);
  notice->not_after = row->not_after;
  notice->days = smd_expiry_count_days (row->not_after, look->now, look->zone);
  return notice;
}

/* @notices: rows come with the most urgent first, with which a new notice begins. Returns: whose it is */
static guint
add_to_notice (const Look *look, GPtrArray *notices, const SmdExpiryRow *row)
{
  SmdNotice *fresh = notice_new (look, row);
  guint i = 0;

  while (i < notices->len && !smd_notice_replaces (fresh, notices->pdata[i]))
    i++;
  if (i == notices->len)
    g_ptr_array_add (notices, fresh);
  else
    smd_notice_free (fresh);
  ((SmdNotice *) notices->pdata[i])->count++;
  return i;
}

static void
add_notice (const Look *look, const SmdExpiryRow *row, int threshold)
{
  SmdExpiryPlan *plan = look->plan;
  SmdExpiryRow *shown = smd_expiry_row_copy (row);
  guint i = add_to_notice (look, plan->notices, row);

  shown->told = threshold;
  shown->shown = threshold;
  if (i == plan->show->len)
    g_ptr_array_add (plan->show, g_ptr_array_new_with_free_func ((GDestroyNotify) smd_expiry_row_free));
  g_ptr_array_add (plan->show->pdata[i], shown);
}

static void
add_standing (const Look *look, const SmdExpiryRow *row)
{
  (void) add_to_notice (look, look->plan->standing, row);
  if (look->sought != NULL && *look->found == NULL && g_str_equal (look->sought, row->fingerprint))
    *look->found = notice_new (look, row);
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
  SmdExpiry standing = { row->not_after, look->thresholds, look->n_thresholds, SMD_EXPIRY_UNTOLD };
  int threshold;

  if (smd_expiry_is_due (&told, look->now, look->zone, &threshold))
    add_alert (look, row, threshold);
  if (smd_expiry_is_due (&shown, look->now, look->zone, &threshold))
    add_notice (look, row, threshold);
  if (smd_expiry_is_due (&standing, look->now, look->zone, &threshold))
    add_standing (look, row);
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

/* @look: whose thresholds are those of own certificates */
static gboolean
look_at_all (const SmdEnv *env, const SmdPolicy *policy, const Look *look, GError **error)
{
  Look others = *look;

  others.thresholds = &policy->correspondent_expiry_days;
  others.n_thresholds = 1;
  return look_at_role (env, look, SMD_ROLE_OWN, error) && look_at_role (env, &others, SMD_ROLE_CORRESPONDENT, error)
         && look_at_role (env, &others, SMD_ROLE_ANCHOR, error) && look_at_role (env, &others, SMD_ROLE_INTERMEDIATE, error);
}

static Look
make_look (const SmdEnv *env, const SmdPolicy *policy, GTimeZone *zone, SmdExpiryPlan *plan)
{
  return (Look){ .plan = plan, .zone = zone, .now = smd_clock_now (env->clock), .thresholds = policy->expiry_thresholds,
                 .n_thresholds = policy->n_expiry_thresholds };
}

SmdExpiryPlan *
smd_watch_expiry (const SmdEnv *env, const SmdPolicy *policy, GTimeZone *zone, GError **error)
{
  g_autoptr (SmdExpiryPlan) plan = plan_new ();
  Look look = make_look (env, policy, zone, plan);
  gboolean wanted = FALSE;

  if (!find_wanted (env, policy, &wanted, error))
    return NULL;
  if (wanted && (!look_at_all (env, policy, &look, error) || !note_told (env, plan, error)))
    return NULL;
  return g_steal_pointer (&plan);
}

SmdNotice *
smd_watch_expiry_describe (const SmdEnv *env, const SmdPolicy *policy, GTimeZone *zone, const char *fingerprint, GError **error)
{
  g_autoptr (SmdExpiryPlan) plan = plan_new ();
  g_autoptr (SmdNotice) found = NULL;
  Look look = make_look (env, policy, zone, plan);

  look.sought = fingerprint;
  look.found = &found;
  if (!look_at_all (env, policy, &look, error))
    return NULL;
  for (guint i = 0; found != NULL && i < plan->standing->len; i++)
    if (smd_notice_replaces (found, plan->standing->pdata[i]))
      found->count = ((SmdNotice *) plan->standing->pdata[i])->count;

  if (found == NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "No certificate with this fingerprint needs attention");
  return g_steal_pointer (&found);
}
