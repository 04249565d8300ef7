/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-wire-certificate.h"

#include "smd-wire-dict.h"
#include "smd-wire.h"

typedef struct
{
  GVariant *der;     /* (owned) */
  GVariant *entries; /* (owned) a{sv} */
} Form;

static void
form_free (gpointer data)
{
  Form *form = data;

  g_variant_unref (form->der);
  g_variant_unref (form->entries);
  g_free (form);
}

static Form *
form_new (SmdCertificate *certificate)
{
  Form *form = g_new (Form, 1);
  GVariantBuilder dict;

  form->der = g_variant_ref_sink (smd_wire_bytes (smd_certificate_get_der (certificate)));
  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "certificate", smd_certificate_get_fingerprint (certificate));
  smd_wire_dict_value (&dict, "certificate-der", form->der);
  smd_wire_dict_value (&dict, "addresses", g_variant_new_strv (smd_certificate_get_addresses (certificate), -1));
  smd_wire_dict_string (&dict, "subject", smd_certificate_get_subject (certificate));
  smd_wire_dict_string (&dict, "issuer", smd_certificate_get_issuer (certificate));
  smd_wire_dict_string (&dict, "serial", smd_certificate_get_serial_hex (certificate));
  form->entries = g_variant_ref_sink (g_variant_builder_end (&dict));
  return form;
}

static const Form *
get_form (SmdCertificate *certificate)
{
  Form *form = smd_certificate_get_form (certificate);

  return form != NULL ? form : smd_certificate_keep_form (certificate, form_new (certificate), form_free);
}

void
smd_wire_certificate_add (GVariantBuilder *dict, SmdCertificate *certificate)
{
  GVariant *entries = get_form (certificate)->entries;

  for (gsize i = 0; i < g_variant_n_children (entries); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (entries, i);

      g_variant_builder_add_value (dict, entry);
    }
}

GVariant *
smd_wire_certificate_get_der (SmdCertificate *certificate)
{
  return get_form (certificate)->der;
}
