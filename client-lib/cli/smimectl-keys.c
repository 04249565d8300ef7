/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-call.h"
#include "smimectl-certificate-page.h"
#include "smimectl-entry.h"
#include "smimectl-input.h"
#include "smimectl-json.h"
#include "smimectl-notify.h"
#include "smimectl-objects.h"
#include "smimectl-output.h"
#include "smimectl-page.h"
#include "smimectl-password.h"

/* The reply's first value, an `ao`, is shown. */
static SmimectlExit
show_reply (SmimectlContext *context, GVariant *reply, GError **error)
{
  g_autoptr (GVariant) paths = NULL;

  if (reply == NULL)
    return SMIMECTL_FAILED;

  paths = g_variant_get_child_value (reply, 0);
  return smimectl_certificates_show (context, paths, error) ? SMIMECTL_OK : SMIMECTL_FAILED;
}

static SmimectlExit
show_imported (SmimectlContext *context, GVariant *reply, SmimectlImported *imported, GError **error)
{
  if (reply != NULL)
    imported->certificates = g_variant_get_child_value (reply, 0);
  return show_reply (context, reply, error);
}

static SmimectlExit
import_pkcs12 (SmimectlContext *context, GUnixFDList *fds, int file, SmimectlImported *imported, GError **error)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  SmimectlCall call = { .interface = "Certificates", .method = "ImportPkcs12", .options = &options, .fds = fds };
  g_autoptr (GVariant) reply = NULL;

  if (!smimectl_password_add (context, &options, fds, _ ("Password of the PKCS#12 file"), FALSE, error))
    return SMIMECTL_FAILED;

  call.arguments = g_variant_new ("(h)", file);
  reply = smimectl_call (context, &call, NULL, error);
  imported->keys = TRUE;
  return show_imported (context, reply, imported, error);
}

static void
tell_refused (const SmimectlContext *context, GVariant *refused)
{
  g_autoptr (SmimectlPage) page = smimectl_page_new (context, STDERR_FILENO);

  smimectl_page_line (page, 0, SMIMECTL_BAD, "%s", _ ("Refused:"));
  smimectl_page_problems (page, refused, 2);
}

/* JSON holds both, so that it stays one value. */
static void
print_json (GVariant *certificates, GVariant *refused)
{
  g_auto (GVariantDict) both = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert_value (&both, "certificates", certificates);
  g_variant_dict_insert_value (&both, "refused", refused);
  smimectl_json_print (g_variant_dict_end (&both));
}

static SmimectlExit
import_certificates (SmimectlContext *context, GUnixFDList *fds, int file, SmimectlImported *imported, GError **error)
{
  SmimectlCall call = { .interface = "Certificates", .method = "Import", .fds = fds };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) certificates = NULL;

  call.arguments = g_variant_new ("(hs)", file, context->role != NULL ? context->role : "correspondent");
  reply = smimectl_call (context, &call, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(@ao@aa{sv})", &imported->certificates, &imported->refused);
  certificates = context->json ? smimectl_objects_certificates (context, imported->certificates, error) : NULL;
  if (context->json ? certificates == NULL : !smimectl_certificates_show (context, imported->certificates, error))
    return SMIMECTL_FAILED;

  if (context->json)
    print_json (certificates, imported->refused);
  else if (g_variant_n_children (imported->refused) > 0)
    tell_refused (context, imported->refused);
  return g_variant_n_children (imported->refused) == 0 ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}

static SmimectlExit
import_from_message (SmimectlContext *context, GUnixFDList *fds, int file, SmimectlImported *imported, GError **error)
{
  SmimectlCall call = { .interface = "Certificates", .method = "ImportFromMessage", .fds = fds };
  g_autoptr (GVariant) reply = NULL;

  call.arguments = g_variant_new ("(h)", file);
  reply = smimectl_call (context, &call, NULL, error);
  return show_imported (context, reply, imported, error);
}

static gboolean
is_layer (GVariant *report)
{
  g_autoptr (GVariant) layers = g_variant_lookup_value (report, "layers", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GVariant) layer = layers != NULL && g_variant_n_children (layers) > 0 ? g_variant_get_child_value (layers, 0) : NULL;
  g_autoptr (GVariant) signers = layer != NULL ? g_variant_lookup_value (layer, "signers", G_VARIANT_TYPE ("aa{sv}")) : NULL;
  const char *type = "";

  if (layer == NULL || !g_variant_lookup (layer, "type", "&s", &type))
    return FALSE;
  return !g_str_equal (type, "signed") || (signers != NULL && g_variant_n_children (signers) > 0);
}

/* A .p7m may be a message or certificates. FALSE with @error for a message: there is nothing in it to import. */
static gboolean
check_no_message (SmimectlContext *context, int fd, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  SmimectlCall call = { .interface = "Messages", .method = "Inspect", .options = &options, .fds = fds };
  off_t start = lseek (fd, 0, SEEK_CUR);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  int index = g_unix_fd_list_append (fds, fd, error);

  if (index < 0)
    return FALSE;

  call.arguments = g_variant_new ("(h)", index);
  g_variant_dict_insert (&options, "content-type", "s", "application/pkcs7-mime");
  reply = smimectl_call (context, &call, NULL, NULL);
  report = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  lseek (fd, start, SEEK_SET);
  if (report == NULL || !is_layer (report))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("This is an S/MIME message, not a file of certificates. Open it with your mail program, or with “smimectl open "
                          "--content-type application/pkcs7-mime FILE”"));
  return FALSE;
}

static SmimectlExit
import_file (SmimectlContext *context, const char *path, SmimectlImported *imported, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  SmimectlInputKind kind = SMIMECTL_INPUT_CERTIFICATES;
  int fd = smimectl_input_open (path, error);
  gboolean guessed = fd >= 0 && (context->role != NULL || smimectl_input_guess (&fd, &kind, error));
  int index = -1;

  if (guessed && context->role == NULL && kind == SMIMECTL_INPUT_CERTIFICATES)
    guessed = check_no_message (context, fd, error);
  if (guessed)
    index = g_unix_fd_list_append (fds, fd, error);
  if (fd >= 0)
    close (fd);
  if (index < 0)
    return SMIMECTL_FAILED;

  if (kind == SMIMECTL_INPUT_PKCS12)
    return import_pkcs12 (context, fds, index, imported, error);
  if (kind == SMIMECTL_INPUT_MESSAGE)
    return import_from_message (context, fds, index, imported, error);
  return import_certificates (context, fds, index, imported, error);
}

/* What it is, the content tells: the desktop hands over files of several types, and people can't tell .p12 from .p7c. */
SmimectlExit
smimectl_import (SmimectlContext *context, GError **error)
{
  const char *path = smimectl_context_argument (context, 0, _ ("The file to import"), error);
  g_auto (SmimectlImported) imported = { NULL };
  SmimectlExit result;

  if (path == NULL || !smimectl_context_at_most (context, 1, error))
    return SMIMECTL_USAGE;

  result = import_file (context, path, &imported, error);
  if (context->notify)
    smimectl_notify_import (context, &imported, *error);
  return result;
}

static GVariant *
find_paths (SmimectlContext *context, GError **error)
{
  g_autoptr (GVariantBuilder) builder = g_variant_builder_new (G_VARIANT_TYPE ("ao"));

  for (guint i = 0; context->arguments[i] != NULL; i++)
    {
      const char *name = smimectl_context_text (context, i, _ ("The fingerprint"), error);
      g_autofree char *path = name != NULL ? smimectl_objects_find_certificate (context, name, error) : NULL;

      if (path == NULL)
        return NULL;
      g_variant_builder_add (builder, "o", path);
    }

  return g_variant_ref_sink (g_variant_builder_end (builder));
}

SmimectlExit
smimectl_export (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GUnixFDList) out = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  SmimectlCall call = { .interface = "Certificates", .method = "ExportPkcs12", .options = &options, .fds = fds };
  g_autoptr (GVariant) paths = NULL;
  g_autoptr (GVariant) reply = NULL;
  int file;

  if (smimectl_context_argument (context, 0, _ ("The fingerprint of an own certificate"), error) == NULL
      || !smimectl_output_check (context, error))
    return SMIMECTL_USAGE;
  if (context->output == NULL && isatty (STDOUT_FILENO))
    return smimectl_usage (error, _ ("Give --output FILE: keys aren't written to a terminal"));

  paths = find_paths (context, error);
  if (paths == NULL || !smimectl_password_add (context, &options, fds, _ ("Password for the new file"), TRUE, error))
    return SMIMECTL_FAILED;

  call.arguments = g_variant_new ("(@ao)", paths);
  reply = smimectl_call (context, &call, &out, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(h)", &file);
  if (!smimectl_output_write (context, out, file, error))
    return SMIMECTL_FAILED;

  return smimectl_json_tell_done (context, TRUE);
}

/* For --password-fd of export: without a newline, but on a terminal */
SmimectlExit
smimectl_generate_password (SmimectlContext *context, GError **error)
{
  SmimectlCall call = { .interface = "Certificates", .method = "GeneratePassword" };
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = NULL;
  int password;

  if (!smimectl_context_at_most (context, 0, error) || !smimectl_output_check (context, error))
    return SMIMECTL_USAGE;

  reply = smimectl_call (context, &call, &out, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(h)", &password);
  if (!smimectl_output_write (context, out, password, error))
    return SMIMECTL_FAILED;

  if (!context->json && context->output == NULL && isatty (STDOUT_FILENO))
    g_print ("\n");
  return smimectl_json_tell_done (context, TRUE);
}
