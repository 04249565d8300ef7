/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-inputs.h"

#include <unistd.h>

#include "smimed-error.h"

struct _SmdInputs
{
  SmdScratchPool *scratch; /* (unowned) */
  int *fds;                /* (owned) (nullable) those that came with the message; -1 = taken */
  int n_fds;
  SmdFdIn *inputs[SMD_INPUTS_MOST - 1]; /* (owned) */
  guint count;
  SmdFdIn *password;       /* (owned) (nullable) */
};

SmdInputs *
smd_inputs_new (GUnixFDList *fds, SmdScratchPool *scratch)
{
  SmdInputs *self = g_new0 (SmdInputs, 1);

  self->scratch = scratch;
  if (fds != NULL)
    self->fds = g_unix_fd_list_steal_fds (fds, &self->n_fds);
  return self;
}

void
smd_inputs_close_rest (SmdInputs *self)
{
  for (int i = 0; i < self->n_fds; i++)
    if (self->fds[i] >= 0)
      close (self->fds[i]);

  self->n_fds = 0;
  g_clear_pointer (&self->fds, g_free);
}

void
smd_inputs_free (SmdInputs *self)
{
  smd_inputs_close_rest (self);
  for (guint i = 0; i < self->count; i++)
    smd_fd_in_free (self->inputs[i]);
  g_clear_pointer (&self->password, smd_fd_in_free);
  g_free (self);
}

static int
take_handle (SmdInputs *self, int handle, const char *what, GError **error)
{
  int fd = handle >= 0 && handle < self->n_fds ? self->fds[handle] : -1;

  if (fd < 0)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                 "“%s”: the message brought no file descriptor number %d, or it stands for another argument already", what, handle);
  else
    self->fds[handle] = -1;
  return fd;
}

gboolean
smd_inputs_take (SmdInputs *self, int handle, gsize limit, const char *what, GError **error)
{
  int fd = take_handle (self, handle, what, error);
  SmdFdIn *input = fd >= 0 ? smd_fd_in_new (fd, limit, what, error) : NULL;

  if (input == NULL)
    return FALSE;

  g_assert (self->count < G_N_ELEMENTS (self->inputs));
  smd_fd_in_share (input, self->scratch);
  self->inputs[self->count++] = input;
  return TRUE;
}

gboolean
smd_inputs_take_password (SmdInputs *self, int handle, GError **error)
{
  int fd = take_handle (self, handle, "password-fd", error);

  self->password = fd >= 0 ? smd_fd_in_new_password (fd, "password-fd", error) : NULL;
  return self->password != NULL;
}

void
smd_inputs_charge (SmdInputs *self, SmdShare *payer, gsize most)
{
  for (guint i = 0; i < self->count; i++)
    smd_fd_in_charge (self->inputs[i], payer, most);
}

guint
smd_inputs_list_streams (SmdInputs *self, SmdFdIn *streams[SMD_INPUTS_MOST])
{
  guint count = 0;

  for (guint i = 0; i < self->count; i++)
    if (smd_fd_in_is_stream (self->inputs[i]))
      streams[count++] = self->inputs[i];
  if (self->password != NULL && smd_fd_in_is_stream (self->password))
    streams[count++] = self->password;
  return count;
}

gboolean
smd_inputs_finish (SmdInputs *self, SmdProgress *progress, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->count; i++)
    if (!smd_fd_in_finish (self->inputs[i], progress, cancellable, error))
      return FALSE;

  return self->password == NULL || smd_fd_in_finish (self->password, NULL, cancellable, error);
}

SmdBlob *
smd_inputs_get_blob (SmdInputs *self, guint index)
{
  return smd_fd_in_get_blob (self->inputs[index]);
}

SmdSecret *
smd_inputs_get_password (SmdInputs *self)
{
  return self->password != NULL ? smd_fd_in_get_secret (self->password) : NULL;
}
