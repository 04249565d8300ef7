/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/**
 * SmimectlImported:
 *
 * What an import has brought.
 */
typedef struct
{
  GVariant *certificates; /* (owned) (nullable) `ao` */
  GVariant *refused;      /* (owned) (nullable) `aa{sv}` */
  gboolean keys;
} SmimectlImported;

void smimectl_imported_clear (SmimectlImported *imported);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmimectlImported, smimectl_imported_clear)

/* Tells the result of an import as a notification of the desktop, for people who have clicked on a file. @error: (nullable): why it failed.
 * Without a notification service nothing is told: there is nobody else. */
void smimectl_notify_import (SmimectlContext *context, const SmimectlImported *imported, const GError *error);
