/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-notice-application.h"

#include "smd-language.h"
#include "smd-notice-text.h"

struct _SmdNoticeApplication
{
  GApplication parent_instance;
  SmdNoticeFollowed followed; /* (nullable) */
  gpointer data;              /* (unowned) */
  char *token;                /* (owned) (nullable) of the call that is being answered */
};

G_DEFINE_FINAL_TYPE (SmdNoticeApplication, smd_notice_application, G_TYPE_APPLICATION)

const char *
smd_notice_application_find_token (GVariant *platform_data)
{
  const char *token = NULL;

  /* The second is the older name of the same */
  if (!g_variant_lookup (platform_data, "activation-token", "&s", &token))
    (void) g_variant_lookup (platform_data, "desktop-startup-id", "&s", &token);
  return token;
}

static void
on_action (GSimpleAction *action, GVariant *fingerprint, gpointer data)
{
  SmdNoticeApplication *self = data;

  if (self->followed != NULL)
    self->followed (g_variant_get_string (fingerprint, NULL), self->token, self->data);
}

static void
before_emit (GApplication *application, GVariant *platform_data)
{
  SmdNoticeApplication *self = SMD_NOTICE_APPLICATION (application);

  g_free (self->token);
  self->token = g_strdup (smd_notice_application_find_token (platform_data));
}

static void
after_emit (GApplication *application, GVariant *platform_data)
{
  g_clear_pointer (&SMD_NOTICE_APPLICATION (application)->token, g_free);
}

/* A service has no window to raise: to be running is all. */
static void
activate (GApplication *application)
{
}

static void
smd_notice_application_finalize (GObject *object)
{
  g_free (SMD_NOTICE_APPLICATION (object)->token);
  G_OBJECT_CLASS (smd_notice_application_parent_class)->finalize (object);
}

static void
smd_notice_application_class_init (SmdNoticeApplicationClass *klass)
{
  GApplicationClass *application = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = smd_notice_application_finalize;
  application->before_emit = before_emit;
  application->after_emit = after_emit;
  application->activate = activate;
}

static void
smd_notice_application_init (SmdNoticeApplication *self)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (SMD_NOTICE_ACTION, G_VARIANT_TYPE_STRING);

  g_signal_connect (action, "activate", G_CALLBACK (on_action), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
}

SmdNoticeApplication *
smd_notice_application_new (SmdNoticeFollowed followed, gpointer data, GError **error)
{
  g_auto (SmdLanguage) language = smd_language_speak ();
  g_autoptr (SmdNoticeApplication) self
      = g_object_new (SMD_TYPE_NOTICE_APPLICATION, "application-id", SMD_NOTICE_APPLICATION_ID, "flags", G_APPLICATION_NON_UNIQUE, NULL);

  self->followed = followed;
  self->data = data;
  /* Whom a desktop that reads no .desktop file names; GLib wants to be told once */
  if (g_strcmp0 (g_get_application_name (), g_get_prgname ()) == 0)
    g_set_application_name (smd_notice_get_application ());
  return g_application_register (G_APPLICATION (self), NULL, error) ? g_steal_pointer (&self) : NULL;
}

void
smd_notice_application_mute (SmdNoticeApplication *self)
{
  self->followed = NULL;
}
