/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificate-addresses.h"

#include "smd-address.h"
#include "smd-name.h"
#include "smd-openssl-error.h"

/* Some certificates name thousands: each is compared with all before it by its normal form in a set. */
typedef struct
{
  GPtrArray *list;  /* (unowned) */
  GHashTable *seen; /* (unowned) normal forms */
} Addresses;

static void
add (Addresses *addresses, const ASN1_STRING *string, gboolean ascii_only)
{
  g_autofree char *address = smd_name_clean_text (string);
  g_autofree char *normal = address != NULL ? smd_address_normalize (address) : NULL;

  if (address == NULL || (ascii_only && !g_str_is_ascii (address)))
    return;
  if (normal == NULL)
    normal = g_strdup (address);
  if (g_hash_table_add (addresses->seen, g_steal_pointer (&normal)))
    g_ptr_array_add (addresses->list, g_steal_pointer (&address));
}

/* RFC 9598: id-on-SmtpUTF8Mailbox holds a UTF8String and nothing else. */
static void
add_other_name (Addresses *addresses, const OTHERNAME *other)
{
  if (OBJ_obj2nid (other->type_id) == NID_id_on_SmtpUTF8Mailbox && other->value->type == V_ASN1_UTF8STRING)
    add (addresses, other->value->value.utf8string, FALSE);
}

static void
add_alternative_names (Addresses *addresses, X509 *x509)
{
  g_autoptr (GENERAL_NAMES) names = X509_get_ext_d2i (x509, NID_subject_alt_name, NULL, NULL);

  for (int i = 0; names != NULL && i < sk_GENERAL_NAME_num (names); i++)
    {
      const GENERAL_NAME *name = sk_GENERAL_NAME_value (names, i);

      if (name->type == GEN_EMAIL)
        add (addresses, name->d.rfc822Name, TRUE);
      else if (name->type == GEN_OTHERNAME)
        add_other_name (addresses, name->d.otherName);
    }
}

char **
smd_certificate_addresses_read (X509 *x509)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Addresses addresses = { list, seen };
  const X509_NAME *subject = X509_get_subject_name (x509);
  int i = -1;

  add_alternative_names (&addresses, x509);
  while ((i = X509_NAME_get_index_by_NID (subject, NID_pkcs9_emailAddress, i)) >= 0)
    add (&addresses, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (subject, i)), FALSE);
  smd_openssl_forget ();

  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_steal (list, NULL);
}
