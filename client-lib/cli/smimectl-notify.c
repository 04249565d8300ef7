/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-notify.h"

#include <glib/gi18n.h>

#include "smimectl-objects.h"
#include "smimectl-signer.h"

#define NOTIFICATIONS "org.freedesktop.Notifications"
#define APP_ID "org.smimed.Smime1"
#define TIMEOUT 5000 /* milliseconds: for a notification service that starts */
#define MANY 3

void
smimectl_imported_clear (SmimectlImported *imported)
{
  g_clear_pointer (&imported->certificates, g_variant_unref);
  g_clear_pointer (&imported->refused, g_variant_unref);
}

static const char *
name_of (GVariant *properties)
{
  g_autofree const char **addresses = NULL;
  const char *subject = "";

  if (g_variant_lookup (properties, "Addresses", "^a&s", &addresses) && addresses[0] != NULL)
    return addresses[0];

  g_variant_lookup (properties, "Subject", "&s", &subject);
  return subject;
}

/* `alice@example.org, bob@example.org and 7 more`. A file of keys brings their issuers along, who don't count. */
static char *
name_all (GVariant *certificates, gboolean keys, guint *n)
{
  GString *text = g_string_new (NULL);

  *n = 0;
  for (gsize i = 0; i < g_variant_n_children (certificates); i++)
    {
      g_autoptr (GVariant) properties = g_variant_get_child_value (certificates, i);
      g_autofree char *name = smimectl_signer_one_line (name_of (properties));
      gboolean own = FALSE;

      g_variant_lookup (properties, "Own", "b", &own);
      if (keys && !own)
        continue;
      if (*n < MANY)
        g_string_append_printf (text, "%s%s", *n > 0 ? ", " : "", name);
      ++*n;
    }
  if (*n > MANY)
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, " and %u more", " and %u more", *n - MANY), *n - MANY);
  return g_string_free (text, FALSE);
}

static void
append_imported (GString *text, SmimectlContext *context, const SmimectlImported *imported)
{
  guint n = 0;
  g_autoptr (GVariant) properties
      = imported->certificates != NULL ? smimectl_objects_certificates (context, imported->certificates, NULL) : NULL;
  g_autofree char *names = properties != NULL ? name_all (properties, imported->keys, &n) : NULL;

  if (n == 0)
    return;

  if (imported->keys)
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "Your key is in the keyring: %s.", "Your keys are in the keyring: %s.", n), names);
  else
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "Stored is the certificate of %s.", "Stored are the certificates of %s.", n), names);
}

static void
append_refused (GString *text, const SmimectlImported *imported)
{
  gsize n = imported->refused != NULL ? g_variant_n_children (imported->refused) : 0;
  g_autoptr (GVariant) problem = n > 0 ? g_variant_get_child_value (imported->refused, 0) : NULL;
  const char *code = "";

  if (problem == NULL)
    return;

  g_variant_lookup (problem, "code", "&s", &code);
  g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "%s%u certificate was refused: %s", "%s%u certificates were refused: %s", n),
                          text->len > 0 ? "\n" : "", (guint) n, smimed_problem_describe (code));
}

/* The body may be read as markup. */
static void
show (SmimectlContext *context, const char *summary, const char *body, gboolean failed)
{
  g_autofree char *escaped = g_markup_escape_text (body, -1);
  GVariantBuilder hints;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_builder_init (&hints, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&hints, "{sv}", "desktop-entry", g_variant_new_string (APP_ID ".Import"));
  g_variant_builder_add (&hints, "{sv}", "urgency", g_variant_new_byte (1));
  reply = g_dbus_connection_call_sync (context->bus, NOTIFICATIONS, "/org/freedesktop/Notifications", NOTIFICATIONS, "Notify",
                                       g_variant_new ("(susssasa{sv}i)", "smimed", 0, failed ? "dialog-error" : APP_ID, summary, escaped,
                                                      NULL, &hints, -1),
                                       NULL, G_DBUS_CALL_FLAGS_NONE, TIMEOUT, NULL, &error);
  if (reply == NULL)
    g_printerr ("%s: %s\n", NOTIFICATIONS, error->message);
}

void
smimectl_notify_import (SmimectlContext *context, const SmimectlImported *imported, const GError *error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *path = context->arguments[0];
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : g_strdup ("");
  g_autofree char *shown = smimectl_signer_one_line (name);
  g_autofree char *summary = NULL;

  append_imported (text, context, imported);
  append_refused (text, imported);
  if (error != NULL)
    g_string_append (text, smimed_error_describe (error));
  else if (text->len == 0)
    g_string_append (text, _ ("It holds no certificate."));
  summary = g_strdup_printf (error == NULL && imported->certificates != NULL && g_variant_n_children (imported->certificates) > 0
                                 ? _ ("%s was imported")
                                 : _ ("%s was not imported"),
                             shown);
  show (context, summary, text->str, error != NULL);
}
