/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-prompter.h"

G_BEGIN_DECLS

#define SMD_TYPE_SYSTEM_PROMPTER (smd_system_prompter_get_type ())
G_DECLARE_FINAL_TYPE (SmdSystemPrompter, smd_system_prompter, SMD, SYSTEM_PROMPTER, GObject)

/**
 * smd_system_prompter_new:
 * @bus_name: (nullable): who shows the prompts; %NULL: the desktop's own (`org.gnome.keyring.SystemPrompter`)
 *
 * #SmdPrompter over gcr's protocol: the desktop draws the prompt, the password comes encrypted over the bus. Loads and connects nothing
 * before the first prompt.
 *
 * Returns: (transfer full): the prompter
 */
SmdPrompter *smd_system_prompter_new (const char *bus_name);

G_END_DECLS
