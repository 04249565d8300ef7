/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <locale.h>

G_BEGIN_DECLS

/* A thread speaks the user's language while one of these is in scope: g_auto (SmdLanguage) language = smd_language_speak (); */
typedef struct
{
  locale_t user;   /* (owned) (nullable) */
  locale_t before; /* (unowned) */
} SmdLanguage;

/**
 * smd_language_speak:
 *
 * The rest of the process, other threads too, keeps the locale "C": whatever is for the bus, the log and the database stays as it is,
 * the system's and GLib's own words for errors among it. Where a locale isn't installed, its part stays English. Any thread; cheap
 * beside what it is for, so that nothing of a language is loaded before somebody has to be spoken to.
 *
 * Returns: what smd_language_clear() ends, in the same thread
 */
SmdLanguage smd_language_speak (void);
void smd_language_clear (SmdLanguage *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmdLanguage, smd_language_clear)

G_END_DECLS
