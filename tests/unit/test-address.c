/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-address.h"

static void
expect (const char *address, const char *expected)
{
  g_autofree char *normal = smd_address_normalize (address);

  g_assert_cmpstr (normal, ==, expected);
}

static void
test_normal_form (void)
{
  expect ("alice@example.com", "alice@example.com");
  expect ("Alice@EXAMPLE.com", "alice@example.com");
  expect (" <Alice@example.com> ", "alice@example.com");
  expect ("alice@example.com.", "alice@example.com");
  expect ("\xc3\x89lise@example.com", "\xc3\xa9lise@example.com");
  expect ("E\xcc\x81lise@example.com", "\xc3\xa9lise@example.com");
}

static void
test_international_domain (void)
{
  /* RFC 9598 section 5: a U-label and its A-label are one domain. */
  expect ("x@b\xc3\xbc" "cher.example", "x@xn--bcher-kva.example");
  g_assert_true (smd_address_equal ("x@B\xc3\x9c" "CHER.example", "X@xn--bcher-kva.EXAMPLE"));
}

static void
test_quoted_local_part (void)
{
  expect ("\"alice\"@example.com", "alice@example.com");
  expect ("\"Al\\ice.b\"@example.com", "alice.b@example.com");
  expect ("\"a b\"@example.com", "\"a b\"@example.com");
  expect ("\"a@evil.example\"@example.com", "\"a@evil.example\"@example.com");
  g_assert_false (smd_address_equal ("\"a b\"@example.com", "ab@example.com"));
}

static void
test_not_an_address (void)
{
  expect ("", NULL);
  expect ("alice", NULL);
  expect ("@example.com", NULL);
  expect ("alice@", NULL);
  expect ("a b@example.com", NULL);
  expect ("a@b@example.com", NULL);
  expect ("alice@exa mple.com", NULL);
  expect ("alice@example.com\nbob@example.com", NULL);
  expect ("alice@example.com,bob@example.com", NULL);
  expect ("\xff@example.com", NULL);
  expect ("\"alice@example.com", NULL);
  expect ("\"a\"b\"@example.com", NULL);
  expect ("alice@.", NULL);
  expect ("alice@example..com", NULL);
  expect ("alice@example.com..", NULL);
  g_assert_false (smd_address_equal ("alice", "alice"));
}

/* A label of 80,000 different characters would cost a minute. */
static void
test_too_long (void)
{
  g_autoptr (GString) text = g_string_new ("alice@");
  g_autofree char *local = g_strnfill (1100, 'a');
  g_autofree char *address = g_strconcat (local, "@example.com", NULL);

  for (gunichar c = 0x4e00; c < 0x4e00 + 80000; c++)
    g_string_append_unichar (text, c >= 0xd800 && c < 0xe000 ? c + 0x20000 : c);
  expect (text->str, NULL);
  expect (address, NULL);
}

/* What comes out has to be an address itself, also where an A-label made it longer. */
static void
test_normal_form_too_long (void)
{
  g_autofree char *local = g_strnfill (1007, '*');
  g_autofree char *fits = g_strconcat (local, "@b\xc3\xbc" "cher.eu", NULL);
  g_autofree char *grows = g_strconcat ("*", fits, NULL);
  g_autofree char *longest = g_strconcat (local, "@xn--bcher-kva.eu", NULL);

  expect (fits, longest);
  expect (longest, longest);
  expect (grows, NULL);
}

static void
test_letters_that_change (void)
{
  /* NFC makes a semicolon of the Greek question mark, which no local part has without quotes. */
  expect ("a\xcd\xbe" "b@example.com", NULL);
  /* An accent joins its letter when the backslash between them goes. */
  expect ("\"e\\\xcc\x81lise\"@example.com", "\xc3\xa9lise@example.com");
  /* The capital I with a dot is not the capital of i. */
  g_assert_false (smd_address_equal ("\xc4\xb0nfo@example.com", "info@example.com"));
  g_assert_true (smd_address_equal ("O'ILSE@example.com", "o'ilse@example.com"));
}

static void
test_different_people (void)
{
  g_assert_false (smd_address_equal ("alice@example.com", "alice@example.org"));
  g_assert_false (smd_address_equal ("alice@example.com", "alice@sub.example.com"));
  g_assert_false (smd_address_equal ("alice@example.com", "alice+tag@example.com"));
  /* Cyrillic a */
  g_assert_false (smd_address_equal ("alice@example.com", "\xd0\xb0lice@example.com"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/case-brackets-and-white-space-do-not-count", test_normal_form);
  g_test_add_func ("/address/an-international-domain-is-the-same-in-both-forms", test_international_domain);
  g_test_add_func ("/address/quotes-that-are-not-needed-do-not-count", test_quoted_local_part);
  g_test_add_func ("/address/what-is-no-address-equals-nothing", test_not_an_address);
  g_test_add_func ("/address/what-is-too-long-is-no-address", test_too_long);
  g_test_add_func ("/address/what-is-too-long-in-normal-form-is-no-address", test_normal_form_too_long);
  g_test_add_func ("/address/the-normal-form-is-its-own-normal-form", test_letters_that_change);
  g_test_add_func ("/address/addresses-that-look-alike-differ", test_different_people);
  return g_test_run ();
}
