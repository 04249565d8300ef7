/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-options.h"

#include <unistd.h>

#include "smimed-enum-types.h"
#include "smimed-fields.h"
#include "smimed-memfd.h"
#include "smimed-options-private.h"

struct _SmimedOptions
{
  GObject parent;
  GVariant *values;        /* (owned) `a{sv}` */
  GVariant *extra;         /* (owned) (nullable) */
  int password;            /* (owned) a memfd; -1 */
  int password_fd;         /* (owned) a file of the caller's; -1 */
  SmimedProgressFunc progress;
  gpointer progress_data;  /* (owned) by progress_destroy */
  GDestroyNotify progress_destroy;
};

G_DEFINE_FINAL_TYPE (SmimedOptions, smimed_options, G_TYPE_OBJECT)

static const SmimedField fields[] = {
  { "deadline", NULL, SMIMED_FIELD_UINT },
  { "interactive", NULL, SMIMED_FIELD_BOOLEAN },
  { "network", NULL, SMIMED_FIELD_WORD, smimed_network_get_type, SMIMED_NETWORK_ALLOW, SMIMED_NETWORK_ALLOW },
  { "aliases", NULL, SMIMED_FIELD_STRV },
  { "format", NULL, SMIMED_FIELD_WORD, smimed_format_get_type, SMIMED_FORMAT_CLEAR, SMIMED_FORMAT_CLEAR },
  { "purpose", NULL, SMIMED_FIELD_WORD, smimed_purpose_get_type, SMIMED_PURPOSE_SEND, SMIMED_PURPOSE_SEND },
  { "signature-format", NULL, SMIMED_FIELD_WORD, smimed_format_get_type, SMIMED_FORMAT_CLEAR, SMIMED_FORMAT_CLEAR },
  { "sign", NULL, SMIMED_FIELD_BOOLEAN },
  { "bcc", NULL, SMIMED_FIELD_STRV },
  { "cipher", NULL, SMIMED_FIELD_STRING },
  { "entity-only", NULL, SMIMED_FIELD_BOOLEAN },
  { "content-type", NULL, SMIMED_FIELD_STRING },
  { "depth", NULL, SMIMED_FIELD_UINT },
  { "as-is", NULL, SMIMED_FIELD_BOOLEAN },
  { "sender", NULL, SMIMED_FIELD_STRING },
  { "received-at", NULL, SMIMED_FIELD_TIME },
  { "origin", NULL, SMIMED_FIELD_STRING },
  { "key-type", NULL, SMIMED_FIELD_STRING },
  { "at", NULL, SMIMED_FIELD_TIME },
  { "address", NULL, SMIMED_FIELD_STRING },
  { "policies", NULL, SMIMED_FIELD_STRV },
  { "require-explicit-policy", NULL, SMIMED_FIELD_BOOLEAN },
  { "inhibit-policy-mapping", NULL, SMIMED_FIELD_BOOLEAN },
  { "inhibit-any-policy", NULL, SMIMED_FIELD_BOOLEAN },
  { "revocation", NULL, SMIMED_FIELD_WORD, smimed_revocation_mode_get_type, SMIMED_REVOCATION_HARD_FAIL, SMIMED_REVOCATION_HARD_FAIL },
  { "delete-key", NULL, SMIMED_FIELD_BOOLEAN },
  { "force", NULL, SMIMED_FIELD_BOOLEAN },
  { NULL }
};

static void
drop_password (SmimedOptions *self)
{
  if (self->password >= 0)
    close (self->password);
  if (self->password_fd >= 0)
    close (self->password_fd);
  self->password = -1;
  self->password_fd = -1;
}

static void
smimed_options_finalize (GObject *object)
{
  SmimedOptions *self = SMIMED_OPTIONS (object);

  drop_password (self);
  smimed_options_set_progress (self, NULL, NULL, NULL);
  g_clear_pointer (&self->values, g_variant_unref);
  g_clear_pointer (&self->extra, g_variant_unref);
  G_OBJECT_CLASS (smimed_options_parent_class)->finalize (object);
}

static void
replace_values (SmimedOptions *self, GVariant *values)
{
  g_clear_pointer (&self->values, g_variant_unref);
  self->values = values;
}

static void
smimed_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  SmimedOptions *self = SMIMED_OPTIONS (object);

  replace_values (self, smimed_field_store (&fields[id - 1], self->values, value));
  g_object_notify_by_pspec (object, spec);
}

static void
smimed_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  smimed_field_get (&fields[id - 1], SMIMED_OPTIONS (object)->values, value);
}

static void
smimed_options_class_init (SmimedOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = smimed_options_finalize;
  object_class->set_property = smimed_options_set_property;
  object_class->get_property = smimed_options_get_property;
  smimed_fields_install (object_class, fields, G_PARAM_READWRITE);
}

static void
smimed_options_init (SmimedOptions *self)
{
  self->password = -1;
  self->password_fd = -1;
  self->values = smimed_dict_new ();
}

SmimedOptions *
smimed_options_new (void)
{
  return g_object_new (SMIMED_TYPE_OPTIONS, NULL);
}

void
smimed_options_set_extra (SmimedOptions *self, GVariant *extra)
{
  g_return_if_fail (extra == NULL || g_variant_is_of_type (extra, G_VARIANT_TYPE_VARDICT));

  if (extra != NULL)
    g_variant_ref_sink (extra);
  g_clear_pointer (&self->extra, g_variant_unref);
  self->extra = extra;
}

void
smimed_options_set_progress (SmimedOptions *self, SmimedProgressFunc progress, gpointer user_data, GDestroyNotify destroy)
{
  if (self->progress_destroy != NULL)
    self->progress_destroy (self->progress_data);
  self->progress = progress;
  self->progress_data = user_data;
  self->progress_destroy = destroy;
}

gboolean
smimed_options_set_password (SmimedOptions *self, GBytes *password, GError **error)
{
  drop_password (self);
  if (password == NULL)
    return TRUE;

  self->password = smimed_memfd_new (error);
  return self->password >= 0
         && smimed_memfd_write (self->password, g_bytes_get_data (password, NULL), g_bytes_get_size (password), error)
         && smimed_memfd_seal (self->password, error);
}

gboolean
smimed_options_set_password_fd (SmimedOptions *self, int fd, GError **error)
{
  drop_password (self);
  if (fd < 0)
    return TRUE;

  self->password_fd = smimed_fd_dup (fd, error);
  return self->password_fd >= 0;
}

gboolean
smimed_options_has_progress (SmimedOptions *self)
{
  return self != NULL && self->progress != NULL;
}

void
smimed_options_tell_progress (SmimedOptions *self, double fraction, guint64 bytes_done, const char *stage)
{
  if (self->progress != NULL)
    self->progress (fraction, bytes_done, stage, self->progress_data);
}

/* The service reads to the end: a password that is kept here needs an offset of its own for each call. */
static gboolean
pass_password (SmimedOptions *self, int *fd, GError **error)
{
  if (self->password < 0 && self->password_fd < 0)
    return TRUE;

  *fd = self->password >= 0 ? smimed_fd_reopen (self->password, error) : smimed_fd_dup (self->password_fd, error);
  return *fd >= 0;
}

GVariant *
smimed_options_build (SmimedOptions *self, const char *job, int handle, int *password, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (self != NULL ? self->values : NULL);
  g_autoptr (GVariant) values = NULL;

  *password = -1;
  if (self != NULL && !pass_password (self, password, error))
    return NULL;

  if (*password >= 0)
    g_variant_dict_insert (&dict, "password-fd", "h", handle);
  if (job != NULL)
    g_variant_dict_insert (&dict, "job", "s", job);
  values = g_variant_ref_sink (g_variant_dict_end (&dict));
  return self != NULL && self->extra != NULL ? smimed_dict_merge (values, self->extra) : g_steal_pointer (&values);
}
