/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A client of little weight: keeps some calls under way until all are answered, and prints what that took as JSON.
 *
 *   bench-load --bus ADDRESS --calls N --parallel N [--message FILE] [--from ADDRESS] [--to ADDRESS] [--cipher NAME]
 *              [--turns N] METHOD
 *
 * With --turns, METHOD and ping take turns, each for so many calls, and the seconds of both are listed turn by turn: whatever else the machine
 * does meanwhile slows down both.
 *
 * METHOD: ping, sign, open, encrypt, find (each call by another one of the addresses in --to, in turn), evaluate (all those at once). Several
 * addresses in --to have commas between them. Each call has a description of the file of its own, so that offsets aren't
 * shared; each output is read to its end, as a mail program would. */
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SMIMED_NAME "org.smimed.Smime1"
#define SMIMED_PATH "/org/smimed/Smime1"

typedef struct
{
  char *bus; /* (owned) */
  char *message; /* (owned) */
  char *from; /* (owned) */
  char *to; /* (owned) */
  char *cipher; /* (owned) */
  char *method; /* (owned) */
  int calls;
  int parallel;
  int turns;
} Options;

typedef struct
{
  Options options;
  const char *method; /* (unowned) whose turn it is */
  GStrv to; /* (owned) the addresses of --to */
  guint addresses;
  guint asked; /* so many of them */
  GDBusConnection *connection; /* (owned) */
  GMainLoop *loop; /* (owned) */
  int sent;
  int answered;
  int failed;
  guint64 bytes_read;
  guint64 checksum; /* of what was read where it lies */
} Load;

static void send_one (Load *load);

static gint64
own_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC
         + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* A large output is sealed: it can be read where it lies. Every octet is looked at, as by a parser. */
static gboolean
read_mapped (Load *load, int fd)
{
  struct stat status;
  const guint64 *words;
  guint64 sum = 0;

  if (fstat (fd, &status) < 0 || status.st_size < 1024 * 1024)
    return FALSE;

  words = mmap (NULL, status.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (words == MAP_FAILED)
    return FALSE;

  for (goffset i = 0; i < status.st_size / 8; i++)
    sum += words[i];
  load->checksum += sum;
  load->bytes_read += status.st_size;
  munmap ((void *) words, status.st_size);
  return TRUE;
}

static void
read_all (Load *load, GDBusMessage *reply)
{
  GUnixFDList *list = g_dbus_message_get_unix_fd_list (reply);
  g_autofree char *buffer = NULL;

  if (list == NULL)
    return;

  buffer = g_malloc (256 * 1024);
  for (int i = 0; i < g_unix_fd_list_get_length (list); i++)
    {
      int fd = g_unix_fd_list_peek_fds (list, NULL)[i];
      gssize got;

      if (read_mapped (load, fd))
        continue;
      while ((got = read (fd, buffer, 256 * 1024)) > 0)
        load->bytes_read += got;
    }
}

static void
note_failure (Load *load, const char *text)
{
  if (load->failed++ == 0)
    g_printerr ("%s: %s\n", load->method, text);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Load *load = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusMessage) reply = NULL;

  reply = g_dbus_connection_send_message_with_reply_finish (load->connection, result, &error);
  if (reply == NULL || g_dbus_message_to_gerror (reply, &error))
    note_failure (load, error->message);
  else
    read_all (load, reply);

  load->answered++;
  if (load->sent < load->options.calls)
    send_one (load);
  else if (load->answered == load->options.calls)
    g_main_loop_quit (load->loop);
}

static GVariant *
no_options (void)
{
  return g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
}

static GVariant *
encrypt_body (Load *load)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (load->options.cipher != NULL)
    g_variant_dict_insert (&dict, "cipher", "s", load->options.cipher);

  return g_variant_new ("(hs^as@a{sv})", 0, load->options.from, load->to, g_variant_dict_end (&dict));
}

static GDBusMessage *
messages_call (Load *load, const char *member, GVariant *body)
{
  GDBusMessage *message
    = g_dbus_message_new_method_call (SMIMED_NAME, SMIMED_PATH, SMIMED_NAME ".Messages", member);
  int fd = open (load->options.message, O_RDONLY | O_CLOEXEC);
  g_autoptr (GUnixFDList) list = fd < 0 ? NULL : g_unix_fd_list_new_from_array (&fd, 1);

  if (list == NULL)
    g_error ("%s: %s", load->options.message, g_strerror (errno));
  g_dbus_message_set_unix_fd_list (message, list);
  g_dbus_message_set_body (message, body);
  return message;
}

/* Without format strings: reading those isn't what is measured. */
static GVariant *
sign_body (Load *load)
{
  GVariant *arguments[] = { g_variant_new_handle (0), g_variant_new_string (load->options.from), no_options () };

  return g_variant_new_tuple (arguments, G_N_ELEMENTS (arguments));
}

static GVariant *
open_body (void)
{
  GVariant *arguments[] = { g_variant_new_handle (0), no_options () };

  return g_variant_new_tuple (arguments, G_N_ELEMENTS (arguments));
}

/* { "address": @address } */
static GVariant *
address_query (const char *address)
{
  GVariant *entry = g_variant_new_dict_entry (g_variant_new_string ("address"), g_variant_new_variant (g_variant_new_string (address)));

  return g_variant_new_array (G_VARIANT_TYPE ("{sv}"), &entry, 1);
}

static GDBusMessage *
find_call (Load *load)
{
  GDBusMessage *message = g_dbus_message_new_method_call (SMIMED_NAME, SMIMED_PATH, SMIMED_NAME ".Certificates", "Find");
  GVariant *arguments[2];

  arguments[0] = address_query (load->to[load->asked++ % load->addresses]);
  arguments[1] = no_options ();
  g_dbus_message_set_body (message, g_variant_new_tuple (arguments, 2));
  return message;
}

static GDBusMessage *
evaluate_call (Load *load)
{
  GDBusMessage *message = g_dbus_message_new_method_call (SMIMED_NAME, SMIMED_PATH, SMIMED_NAME ".Recipients", "Evaluate");

  g_dbus_message_set_body (message, g_variant_new ("(s^as@a{sv})", load->options.from, load->to, no_options ()));
  return message;
}

static GDBusMessage *
new_call (Load *load)
{
  const char *method = load->method;

  if (g_str_equal (method, "sign"))
    return messages_call (load, "Sign", sign_body (load));
  if (g_str_equal (method, "open"))
    return messages_call (load, "Open", open_body ());
  if (g_str_equal (method, "encrypt"))
    return messages_call (load, "Encrypt", encrypt_body (load));
  if (g_str_equal (method, "find"))
    return find_call (load);
  if (g_str_equal (method, "evaluate"))
    return evaluate_call (load);

  return g_dbus_message_new_method_call (SMIMED_NAME, SMIMED_PATH, "org.freedesktop.DBus.Peer", "Ping");
}

static void
send_one (Load *load)
{
  g_autoptr (GDBusMessage) message = new_call (load);

  load->sent++;
  g_dbus_connection_send_message_with_reply (load->connection, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, 600 * 1000,
                                             NULL, NULL, on_reply, load);
}

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "bus", 0, 0, G_OPTION_ARG_STRING, &options->bus, "address of the bus", "ADDRESS" },
    { "message", 0, 0, G_OPTION_ARG_FILENAME, &options->message, "message to work on", "FILE" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &options->from, "sender", "ADDRESS" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &options->to, "recipient", "ADDRESS" },
    { "cipher", 0, 0, G_OPTION_ARG_STRING, &options->cipher, "option of Encrypt", "NAME" },
    { "calls", 0, 0, G_OPTION_ARG_INT, &options->calls, "how many calls", "N" },
    { "parallel", 0, 0, G_OPTION_ARG_INT, &options->parallel, "how many under way", "N" },
    { "turns", 0, 0, G_OPTION_ARG_INT, &options->turns, "how often it takes turns with ping", "N" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("METHOD");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc == 2 && options->bus != NULL)
    return (options->method = g_strdup ((*argv)[1])) != NULL;

  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--bus and a method are needed; see --help");
  return FALSE;
}

/* Returns: seconds */
static double
take_turn (Load *load, const char *method)
{
  gint64 started = g_get_monotonic_time ();

  load->method = method;
  load->sent = load->answered = 0;
  for (int i = 0; i < MIN (load->options.parallel, load->options.calls); i++)
    send_one (load);
  g_main_loop_run (load->loop);
  return (g_get_monotonic_time () - started) / (double) G_USEC_PER_SEC;
}

static void
take_turns (Load *load)
{
  for (int i = 0; i < load->options.turns; i++)
    {
      double seconds = take_turn (load, load->options.method);

      g_print ("%s[%.6f, %.6f]", i > 0 ? ", " : "{\"turns\": [", seconds, take_turn (load, "ping"));
    }
  g_print ("], \"failed\": %d}\n", load->failed);
}

static void
run_once (Load *load)
{
  gint64 cpu = own_cpu ();
  double seconds = take_turn (load, load->options.method);

  g_print ("{\"calls\": %d, \"failed\": %d, \"seconds\": %.6f, \"client_cpu\": %.6f, "
           "\"bytes_read\": %" G_GUINT64_FORMAT ", \"checksum\": %" G_GUINT64_FORMAT "}\n",
           load->answered, load->failed, seconds, (own_cpu () - cpu) / (double) G_USEC_PER_SEC, load->bytes_read, load->checksum);
}

static void
run (Load *load)
{
  load->to = g_strsplit (load->options.to != NULL ? load->options.to : "", ",", 0);
  load->addresses = g_strv_length (load->to);
  load->loop = g_main_loop_new (NULL, FALSE);
  if (load->options.turns > 0)
    take_turns (load);
  else
    run_once (load);
  g_main_loop_unref (load->loop);
}

static void
clear_options (Options *options)
{
  g_free (options->bus);
  g_free (options->message);
  g_free (options->from);
  g_free (options->to);
  g_free (options->cipher);
  g_free (options->method);
}

int
main (int argc, char **argv)
{
  Load load = { .options = { .calls = 1, .parallel = 1 } };
  GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                               | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;
  g_autoptr (GError) error = NULL;

  if (parse_options (&load.options, &argc, &argv, &error))
    load.connection = g_dbus_connection_new_for_address_sync (load.options.bus, flags, NULL, NULL, &error);
  if (load.connection == NULL)
    g_printerr ("%s\n", error->message);
  else
    run (&load);

  g_clear_object (&load.connection);
  g_strfreev (load.to);
  clear_options (&load.options);
  return error != NULL || load.failed > 0;
}
