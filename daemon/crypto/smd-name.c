/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-name.h"

#include "smd-openssl-error.h"

/* RFC 4514 section 2.4 lets UTF-8 stand as it is. */
#define NAME_FLAGS (XN_FLAG_RFC2253 & ~(unsigned long) ASN1_STRFLGS_ESC_MSB)

char *
smd_name_to_text (const X509_NAME *name)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *text = NULL;
  long size;

  if (bio == NULL || X509_NAME_print_ex (bio, name, 0, NAME_FLAGS) < 0)
    {
      smd_openssl_forget ();
      return g_strdup ("");
    }
  size = BIO_get_mem_data (bio, &text);
  /* A BMPString may hold half a surrogate pair. */
  return g_utf8_make_valid (text != NULL ? text : "", size);
}

char *
smd_name_der_to_text (SmdSpan der)
{
  const guint8 *at = der.data;
  g_autoptr (X509_NAME) name = d2i_X509_NAME (NULL, &at, (long) der.size);

  if (name != NULL)
    return smd_name_to_text (name);
  smd_openssl_forget ();
  return NULL;
}

char *
smd_name_clean_text (const ASN1_STRING *string)
{
  unsigned char *utf8 = NULL;
  int size = ASN1_STRING_to_UTF8 (&utf8, string);
  g_autofree char *text = NULL;

  if (size < 0)
    {
      smd_openssl_forget ();
      return NULL;
    }
  /* Stops at an embedded NUL, which then counts as invalid. */
  if (g_utf8_validate ((const char *) utf8, size, NULL))
    text = g_strndup ((const char *) utf8, size);
  OPENSSL_free (utf8);
  if (text == NULL || *text == '\0')
    return NULL;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return NULL;
  return g_steal_pointer (&text);
}

char *
smd_name_get_common_name (const X509_NAME *name)
{
  char *found = NULL;
  int i = -1;

  /* The most specific one stands last. */
  while ((i = X509_NAME_get_index_by_NID (name, NID_commonName, i)) >= 0)
    {
      char *text = smd_name_clean_text (X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, i)));

      if (text == NULL)
        continue;
      g_free (found);
      found = text;
    }
  return found;
}
