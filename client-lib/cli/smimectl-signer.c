/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-signer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "smimed.h"

static SmimectlSigner *
read_signer (GVariant *dict)
{
  SmimectlSigner *self = g_new0 (SmimectlSigner, 1);
  const char *chain = "";

  self->dict = g_variant_ref (dict);
  self->signature = self->fingerprint = self->subject = self->algorithm = self->digest = "";
  g_variant_lookup (dict, "signature", "&s", &self->signature);
  g_variant_lookup (dict, "chain", "&s", &chain);
  g_variant_lookup (dict, "certificate", "&s", &self->fingerprint);
  g_variant_lookup (dict, "subject", "&s", &self->subject);
  g_variant_lookup (dict, "algorithm", "&s", &self->algorithm);
  g_variant_lookup (dict, "digest", "&s", &self->digest);
  g_variant_lookup (dict, "addresses", "^a&s", &self->addresses);
  g_variant_lookup (dict, "signing-time", "x", &self->signing_time);
  g_variant_lookup (dict, "authenticated", "b", &self->authenticated);
  self->good = g_str_equal (self->signature, "good");
  self->valid = self->good && g_str_equal (chain, "valid");
  self->problems = g_variant_lookup_value (dict, "problems", G_VARIANT_TYPE ("aa{sv}"));
  return self;
}

void
smimectl_signer_free (SmimectlSigner *self)
{
  g_free (self->addresses);
  g_clear_pointer (&self->problems, g_variant_unref);
  g_variant_unref (self->dict);
  g_free (self);
}

static int
rank (const SmimectlSigner *self)
{
  return self->authenticated ? 3 : self->valid ? 2 : self->good ? 1 : 0;
}

static void
keep_worst (SmimectlSigner **worst, GVariant *layer)
{
  g_autoptr (GVariant) signers = g_variant_lookup_value (layer, "signers", G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; signers != NULL && i < g_variant_n_children (signers); i++)
    {
      g_autoptr (GVariant) dict = g_variant_get_child_value (signers, i);
      g_autoptr (SmimectlSigner) signer = read_signer (dict);

      if (*worst != NULL && rank (*worst) <= rank (signer))
        continue;
      g_clear_pointer (worst, smimectl_signer_free);
      *worst = g_steal_pointer (&signer);
    }
}

SmimectlSigner *
smimectl_signer_choose (GVariant *report)
{
  g_autoptr (GVariant) layers = g_variant_lookup_value (report, "layers", G_VARIANT_TYPE ("aa{sv}"));
  SmimectlSigner *worst = NULL;

  for (gsize i = 0; layers != NULL && i < g_variant_n_children (layers); i++)
    {
      g_autoptr (GVariant) layer = g_variant_get_child_value (layers, i);

      keep_worst (&worst, layer);
    }

  return worst;
}

/* Control characters, line and paragraph separators, and what turns the direction of writing */
static gboolean
is_harmful (gunichar character)
{
  return !g_unichar_isprint (character) || character == 0x2028 || character == 0x2029 || (character >= 0x202a && character <= 0x202e)
         || (character >= 0x2066 && character <= 0x2069);
}

char *
smimectl_signer_one_line (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *line = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    g_string_append_unichar (line, is_harmful (g_utf8_get_char (at)) ? '?' : g_utf8_get_char (at));
  return g_string_free (line, FALSE);
}

static const char *
choose_address (const SmimectlSigner *self, const char *preferred)
{
  if (self->addresses == NULL || self->addresses[0] == NULL)
    return NULL;

  for (guint i = 0; preferred != NULL && self->addresses[i] != NULL; i++)
    if (g_ascii_strcasecmp (self->addresses[i], preferred) == 0)
      return self->addresses[i];

  return self->addresses[0];
}

char *
smimectl_signer_name (const SmimectlSigner *self, const char *preferred)
{
  const char *address = choose_address (self, preferred);
  g_autofree char *text = NULL;

  if (address != NULL)
    text = g_strdup_printf ("%s (%s)", address, self->subject);
  else
    text = g_strdup (*self->subject != '\0' ? self->subject : _ ("somebody whose certificate is missing"));
  return smimectl_signer_one_line (text);
}

gboolean
smimectl_signer_has (const SmimectlSigner *self, const char *code)
{
  for (gsize i = 0; self->problems != NULL && i < g_variant_n_children (self->problems); i++)
    {
      g_autoptr (GVariant) problem = g_variant_get_child_value (self->problems, i);
      const char *found = "";

      g_variant_lookup (problem, "code", "&s", &found);
      if (g_str_equal (found, code))
        return TRUE;
    }

  return FALSE;
}

void
smimectl_signer_append_problems (GString *text, GVariant *problems, const char *left_out)
{
  for (gsize i = 0; problems != NULL && i < g_variant_n_children (problems); i++)
    {
      g_autoptr (GVariant) problem = g_variant_get_child_value (problems, i);
      const char *code = "";

      g_variant_lookup (problem, "code", "&s", &code);
      if (g_strcmp0 (code, left_out) != 0)
        g_string_append_printf (text, "- %s [%s]\n", smimed_problem_describe (code), code);
    }
}
