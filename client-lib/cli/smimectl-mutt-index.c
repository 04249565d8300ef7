/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-mutt-index.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "smimectl-mutt-name.h"

#define ELSEWHERE "elsewhere"

typedef struct
{
  char *text; /* (owned) */
  gboolean kept;
} Line;

struct _SmimectlMuttIndex
{
  GHashTable *lines; /* (owned) label -> GPtrArray of Line */
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->text);
  g_free (line);
}

char *
smimectl_mutt_folder (gboolean own, GError **error)
{
  char *path = g_build_filename (g_get_user_runtime_dir (), "smimed-mutt", own ? "own" : NULL, NULL);
  int code;

  if (g_mkdir_with_parents (path, 0700) == 0)
    return path;

  code = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  g_free (path);
  return NULL;
}

static void
add_line (SmimectlMuttIndex *self, const char *label, char *text, gboolean kept)
{
  GPtrArray *lines = g_hash_table_lookup (self->lines, label);
  Line *line = g_new (Line, 1);

  if (lines == NULL)
    {
      lines = g_ptr_array_new_with_free_func (line_free);
      g_hash_table_insert (self->lines, g_strdup (label), lines);
    }
  *line = (Line){ text, kept };
  g_ptr_array_add (lines, line);
}

static void
read_line (SmimectlMuttIndex *self, const char *text)
{
  g_auto (GStrv) fields = g_strsplit (text, " ", -1);

  if (g_strv_length (fields) == 6)
    add_line (self, fields[2], g_strdup (text), g_str_equal (fields[2], ELSEWHERE));
}

SmimectlMuttIndex *
smimectl_mutt_index_new (void)
{
  SmimectlMuttIndex *self = g_new (SmimectlMuttIndex, 1);

  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  return self;
}

SmimectlMuttIndex *
smimectl_mutt_index_load (const char *folder)
{
  SmimectlMuttIndex *self = smimectl_mutt_index_new ();
  g_autofree char *path = g_build_filename (folder, ".index", NULL);
  g_autofree char *data = NULL;
  g_auto (GStrv) lines = NULL;

  if (g_file_get_contents (path, &data, NULL, NULL))
    lines = g_strsplit (data, "\n", -1);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    read_line (self, lines[i]);
  return self;
}

void
smimectl_mutt_index_free (SmimectlMuttIndex *self)
{
  g_hash_table_unref (self->lines);
  g_free (self);
}

static void
add_form (SmimectlMuttIndex *self, const char *address, const char *label, gboolean own)
{
  g_autofree char *name = smimectl_mutt_name_new (address, own);

  /* Blanks part the fields, and a line ends where it ends: an address that has them can't be told. */
  for (const char *at = address; *at != '\0'; at++)
    if ((guchar) *at <= ' ' || *at == 0x7f)
      return;
  add_line (self, label, g_strdup_printf ("%s %s %s ? t %s", address, name, label, own ? "es" : "e"), TRUE);
}

/* mutt may know the recipient with the domain in Unicode or in ASCII; the name is the same, so that there is nothing to choose. */
void
smimectl_mutt_index_add (SmimectlMuttIndex *self, const char *address, const char *label, gboolean own)
{
  const char *at = strrchr (address, '@');
  g_autofree char *local = at != NULL ? g_strndup (address, (gsize) (at - address)) : NULL;
  g_autofree char *ascii = at != NULL ? g_hostname_to_ascii (at + 1) : NULL;
  g_autofree char *unicode = at != NULL ? g_hostname_to_unicode (at + 1) : NULL;

  label = label != NULL ? label : ELSEWHERE;
  add_form (self, address, label, own);
  if (ascii != NULL && g_ascii_strcasecmp (ascii, at + 1) != 0)
    {
      g_autofree char *other = g_strconcat (local, "@", ascii, NULL);

      add_form (self, other, label, own);
    }
  if (unicode != NULL && g_ascii_strcasecmp (unicode, at + 1) != 0)
    {
      g_autofree char *other = g_strconcat (local, "@", unicode, NULL);

      add_form (self, other, label, own);
    }
}

gboolean
smimectl_mutt_index_keep (SmimectlMuttIndex *self, const char *label)
{
  GPtrArray *lines = g_hash_table_lookup (self->lines, label);

  for (guint i = 0; lines != NULL && i < lines->len; i++)
    ((Line *) lines->pdata[i])->kept = TRUE;
  return lines != NULL;
}

void
smimectl_mutt_index_keep_all (SmimectlMuttIndex *self)
{
  GHashTableIter iter;
  gpointer label;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &label, NULL))
    (void) smimectl_mutt_index_keep (self, label);
}

gboolean
smimectl_mutt_index_save (SmimectlMuttIndex *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, ".index", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  GPtrArray *lines;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &lines))
    for (guint i = 0; i < lines->len; i++)
      {
        const Line *line = lines->pdata[i];

        if (line->kept && g_hash_table_add (seen, line->text))
          g_string_append_printf (text, "%s\n", line->text);
      }

  return g_file_set_contents_full (path, text->str, (gssize) text->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
