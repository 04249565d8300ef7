/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-grant-store.h"
#include "smd-secret.h"

G_BEGIN_DECLS

/* What the password is for */
typedef enum
{
  SMD_PROMPT_OPEN_FILE,    /* of a PKCS#12 file that is imported */
  SMD_PROMPT_PROTECT_FILE, /* a new one, for a file that is exported: typed twice */
} SmdPromptPurpose;

/* What was wrong with the last try */
typedef enum
{
  SMD_PROMPT_FIRST_TRY,
  SMD_PROMPT_WRONG,
  SMD_PROMPT_WEAK,
} SmdPromptComplaint;

#define SMD_TYPE_PROMPTER (smd_prompter_get_type ())
G_DECLARE_INTERFACE (SmdPrompter, smd_prompter, SMD, PROMPTER, GObject)

/**
 * SmdPrompterInterface:
 * @ask_password: asks the user for the password of a PKCS#12 file through the desktop's system prompter, in the user's language. Blocks until
 *   the answer; any worker thread.
 *   Errors: `PromptDismissed`, `InteractionRequired` (no prompter on this desktop), `Cancelled`
 * @confirm: asks likewise whether a sandboxed application may do something. @application: its id, which is plain ASCII. No answer is an error:
 *   likewise
 */
struct _SmdPrompterInterface
{
  GTypeInterface parent;
  SmdSecret *(*ask_password) (SmdPrompter *self, SmdPromptPurpose purpose, SmdPromptComplaint complaint,
                              GCancellable *cancellable, GError **error);
  gboolean (*confirm) (SmdPrompter *self, const char *application, SmdRight right, gboolean *confirmed, GCancellable *cancellable,
                       GError **error);
};

SmdSecret *smd_prompter_ask_password (SmdPrompter *self, SmdPromptPurpose purpose, SmdPromptComplaint complaint,
                                      GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_prompter_confirm (SmdPrompter *self, const char *application, SmdRight right, gboolean *confirmed,
                               GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
