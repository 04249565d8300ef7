/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-prompter.h"

G_DEFINE_INTERFACE (SmdPrompter, smd_prompter, G_TYPE_OBJECT)

static void
smd_prompter_default_init (SmdPrompterInterface *iface)
{
}

SmdSecret *
smd_prompter_ask_password (SmdPrompter *self, SmdPromptPurpose purpose, SmdPromptComplaint complaint,
                           GCancellable *cancellable, GError **error)
{
  return SMD_PROMPTER_GET_IFACE (self)->ask_password (self, purpose, complaint, cancellable, error);
}

gboolean
smd_prompter_confirm (SmdPrompter *self, const char *application, SmdRight right, gboolean *confirmed, GCancellable *cancellable,
                      GError **error)
{
  return SMD_PROMPTER_GET_IFACE (self)->confirm (self, application, right, confirmed, cancellable, error);
}
