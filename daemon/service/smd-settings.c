/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-settings.h"

#include "smimed-error.h"

#define SCHEMA "org.smimed"

struct _SmdSettings
{
  GSettings *settings;   /* (owned) */
  GMutex lock;
  SmdPolicy policy;      /* the main thread writes it, under the lock; so it may read without */
  GHashTable *listeners; /* (owned) data -> SmdSettingsChanged */
  guint pending;         /* idle source that tells the listeners */
  GHashTable *strings;   /* (owned) text -> list, old ones too: calls under way have them */
  GHashTable *thresholds; /* (owned) likewise */
};

static const char *const revocation_words[] = { "hard-fail", "soft-fail", "off" };
static const char *const harvest_words[] = { "ask", "automatic", "never" };

static int
read_word (GSettings *settings, const char *key, const char *const *words, guint count)
{
  g_autofree char *word = g_settings_get_string (settings, key);

  for (guint i = 0; i < count; i++)
    if (g_str_equal (words[i], word))
      return (int) i;

  g_warning ("The setting “%s” can't be “%s”; going on with “%s”", key, word, words[0]);
  return 0;
}

static SmdCipher
read_cipher (GSettings *settings)
{
  g_autofree char *word = g_settings_get_string (settings, "unknown-recipient-cipher");
  SmdCipher cipher = SMD_CIPHER_UNKNOWN;

  if (smd_cipher_from_word (word, &cipher) && smd_cipher_is_writable (cipher))
    return cipher;

  g_warning ("The setting “unknown-recipient-cipher” can't be “%s”; going on with aes-256-cbc", word);
  return SMD_CIPHER_AES_256_CBC;
}

static SmdOrder
add_place (SmdOrder order, gboolean is_first)
{
  switch (order)
    {
    case SMD_ORDER_NEITHER:
      return is_first ? SMD_ORDER_FIRST_ONLY : SMD_ORDER_SECOND_ONLY;
    case SMD_ORDER_FIRST_ONLY:
      return is_first ? order : SMD_ORDER_FIRST_THEN_SECOND;
    case SMD_ORDER_SECOND_ONLY:
      return is_first ? SMD_ORDER_SECOND_THEN_FIRST : order;
    default:
      return order;
    }
}

static SmdOrder
read_order (GSettings *settings, const char *key, const char *first, const char *second)
{
  g_auto (GStrv) words = g_settings_get_strv (settings, key);
  SmdOrder order = SMD_ORDER_NEITHER;

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], first) || g_str_equal (words[i], second))
      order = add_place (order, g_str_equal (words[i], first));
    else
      g_warning ("The setting “%s” can't have “%s”; going on without it", key, words[i]);

  return order;
}

/* Returns: (transfer none): the list that was read before, if it is the same, so that changes to and fro take no memory */
static gpointer
keep_list (GHashTable *lists, GVariant *value, gpointer list)
{
  g_autofree char *key = g_variant_print (value, TRUE);
  gpointer known = g_hash_table_lookup (lists, key);

  if (known == NULL)
    g_hash_table_insert (lists, g_steal_pointer (&key), list);
  return known != NULL ? known : list;
}

static const char *const *
read_strings (SmdSettings *self, const char *key)
{
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, key);
  g_auto (GStrv) strings = g_variant_dup_strv (value, NULL);
  char **kept = keep_list (self->strings, value, strings);

  if (kept == strings)
    strings = NULL;
  return (const char *const *) kept;
}

static int
compare_descending (gconstpointer a, gconstpointer b)
{
  guint left = *(const guint *) a;
  guint right = *(const guint *) b;

  return (left < right) - (left > right);
}

static const guint *
read_thresholds (SmdSettings *self, guint *count)
{
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, "expiry-thresholds");
  gsize n;
  const guint32 *days = g_variant_get_fixed_array (value, &n, sizeof *days);
  g_autofree guint *sorted = g_new0 (guint, n + 1);
  guint *kept;

  memcpy (sorted, days, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, compare_descending);
  *count = 0;
  for (gsize i = 0; i < n; i++)
    if (*count == 0 || sorted[i] != sorted[*count - 1])
      sorted[(*count)++] = sorted[i];

  kept = keep_list (self->thresholds, value, sorted);
  if (kept == sorted)
    sorted = NULL;
  return kept;
}

static void
read_policy (SmdSettings *self)
{
  GSettings *settings = self->settings;
  SmdPolicy policy = {
    .enabled = g_settings_get_boolean (settings, "enabled"),
    .revocation = read_word (settings, "revocation", revocation_words, G_N_ELEMENTS (revocation_words)),
    .unknown_recipient_cipher = read_cipher (settings),
    .use_system_anchors = g_settings_get_boolean (settings, "use-system-anchors"),
    .harvest = read_word (settings, "harvest-certificates", harvest_words, G_N_ELEMENTS (harvest_words)),
    .expiry_warning_days = g_settings_get_uint (settings, "expiry-warning-days"),
    .max_message_size = g_settings_get_uint64 (settings, "max-message-size"),
    .network_deadline = g_settings_get_uint (settings, "network-deadline"),
    .key_cache_seconds = g_settings_get_uint (settings, "key-cache-seconds"),
    .revocation_sources = read_order (settings, "revocation-sources", "crl", "ocsp"),
    .lookup_order = read_order (settings, "lookup-order", "directory", "local"),
    .directories = read_strings (self, "directories"),
    .correspondent_expiry_days = g_settings_get_uint (settings, "correspondent-expiry-days"),
    .network_allow = read_strings (self, "network-allow"),
    .fetch_when_metered = g_settings_get_boolean (settings, "fetch-when-metered"),
    .caller_calls = g_settings_get_uint (settings, "caller-calls"),
    .caller_bytes = g_settings_get_uint64 (settings, "caller-bytes"),
    .caller_rate = g_settings_get_uint (settings, "caller-rate"),
  };

  policy.expiry_thresholds = read_thresholds (self, &policy.n_expiry_thresholds);
  g_mutex_lock (&self->lock);
  self->policy = policy;
  g_mutex_unlock (&self->lock);
}

static gboolean
tell_listeners (gpointer user_data)
{
  SmdSettings *self = user_data;
  GHashTableIter iter;
  gpointer data;
  gpointer changed;

  self->pending = 0;
  g_hash_table_iter_init (&iter, self->listeners);
  while (g_hash_table_iter_next (&iter, &data, &changed))
    ((SmdSettingsChanged) changed) (data);
  return G_SOURCE_REMOVE;
}

/* Several keys that change together are told once; the snapshot is fresh at once. */
static void
on_changed (GSettings *settings, const char *key, SmdSettings *self)
{
  read_policy (self);
  if (self->pending == 0)
    self->pending = g_idle_add_full (G_PRIORITY_HIGH, tell_listeners, self, NULL);
}

SmdSettings *
smd_settings_new (GError **error)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;
  SmdSettings *self;

  if (schema == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED,
                   "The settings schema " SCHEMA " isn't installed; install it below $XDG_DATA_DIRS/glib-2.0/schemas, or set "
                   "GSETTINGS_SCHEMA_DIR, and run glib-compile-schemas there");
      return NULL;
    }

  self = g_new0 (SmdSettings, 1);
  g_mutex_init (&self->lock);
  self->listeners = g_hash_table_new (NULL, NULL);
  self->strings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  self->thresholds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->settings = g_settings_new_full (schema, NULL, NULL);
  g_signal_connect (self->settings, "changed", G_CALLBACK (on_changed), self);
  read_policy (self);
  return self;
}

void
smd_settings_free (SmdSettings *self)
{
  g_clear_handle_id (&self->pending, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->settings, self);
  /* dconf writes beside us: what a client was told is set must not end with this process. */
  g_settings_sync ();
  g_object_unref (self->settings);
  g_hash_table_unref (self->listeners);
  g_hash_table_unref (self->strings);
  g_hash_table_unref (self->thresholds);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
smd_settings_add_listener (SmdSettings *self, SmdSettingsChanged changed, gpointer data)
{
  g_hash_table_insert (self->listeners, data, changed);
}

void
smd_settings_remove_listener (SmdSettings *self, gpointer data)
{
  g_hash_table_remove (self->listeners, data);
}

const SmdPolicy *
smd_settings_get_policy (SmdSettings *self)
{
  return &self->policy;
}

SmdPolicy
smd_settings_copy_policy (SmdSettings *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->policy;
}

GVariant *
smd_settings_to_variant (SmdSettings *self)
{
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;
  GVariantBuilder builder;

  g_object_get (self->settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autoptr (GVariant) value = g_settings_get_value (self->settings, keys[i]);

      g_variant_builder_add (&builder, "{sv}", keys[i], value);
    }

  return g_variant_builder_end (&builder);
}

gboolean
smd_settings_set_enabled (SmdSettings *self, gboolean enabled, GError **error)
{
  if (enabled == self->policy.enabled)
    return TRUE;

  if (!g_settings_is_writable (self->settings, "enabled") || !g_settings_set_boolean (self->settings, "enabled", enabled))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS,
                   "The administrator has locked the setting “enabled” to %s", self->policy.enabled ? "true" : "false");
      return FALSE;
    }

  read_policy (self);
  return TRUE;
}
