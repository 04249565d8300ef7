/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-language.h"

#include <libintl.h>

/* One by one: that the user's dates aren't installed is no reason not to translate. */
static locale_t
make_locale (void)
{
  static const int parts[] = { LC_CTYPE_MASK, LC_MESSAGES_MASK, LC_TIME_MASK };
  locale_t locale = newlocale (LC_ALL_MASK, "C", (locale_t) 0);

  for (guint i = 0; i < G_N_ELEMENTS (parts) && locale != (locale_t) 0; i++)
    {
      locale_t more = newlocale (parts[i], "", locale);

      locale = more != (locale_t) 0 ? more : locale; /* a failure leaves it as it was */
    }
  return locale;
}

SmdLanguage
smd_language_speak (void)
{
  const char *folder = g_getenv ("TEXTDOMAINDIR"); /* as gettext(1): to try translations before they are installed */
  locale_t user = make_locale ();

  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : SMD_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  return (SmdLanguage){ .user = user, .before = uselocale (user) };
}

void
smd_language_clear (SmdLanguage *self)
{
  uselocale (self->before);
  if (self->user != (locale_t) 0)
    freelocale (self->user);
  *self = (SmdLanguage){ 0 };
}
