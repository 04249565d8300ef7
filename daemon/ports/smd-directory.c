/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory.h"

#include "smd-cms.h"

G_DEFINE_INTERFACE (SmdDirectory, smd_directory, G_TYPE_OBJECT)

static void
smd_directory_default_init (SmdDirectoryInterface *iface)
{
}

SmdDirectoryAnswer *
smd_directory_answer_new (const char *url)
{
  SmdDirectoryAnswer *self = g_atomic_rc_box_new0 (SmdDirectoryAnswer);

  self->url = g_strdup (url);
  self->certificates = smd_certificates_new ();
  self->issuers = smd_certificates_new ();
  self->signers = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_signer_free);
  self->members = g_ptr_array_new_with_free_func (g_free);
  self->lost = g_ptr_array_new_with_free_func (g_free);
  return self;
}

SmdDirectoryAnswer *
smd_directory_answer_ref (SmdDirectoryAnswer *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SmdDirectoryAnswer *self = data;

  g_free (self->url);
  g_clear_error (&self->failure);
  g_ptr_array_unref (self->certificates);
  g_ptr_array_unref (self->issuers);
  g_ptr_array_unref (self->signers);
  g_ptr_array_unref (self->members);
  g_ptr_array_unref (self->lost);
}

void
smd_directory_answer_unref (SmdDirectoryAnswer *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

GPtrArray *
smd_directory_lookup_many (SmdDirectory *self, const char *const *urls, const char *const *addresses, gint64 deadline, gint64 *left,
                           GCancellable *cancellable)
{
  return SMD_DIRECTORY_GET_IFACE (self)->lookup_many (self, urls, addresses, deadline, left, cancellable);
}
