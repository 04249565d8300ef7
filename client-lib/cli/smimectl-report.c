/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-report.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-json.h"
#include "smimectl-page.h"

typedef void (*Each) (SmimectlPage *page, GVariant *one);

static gboolean
is_true (GVariant *dict, const char *key)
{
  gboolean value = FALSE;

  g_variant_lookup (dict, key, "b", &value);
  return value;
}

static gboolean
is_word (GVariant *dict, const char *key, const char *word)
{
  const char *value = "";

  g_variant_lookup (dict, key, "&s", &value);
  return g_str_equal (value, word);
}

/* Each element of the lists @key in @dict */
static void
for_each (SmimectlPage *page, GVariant *dict, const char *key, Each each)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (dict, key, G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (list, i);

      each (page, one);
    }
}

static void
tell_signer (SmimectlPage *page, GVariant *signer)
{
  g_autofree char *subject = smimectl_page_lookup (signer, "subject", _ ("somebody whose certificate is missing"));
  g_autofree char *addresses = smimectl_page_lookup_list (signer, "addresses");
  g_autofree char *when = NULL;
  gint64 seconds;
  gboolean proven = is_true (signer, "authenticated");

  smimectl_page_line (page, 2, proven ? SMIMECTL_GOOD : SMIMECTL_BAD, proven ? _ ("Signed by %s: proven") : _ ("Signed by %s: not proven"),
                      *addresses != '\0' ? addresses : subject);
  if (*addresses != '\0')
    smimectl_page_line (page, 4, SMIMECTL_PLAIN, _ ("Certificate of: %s"), subject);
  if (!g_variant_lookup (signer, "signing-time", "x", &seconds))
    return;

  when = smimectl_page_time (seconds);
  smimectl_page_line (page, 4, SMIMECTL_PLAIN, _ ("Signed at: %s, as the signer says"), when);
}

static void
tell_signers (SmimectlPage *page, GVariant *layer)
{
  for_each (page, layer, "signers", tell_signer);
}

static void
tell_encryption (SmimectlPage *page, GVariant *layer)
{
  g_autofree char *cipher = smimectl_page_lookup (layer, "cipher", "");

  if (is_word (layer, "type", "encrypted"))
    smimectl_page_line (page, 2, SMIMECTL_PLAIN, _ ("Encrypted with %s"), cipher);
}

static void
tell_problems_of (SmimectlPage *page, GVariant *signer)
{
  if (is_word (signer, "signature", "unsupported"))
    smimectl_page_line (page, 2, SMIMECTL_BAD, "- %s", smimed_signature_describe ("unsupported"));
  smimectl_page_problems_in (page, signer, "problems", 2);
}

static void
tell_problems (SmimectlPage *page, GVariant *layer)
{
  for_each (page, layer, "signers", tell_problems_of);
}

static void
tell_person (const SmimectlContext *context, GVariant *report)
{
  g_autoptr (SmimectlPage) page = smimectl_page_new (context, STDERR_FILENO);
  g_autofree char *sender = smimectl_page_lookup (report, "sender", _ ("nobody in particular"));
  g_autofree char *protection = smimectl_page_lookup (report, "protection", "none");

  smimectl_page_line (page, 0, SMIMECTL_STRONG, _ ("From %s"), sender);
  smimectl_page_line (page, 0, is_true (report, "authenticated") ? SMIMECTL_GOOD : SMIMECTL_BAD, "%s", smimed_protection_describe (protection));
  for_each (page, report, "layers", tell_signers);
  for_each (page, report, "layers", tell_encryption);
  for_each (page, report, "layers", tell_problems);
  smimectl_page_problems_in (page, report, "warnings", 2);
}

SmimectlExit
smimectl_report_tell (const SmimectlContext *context, GVariant *report)
{
  if (context->json)
    smimectl_json_print (report);
  else
    tell_person (context, report);
  return is_true (report, "authenticated") ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}
