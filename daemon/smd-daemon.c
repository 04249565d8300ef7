/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-daemon.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "smd-database.h"
#include "smd-desktop-notifier.h"
#include "smd-managed-folders.h"
#include "smd-ldap-directory.h"
#include "smd-network-watch.h"
#include "smd-network.h"
#include "smd-page-viewer.h"
#include "smd-permission-store.h"
#include "smd-revocation-database.h"
#include "smd-database-keys.h"
#include "smd-secret-service.h"
#include "smd-service.h"
#include "smd-system-anchors.h"
#include "smd-system-clock.h"
#include "smd-system-prompter.h"
#include "smd-wake.h"

#define NAME "org.smimed.Smime1"
#define SYNC_DELAY 200   /* milliseconds after the start: not before the first caller has its answer */
#define REBUILD 3000     /* milliseconds that a lost database may take to be made again before the first caller is served */
#define FAREWELL 5000    /* milliseconds that calls under way have for ending when the daemon is told to */
#define ARENAS 4         /* of malloc: one for each of 64 threads would keep memory for nothing */
#define LARGE (1 << 17)  /* bytes from which malloc maps: setting the other stops it from finding this out by itself */
#define EVALUATIONS 512  /* that are remembered */
#define TRIM (1 << 20)   /* bytes that malloc keeps at an arena's end: small messages come and go without the kernel */

/* Composition root: the one file that sees both sides of the ports. */
typedef struct
{
  SmdCrypto *crypto;         /* (owned) */
  GThread *warming;          /* (owned) (nullable) beside the opening of the stores */
  SmdDatabase *database;     /* (owned) */
  SmdSecretService *keys;    /* (owned) */
  SmdRevocationDatabase *revocation; /* (owned) */
  SmdSystemAnchors *anchors; /* (owned) */
  SmdClock *clock;           /* (owned) */
  SmdPrompter *prompter;     /* (owned) */
  SmdGrantStore *grants;     /* (owned) */
  SmdNetwork *network;       /* (owned) */
  SmdLdapDirectory *directory; /* (owned) */
  SmdManagedFolders *managed;  /* (owned) */
  SmdMemo *evaluations;      /* (owned) */
  SmdWake *wake;             /* (owned) (nullable) */
  SmdNetworkWatch *watch;    /* (owned) (nullable) soon after the start */
  SmdNotifier *notifier;     /* (owned) (nullable) while there is a bus */
  SmdSettings *settings;     /* (owned) */
  SmdEnv env;
  SmdService *service;       /* (owned) (nullable) while there is a bus */
  GDBusConnection *bus;      /* (owned) (nullable) */
  GMainLoop *loop;           /* (owned) */
  guint name;
  int status;
} Daemon;

/* Private keys are in this process: no core dumps, no debuggers, files for the user alone. */
static void
harden (void)
{
  struct rlimit files;

  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
  setrlimit (RLIMIT_CORE, &(struct rlimit){ 0, 0 });
  umask (077);
  mallopt (M_ARENA_MAX, ARENAS);
  mallopt (M_TRIM_THRESHOLD, TRIM);
  mallopt (M_MMAP_THRESHOLD, LARGE);

  /* Each call has some descriptors open. */
  if (getrlimit (RLIMIT_NOFILE, &files) == 0)
    {
      files.rlim_cur = files.rlim_max;
      setrlimit (RLIMIT_NOFILE, &files);
    }
}

static void
on_settings_changed (gpointer data)
{
  Daemon *self = data;
  const SmdPolicy *policy = smd_settings_get_policy (self->settings);

  smd_network_set_allow (self->network, policy->network_allow, policy->directories);
  smd_system_anchors_set_enabled (self->anchors, policy->use_system_anchors);
  smd_ldap_directory_set_urls (self->directory, policy->directories);
  smd_secret_service_set_cache_seconds (self->keys, policy->key_cache_seconds);
}

/* Which of the parts is behind each interface */
static SmdEnv
make_env (const Daemon *self)
{
  return (SmdEnv){
    .crypto = self->crypto,
    .certs = SMD_CERT_STORE (self->database),
    .anchors = SMD_ANCHOR_SOURCE (self->anchors),
    .keys = SMD_KEY_STORE (self->keys),
    .accounts = SMD_ACCOUNT_STORE (self->database),
    .requests = SMD_REQUEST_STORE (self->database),
    .expiries = SMD_EXPIRY_STORE (self->database),
    .clock = self->clock,
    .prompter = self->prompter,
    .grants = self->grants,
    .fetcher = SMD_FETCHER (self->network),
    .revocation = SMD_REVOCATION_STORE (self->revocation),
    .alarm = SMD_ALARM (self->wake),
    .directory = SMD_DIRECTORY (self->directory),
    .deliveries = SMD_DELIVERIES (self->managed),
    .delivered = SMD_DELIVERY_STORE (self->database),
    .verdicts = SMD_VERDICT_STORE (self->database),
    .evaluations = self->evaluations,
  };
}

static gpointer
warm_up (gpointer crypto)
{
  smd_crypto_warm_up (crypto);
  return NULL;
}

static gboolean
build (Daemon *self, GError **error)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "smimed", "smimed.db", NULL);
  g_auto (GStrv) managed = smd_managed_folders_dup_standard ();
  g_autofree char *crls = g_build_filename (g_get_user_data_dir (), "smimed", "crls", NULL);

  self->crypto = smd_crypto_new (error);
  if (self->crypto == NULL)
    return FALSE;
  self->warming = g_thread_new ("warm-up", warm_up, self->crypto);
  self->settings = smd_settings_new (error);
  self->database = self->settings != NULL ? smd_database_new (self->crypto, path, error) : NULL;
  if (self->database == NULL)
    return FALSE;

  self->keys = smd_secret_service_new (self->crypto, self->database);
  self->anchors = smd_system_anchors_new (self->crypto, NULL);
  self->clock = smd_system_clock_new ();
  self->wake = smd_wake_new (self->clock, error);
  if (self->wake == NULL)
    return FALSE;

  self->revocation = smd_revocation_database_new (self->database, crls, smd_clock_now (self->clock));
  self->network = smd_network_new (NULL);
  self->directory = smd_ldap_directory_new (self->crypto);
  self->managed = smd_managed_folders_new ((const char *const *) managed);
  self->evaluations = smd_memo_new (EVALUATIONS);
  self->prompter = smd_system_prompter_new (NULL);
  self->grants = smd_permission_store_new ();
  smd_secret_service_start_watching (self->keys);
  on_settings_changed (self);
  smd_settings_add_listener (self->settings, on_settings_changed, self);
  self->env = make_env (self);
  return TRUE;
}

static void
clear (Daemon *self)
{
  if (self->keys != NULL)
    g_signal_handlers_disconnect_by_data (self->keys, self);
  g_clear_pointer (&self->service, smd_service_free);
  g_clear_object (&self->notifier);
  g_clear_object (&self->bus);
  g_clear_object (&self->prompter);
  g_clear_object (&self->grants);
  g_clear_object (&self->watch);
  g_clear_object (&self->wake);
  g_clear_pointer (&self->evaluations, smd_memo_free);
  g_clear_object (&self->managed);
  g_clear_object (&self->directory);
  g_clear_object (&self->network);
  g_clear_object (&self->revocation);
  g_clear_object (&self->clock);
  g_clear_object (&self->anchors);
  g_clear_object (&self->keys);
  g_clear_object (&self->database);
  g_clear_pointer (&self->warming, g_thread_join);
  g_clear_pointer (&self->settings, smd_settings_free);
  g_clear_pointer (&self->crypto, smd_crypto_unref);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

static void
give_up (Daemon *self, const char *text)
{
  g_printerr ("smimed: %s\n", text);
  self->status = EXIT_FAILURE;
  g_main_loop_quit (self->loop);
}

static gboolean
on_time_out (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Returns: FALSE if work is still under way after @milliseconds */
static gboolean
await_quiet (Daemon *self, guint milliseconds)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add (milliseconds, on_time_out, &late);

  while (!late && smd_service_is_busy (self->service))
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timer);

  return !late;
}

/* A new or lost database: own certificates come from the Secret Service before the first caller asks for them. */
static void
rebuild (Daemon *self)
{
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;
  g_autoptr (GError) error = NULL;

  if (!smd_database_keys_get_due (self->database, &due, &error))
    g_warning ("Can't tell whether the keyring is to be read: %s", error->message);
  if ((due & SMD_KEYS_DUE_ALL) == 0)
    return;

  smd_service_sync_keys (self->service);
  if (!await_quiet (self, REBUILD))
    g_message ("The keyring takes its time; own certificates appear when it has answered");
}

/*
 * Nothing is begun on a bus that has gone (smd-session-bus.h, smd-callers.c). But it may go while a library makes a proxy, between two of its
 * messages; then GLib logs as a mistake what it lets nobody prevent: add_match_rule() in gdbusconnection.c, unlike remove_match_rule(), takes no
 * account of a connection that is closed.
 */
static void
on_gio_critical (const char *domain, GLogLevelFlags level, const char *text, gpointer bus)
{
  if (g_dbus_connection_is_closed (bus)
      && (g_str_has_prefix (text, "Error while sending AddMatch() message: ")
          || g_str_has_prefix (text, "Error while sending GetNameOwner() message: ")))
    g_debug ("The bus has gone meanwhile: %s", text);
  else
    g_log_default_handler (domain, level, text, NULL);
}

/* Everything is exported before the name is asked for: the first caller finds all of it. */
static void
on_bus (GDBusConnection *connection, const char *name, gpointer data)
{
  Daemon *self = data;
  g_autoptr (GError) error = NULL;

  g_dbus_connection_set_exit_on_close (connection, FALSE);
  self->bus = g_object_ref (connection);
  g_log_set_handler_full ("GLib-GIO", G_LOG_LEVEL_CRITICAL, on_gio_critical, g_object_ref (connection), g_object_unref);
  self->service = smd_service_new (connection, &self->env, self->settings, SMD_VERSION, &error);
  self->notifier = smd_desktop_notifier_new (connection);
  if (self->service != NULL)
    rebuild (self);
  else
    give_up (self, error->message);
}

static void
on_network_changed (Daemon *self)
{
  smd_network_reset (self->network);
  smd_service_set_metered (self->service, smd_network_watch_is_metered (self->watch));
}

static void
on_keys_opened (Daemon *self)
{
  smd_service_sync_keys (self->service);
}

static gboolean
on_sync (gpointer data)
{
  Daemon *self = data;

  if (g_dbus_connection_is_closed (self->bus))
    return G_SOURCE_REMOVE;

  g_signal_connect_swapped (self->keys, "opened", G_CALLBACK (on_keys_opened), self);
  smd_service_sync_keys (self->service);
  smd_service_watch_expiry (self->service, self->notifier);
  smd_service_watch_deliveries (self->service);
  self->watch = smd_network_watch_new (NULL);
  g_signal_connect_swapped (self->watch, "changed", G_CALLBACK (on_network_changed), self);
  on_network_changed (self);
  g_signal_connect_swapped (self->watch, "changed", G_CALLBACK (smd_ldap_directory_reset), self->directory);
  return G_SOURCE_REMOVE;
}

static void
on_name (GDBusConnection *connection, const char *name, gpointer data)
{
  Daemon *self = data;

  if (self->service != NULL)
    g_timeout_add (SYNC_DELAY, on_sync, self);
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer data)
{
  Daemon *self = data;

  if (self->bus == NULL)
    give_up (self, "there is no session bus; start it in a desktop session or with dbus-run-session");
  else if (g_dbus_connection_is_closed (self->bus))
    g_main_loop_quit (self->loop);
  else
    give_up (self, "another smimed serves this session, or has taken over");
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (((Daemon *) data)->loop);
  return G_SOURCE_CONTINUE;
}

/* Calls that are under way get their replies, within reason. Returns: FALSE if some are stuck */
static gboolean
say_farewell (Daemon *self)
{
  gboolean quiet;

  if (self->service != NULL)
    smd_service_end_errands (self->service);
  quiet = self->service == NULL || await_quiet (self, FAREWELL);

  if (self->bus != NULL && !g_dbus_connection_is_closed (self->bus))
    g_dbus_connection_flush_sync (self->bus, NULL, NULL);
  return quiet;
}

static void
serve (Daemon *self, gboolean replace)
{
  GBusNameOwnerFlags flags = G_BUS_NAME_OWNER_FLAGS_ALLOW_REPLACEMENT | (replace ? G_BUS_NAME_OWNER_FLAGS_REPLACE : 0);
  g_autoptr (GError) error = NULL;
  guint terminate = g_unix_signal_add (SIGTERM, on_signal, self);
  guint interrupt = g_unix_signal_add (SIGINT, on_signal, self);

  /* The bus is connected to while the stores are opened. */
  self->loop = g_main_loop_new (NULL, FALSE);
  self->name = g_bus_own_name (G_BUS_TYPE_SESSION, NAME, flags, on_bus, on_name, on_name_lost, self, NULL);
  if (build (self, &error))
    g_main_loop_run (self->loop);
  else
    give_up (self, error->message);

  g_bus_unown_name (self->name);
  if (!say_farewell (self))
    _Exit (self->status);
  g_source_remove (terminate);
  g_source_remove (interrupt);
}

static gboolean
parse (int *argc, char ***argv, gboolean *version, gboolean *replace, GError **error)
{
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, version, "Show the version", NULL },
    { "replace", 'r', 0, G_OPTION_ARG_NONE, replace, "Take over from a running service", NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- S/MIME for mail clients, as a D-Bus service");

  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

int
smd_daemon_run (int argc, char **argv)
{
  Daemon self = { .status = EXIT_SUCCESS };
  gboolean version = FALSE;
  gboolean replace = FALSE;
  g_autoptr (GError) error = NULL;

  g_set_prgname ("smimed");
  if (argc == 4 && g_str_equal (argv[1], SMD_PAGE_OPTION))
    return smd_page_open (argv[2], argv[3]);

  (void) setlocale (LC_CTYPE, ""); /* the log shows what isn't ASCII; no other part: what goes on the bus speaks no language */
  if (!parse (&argc, &argv, &version, &replace, &error))
    {
      g_printerr ("smimed: %s\n", error->message);
      return EXIT_FAILURE;
    }

  if (version)
    {
      g_print ("smimed %s\n", SMD_VERSION);
      return EXIT_SUCCESS;
    }

  harden ();
  serve (&self, replace);
  clear (&self);
  return self.status;
}
