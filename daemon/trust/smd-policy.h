/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cipher.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_REVOCATION_HARD_FAIL,
  SMD_REVOCATION_SOFT_FAIL,
  SMD_REVOCATION_OFF,
} SmdRevocationMode;

typedef enum
{
  SMD_HARVEST_ASK,
  SMD_HARVEST_AUTOMATIC,
  SMD_HARVEST_NEVER,
} SmdHarvestMode;

/**
 * SmdPolicy:
 *
 * A snapshot of the settings (GSettings schema `org.smimed`), taken once for each call: a change never strikes a call that is
 * under way. Plain value; strings lists are shared with the settings object and never %NULL.
 */
typedef struct
{
  gboolean enabled;
  SmdRevocationMode revocation;
  SmdCipher unknown_recipient_cipher;
  gboolean use_system_anchors;
  SmdHarvestMode harvest;
  guint expiry_warning_days;
  gsize max_message_size;       /* bytes */
  guint network_deadline;       /* milliseconds */
  guint key_cache_seconds;
} SmdPolicy;

G_END_DECLS
