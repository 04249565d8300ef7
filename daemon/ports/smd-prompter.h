/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-secret.h"

G_BEGIN_DECLS

#define SMD_TYPE_PROMPTER (smd_prompter_get_type ())
G_DECLARE_INTERFACE (SmdPrompter, smd_prompter, SMD, PROMPTER, GObject)

/**
 * SmdPrompterInterface:
 * @ask_password: asks the user for the password of a PKCS#12 file through the desktop's system prompter. @title and @message are
 *   shown; @warning (nullable) tells what was wrong with the last try. Blocks until the answer; any worker thread.
 *   Errors: `PromptDismissed`, `InteractionRequired` (no prompter on this desktop), `Cancelled`
 */
struct _SmdPrompterInterface
{
  GTypeInterface parent;
  SmdSecret *(*ask_password) (SmdPrompter *self, const char *title, const char *message, const char *warning,
                              GCancellable *cancellable, GError **error);
};

SmdSecret *smd_prompter_ask_password (SmdPrompter *self, const char *title, const char *message, const char *warning,
                                      GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
