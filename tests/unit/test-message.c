/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-message.h"
#include "smd-test-files.h"
#include "smimed-error.h"

#define LIMIT (1024 * 1024)
#define SIGNATURE "application/pkcs7-signature"
#define SIGNED_TYPE "multipart/signed; protocol=\"" SIGNATURE "\"; micalg=sha-256; boundary=b1"

static SmdMessage *
parse_span (SmdSpan span)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (span);
  g_autoptr (GError) error = NULL;
  SmdMessage *message = smd_message_parse (blob, &error);

  g_assert_no_error (error);
  return message;
}

static SmdMessage *
parse (const char *text)
{
  return parse_span (smd_span_string (text));
}

/* The message with one line end for all of its LFs */
static char *
with_line_end (const char *text, const char *line_end)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  return g_strjoinv (line_end, lines);
}

static void
assert_span (SmdSpan span, const char *expected)
{
  g_assert_cmpmem (span.data, span.size, expected, strlen (expected));
}

static void
refuse (const char *text, gsize size, int code)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span (text, size));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdMessage) message = smd_message_parse (blob, &error);

  g_assert_null (message);
  g_assert_error (error, SMIMED_ERROR, code);
}

static void
test_fields (void)
{
  g_autoptr (SmdMessage) message = parse ("From alice Mon Feb  2 10:00:00 2026\n"
                                          "FROM : =?utf-8?q?Al=C3=ADce?= <alice@example.com>\n"
                                          "Sender: Friends:\n\tBob <bob@example.com>, carol@example.org;\n"
                                          "this is no field\n"
                                          "Date: Mon, 2 Feb 2026 10:00:00 +0100\n\nHello\n");

  g_assert_cmpstr (smd_message_get_from (message)[0], ==, "alice@example.com");
  g_assert_null (smd_message_get_from (message)[1]);
  g_assert_cmpstr (smd_message_get_sender (message)[0], ==, "bob@example.com");
  g_assert_cmpstr (smd_message_get_sender (message)[1], ==, "carol@example.org");
  g_assert_cmpint (smd_message_get_date (message), ==, 1770022800);
  g_assert_cmpint (smd_message_get_root (message), ==, SMD_ROOT_NONE);
}

static void
test_two_from_fields (void)
{
  g_autoptr (SmdMessage) message = parse ("From: alice@example.com\nFrom: mallory@example.com\n\n");
  g_autoptr (SmdMessage) spaced = parse ("From: alice@example.com\nfrom : mallory@example.com\n\n");

  g_assert_null (smd_message_get_from (message)[0]);
  g_assert_null (smd_message_get_from (spaced)[0]);
  g_assert_null (smd_message_get_sender (message)[0]);
  g_assert_cmpint (smd_message_get_date (message), ==, G_MININT64);
}

/* What one reader takes for a field and another doesn't would put one sender on the screen and another into the verdict. */
static void
test_fields_for_some (void)
{
  static const char zero[] = "Subject: a\0From: alice@example.com\nFrom: mallory@example.com\n\n";
  g_autoptr (SmdMessage) spaced = parse ("From : alice@example.com\nFrom: mallory@example.com\n\n");
  g_autoptr (SmdMessage) bare_cr = parse ("Subject: a\rFrom: alice@example.com\r\nFrom: mallory@example.com\r\n\r\n");
  g_autoptr (SmdMessage) with_zero = parse_span (smd_span (zero, sizeof zero - 1));
  g_autoptr (SmdMessage) mbox = parse ("From alice Mon Feb  2 10:00:00 2026\r\nFrom: alice@example.com\r\n\r\n");

  g_assert_null (smd_message_get_from (spaced)[0]);
  g_assert_null (smd_message_get_from (bare_cr)[0]);
  g_assert_null (smd_message_get_from (with_zero)[0]);
  g_assert_cmpstr (smd_message_get_from (mbox)[0], ==, "alice@example.com");
}

static void
expect_from (const char *value, const char *expected)
{
  g_autofree char *text = g_strdup_printf ("From: %s\nSubject: Hello\n\nHello\n", value);
  g_autoptr (SmdMessage) message = parse (text);

  g_assert_cmpstr (smd_message_get_from (message)[0], ==, expected);
}

/* Parsers pass over what they can't read, each another part of it: then nobody can tell who of those named was meant. */
static void
test_leftovers_of_addresses (void)
{
  static const char *const unclear[] = {
    "alice@example.com; mallory@example.com", "<alice@example.com>; <mallory@example.com>", "alice@example.com@example.net",
    "<alice@example.com>@example.net", "alice@example.com [mallory@example.com]", "alice@example.com) mallory@example.com",
    "alice@example.com\\ mallory@example.com", "<alice@example.com;mallory@example.com>", "alice@example.com\001mallory@example.com",
    "alice@example.com; \"M (\" <mallory@example.com>", "alice@example.com; :( mallory@example.com",
  };
  g_autofree char *open = g_strnfill (60000, '(');
  g_autofree char *long_name = g_strconcat (open, " <alice@example.com>", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (unclear); i++)
    expect_from (unclear[i], NULL);

  expect_from ("mallory@example.com <alice@example.com>", "alice@example.com");
  expect_from ("\"mallory@example.com, \\\"M\\\" <m@example.com>\" <alice@example.com>", "alice@example.com");
  expect_from ("alice@example.com (not (mallory@example.com) \\) m@example.com)", "alice@example.com");
  expect_from ("\"alice@home\"@example.com", "\"alice@home\"@example.com");
  expect_from ("Smith, Alice <alice@example.com>", "alice@example.com");
  expect_from ("Alice: <alice@example.com>;", "alice@example.com");
  expect_from ("alice@example.com;", "alice@example.com");
  expect_from ("Alice\" <alice@example.com>", "alice@example.com");
  expect_from (long_name, NULL);
}

static void
test_no_header (void)
{
  g_autofree char *large = g_strnfill (2 * 1024 * 1024, 'x');

  refuse ("", 0, SMIMED_ERROR_MALFORMED);
  refuse ("From alice Mon Feb  2 10:00:00 2026\n", 36, SMIMED_ERROR_MALFORMED);
  refuse ("Hello Bob\nhow are you: fine\n", 28, SMIMED_ERROR_MALFORMED);
  refuse ("\x30\x80\x06\x09\x00", 5, SMIMED_ERROR_MALFORMED);
  memcpy (large, "Subject: ", 9);
  refuse (large, strlen (large), SMIMED_ERROR_LIMIT_EXCEEDED);
}

static void
check_signed (const char *line_end)
{
  g_autofree char *text = with_line_end ("From: a@example.com\nContent-Type: multipart/signed;\n\tprotocol=\"" SIGNATURE "\";\n"
                                         " micalg=sha-256; boundary=\"=_b 1\"\n\npreamble\n--=_b 1 \n"
                                         "Content-Type: text/plain\n\n--=_b 1x\nHello\n\n--=_b 1\t\n"
                                         "Content-Type: " SIGNATURE "; name=smime.p7s\nContent-Transfer-Encoding: Base64\n\n"
                                         "MAMC\nAQU=\n\n--=_b 1--\nepilogue\n--=_b 1\n",
                                         line_end);
  g_autofree char *entity = with_line_end ("Content-Type: text/plain\n\n--=_b 1x\nHello\n", line_end);
  g_autoptr (SmdMessage) message = parse (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) cms = smd_message_decode_cms (message, LIMIT, &error);

  g_assert_no_error (error);
  g_assert_cmpint (smd_message_get_root (message), ==, SMD_ROOT_CLEAR_SIGNED);
  assert_span (smd_message_get_signed_entity (message), entity);
  assert_span (smd_blob_get_span (cms), "\x30\x03\x02\x01\x05");
}

static void
test_clear_signed (void)
{
  check_signed ("\n");
  check_signed ("\r\n");
}

static SmdRoot
root_of (const char *type, const char *body)
{
  g_autofree char *text = g_strdup_printf ("From: a@example.com\nContent-Type: %s\n\n%s", type, body);
  g_autoptr (SmdMessage) message = parse (text);

  return smd_message_get_root (message);
}

#define PART_1 "--b1\n\nHello\n"
#define PART_2 "--b1\nContent-Type: " SIGNATURE "\n\nMAA=\n"

static void
test_ambiguous (void)
{
  g_assert_cmpint (root_of (SIGNED_TYPE, PART_1 PART_2 "--b1--\n"), ==, SMD_ROOT_CLEAR_SIGNED);
  /* Cut off behind the signature: it says itself whether it is whole. */
  g_assert_cmpint (root_of (SIGNED_TYPE, PART_1 PART_2), ==, SMD_ROOT_CLEAR_SIGNED);
  g_assert_cmpint (root_of (SIGNED_TYPE, PART_1), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of (SIGNED_TYPE, PART_1 "--b1--\n" PART_2), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of (SIGNED_TYPE, PART_1 PART_2 PART_1 "--b1--\n"), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of (SIGNED_TYPE, PART_1 PART_1 PART_2 "--b1--\n"), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of (SIGNED_TYPE, PART_2 PART_1 "--b1--\n"), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of (SIGNED_TYPE "; boundary=b2", PART_1 PART_2 "--b1--\n"), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of (SIGNED_TYPE "\nContent-Type: text/plain", PART_1 PART_2 "--b1--\n"), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of ("multipart/signed; boundary=b1", PART_1 PART_2 "--b1--\n"), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of ("multipart/signed; protocol=\"application/pgp-signature\"; boundary=b1", PART_1 PART_2 "--b1--\n"),
                   ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of ("multipart/mixed; boundary=b1", PART_1 PART_2 "--b1--\n"), ==, SMD_ROOT_NONE);
}

static void
test_broken_signed_error (void)
{
  g_autoptr (SmdMessage) message = parse ("Content-Type: " SIGNED_TYPE "\n\n" PART_1 "--b1--\n");
  g_autoptr (SmdMessage) plain = parse ("Content-Type: text/plain\n\nHello\n");
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_message_decode_cms (message, LIMIT, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (smd_message_decode_cms (plain, LIMIT, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_PROTECTED);
}

static void
test_pkcs7_types (void)
{
  g_assert_cmpint (root_of ("application/pkcs7-mime; smime-type=enveloped-data", ""), ==, SMD_ROOT_PKCS7);
  g_assert_cmpint (root_of ("Application/X-PKCS7-MIME; name=smime.p7m", ""), ==, SMD_ROOT_PKCS7);
  g_assert_cmpint (root_of ("application/octet-stream; name=\"smime.p7m\"", ""), ==, SMD_ROOT_PKCS7);
  g_assert_cmpint (root_of ("application/octet-stream\nContent-Disposition: attachment; filename=SMIME.P7Z", ""), ==, SMD_ROOT_PKCS7);
  g_assert_cmpint (root_of ("application/octet-stream; name*=utf-8''a%2Ep7c", ""), ==, SMD_ROOT_PKCS7);
  g_assert_cmpint (root_of ("application/octet-stream; name=smime.p7m.exe", ""), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of ("application/octet-stream; name=smime.p7s", ""), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of ("application/pkcs7-signature; name=smime.p7s", ""), ==, SMD_ROOT_NONE);
  g_assert_cmpint (root_of ("application/pdf; name=smime.p7m", ""), ==, SMD_ROOT_NONE);
}

static void
expect_cms (const char *encoding, SmdSpan body)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: application/pkcs7-mime; smime-type=\"Signed-Data\"\n");
  g_autoptr (SmdMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) cms = NULL;

  g_string_append_printf (text, "%s\n", encoding);
  g_string_append_len (text, (const char *) body.data, (gssize) body.size);
  message = parse_span (smd_span (text->str, text->len));
  cms = smd_message_decode_cms (message, LIMIT, &error);

  g_assert_no_error (error);
  assert_span (smd_blob_get_span (cms), "\x30\x03\x02\x01\x05");
}

static void
test_encodings (void)
{
  expect_cms ("Content-Transfer-Encoding: base64\n", smd_span_string ("MAMCAQU=\n"));
  expect_cms ("content-transfer-encoding:\n BASE64 \n", smd_span_string ("MAMC\r\nAQU=\n\n"));
  expect_cms ("Content-Transfer-Encoding: binary\n", smd_span_string ("\x30\x03\x02\x01\x05"));
  expect_cms ("Content-Transfer-Encoding: 8bit\n", smd_span_string ("\x30\x03\x02\x01\x05"));
  expect_cms ("Content-Transfer-Encoding: quoted-printable\n", smd_span_string ("=30=03=02=\n=01=05"));
  expect_cms ("", smd_span_string ("MAMCAQU=\n"));
  expect_cms ("", smd_span_string ("\x30\x03\x02\x01\x05"));
}

static void
expect_bare (const char *text)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span_string (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) cms = smd_cms_decode_bare (blob, LIMIT, &error);

  g_assert_no_error (error);
  assert_span (smd_blob_get_span (cms), "\x30\x03\x02\x01\x05");
}

static void
refuse_bare (const char *text)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span_string (text));
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_cms_decode_bare (blob, LIMIT, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
}

static void
test_bare (void)
{
  expect_bare ("\x30\x03\x02\x01\x05");
  expect_bare ("MAMCAQU=");
  expect_bare ("\r\nMAMC\r\nAQU=\r\n");
  expect_bare ("-----BEGIN PKCS7-----\nMAMC\nAQU=\n-----END PKCS7-----\n");
  expect_bare ("A signature:\r\n-----BEGIN CMS-----\r\nMAMCAQU=\r\n-----END CMS-----\r\n");
  refuse_bare ("");
  refuse_bare ("\n\n");
  refuse_bare ("-----BEGIN PKCS7-----\nMAMCAQU=\n");
  refuse_bare ("-----BEGIN PKCS7-----");
  refuse_bare ("Hello, Bob!");
}

static gboolean
is_errant (const char *type, const char *body)
{
  g_autofree char *text = g_strdup_printf ("From: a@example.com\nContent-Type: %s\n\n%s", type, body);
  g_autoptr (SmdMessage) message = parse (text);

  return smd_message_has_errant_layer (message);
}

static void
test_errant_layer (void)
{
  static const char signed_part[] = "--b2\nContent-Type: " SIGNED_TYPE "\n\n" PART_1 PART_2 "--b1--\n\n--b2--\n";
  static const char in_forwarded[] = "--b2\nContent-Type: message/rfc822\n\nFrom: x@example.com\nContent-type: Application/X-PKCS7-mime\n\nMAA=\n--b2--\n";

  g_assert_true (is_errant ("multipart/mixed; boundary=b2", signed_part));
  g_assert_true (is_errant ("multipart/mixed; boundary=b2", in_forwarded));
  g_assert_true (is_errant (SIGNED_TYPE, PART_1 PART_2 PART_1 "--b1--\n"));
  g_assert_false (is_errant ("text/plain", signed_part));
  g_assert_false (is_errant ("multipart/mixed; boundary=b2", "--b2\n\nContent-Type: application/pkcs7-mime\n--b2--\n"));
  g_assert_false (is_errant (SIGNED_TYPE, PART_1 PART_2 "--b1--\n"));
  g_assert_false (is_errant ("application/pkcs7-mime", "MAA="));
}

static void
test_many_parts (void)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: multipart/mixed; boundary=b\n\n");
  g_autoptr (SmdMessage) message = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append (text, i % 2 == 0 ? "--b\n\n" : "--bx\n--b \n\n");
  message = parse_span (smd_span (text->str, text->len));
  g_assert_cmpint (smd_message_get_root (message), ==, SMD_ROOT_NONE);
  g_assert_false (smd_message_has_errant_layer (message));
}

static void
test_deep_nesting (void)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: message/rfc822\n\n");
  g_autoptr (SmdMessage) message = NULL;

  for (guint i = 0; i < 20000; i++)
    g_string_append (text, "Content-Type: message/rfc822\n\n");
  g_string_append (text, "Content-Type: application/pkcs7-mime\n\nMAA=\n");
  message = parse_span (smd_span (text->str, text->len));
  g_assert_false (smd_message_has_errant_layer (message));
}

static void
expect_replaced (const char *outer, const char *inner, const char *expected)
{
  g_autoptr (SmdMessage) message = parse (outer);
  g_autoptr (SmdBlob) entity = smd_blob_new_copy (smd_span_string (inner));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) result = smd_message_replace_entity (message, entity, LIMIT, &error);

  g_assert_no_error (error);
  assert_span (smd_blob_get_span (result), expected);
}

static void
test_replace (void)
{
  static const char outer[] = "Received: x\n y\nFrom: Alice <alice@example.com>\nSubject: outer\nMIME-Version: 1.0\n"
                              "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMAA=\n";

  expect_replaced (outer, "Content-Type: text/plain\r\n\r\nHello\r\n",
                   "Received: x\r\n y\r\nFrom: Alice <alice@example.com>\r\nSubject: outer\r\nMIME-Version: 1.0\r\n"
                   "Content-Type: text/plain\r\n\r\nHello\r\n");
  /* RFC 9788: what was protected replaces what was not. */
  expect_replaced (outer, "MIME-Version: 1.0\nContent-Type: text/plain; hp=clear\nSubject: inner\nFrom: alice@example.com\n\nHello\n",
                   "Received: x\n y\n"
                   "MIME-Version: 1.0\nContent-Type: text/plain; hp=clear\nSubject: inner\nFrom: alice@example.com\n\nHello\n");
  /* No header block at all, an empty one */
  expect_replaced (outer, "Hello\n", "Received: x\n y\nFrom: Alice <alice@example.com>\nSubject: outer\nMIME-Version: 1.0\n\nHello\n");
  expect_replaced (outer, "\nHello\n", "Received: x\n y\nFrom: Alice <alice@example.com>\nSubject: outer\nMIME-Version: 1.0\n\nHello\n");
}

static void
test_replace_keeps_the_sender (void)
{
  expect_replaced ("From: mallory@example.com\n\n", "From: alice@example.com\nContent-Type: text/plain\n\nHello\n",
                   "From: mallory@example.com\nMIME-Version: 1.0\nContent-Type: text/plain\n\nHello\n");
  expect_replaced ("From: mallory@example.com\n\n",
                   "Authentication-Results: mx.example; dkim=pass\nContent-Type: text/plain\n\nHello\n",
                   "From: mallory@example.com\nMIME-Version: 1.0\nContent-Type: text/plain\n\nHello\n");
}

/* What the outermost layer is in the words of the corpus */
static SmdRoot
get_expected_root (const char *sanity)
{
  if (g_str_has_prefix (sanity, "mp-signed(non-pkcs7") || g_str_has_prefix (sanity, "no S/MIME"))
    return SMD_ROOT_NONE;
  return g_str_has_prefix (sanity, "mp-signed") ? SMD_ROOT_CLEAR_SIGNED : SMD_ROOT_PKCS7;
}

/* In these the layer is in a part of a multipart that is no layer. */
static gboolean
has_errant_layer (const char *name)
{
  static const char *const marks[] = { ".in.mixed", "outer-pgp", "multipart-alternative" };

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strstr (name, marks[i]) != NULL)
      return TRUE;

  return FALSE;
}

static void
check_corpus_message (const char *folder, const char *name, SmdRoot expected)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (SmdMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) cms = NULL;
  gsize size = 0;

  if (has_errant_layer (name))
    expected = SMD_ROOT_NONE;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  message = parse_span (smd_span (text, size));
  g_test_message ("%s", name);
  g_assert_cmpint (smd_message_get_root (message), ==, expected);
  g_assert_cmpint (smd_message_has_errant_layer (message), ==, has_errant_layer (name));
  if (expected == SMD_ROOT_NONE)
    return;

  cms = smd_message_decode_cms (message, LIMIT, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (smd_blob_get_span (cms).data[0], ==, 0x30);
}

static void
test_corpus (void)
{
  g_autofree char *folder = smd_test_corpus ("thunderbird");
  g_autofree char *list = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) rows = NULL;
  guint messages = 0;

  if (folder == NULL)
    return;

  list = g_build_filename (folder, "expected.tsv", NULL);
  text = smd_test_read_text (list);
  rows = g_strsplit (text, "\n", -1);
  for (guint i = 1; rows[i] != NULL; i++)
    {
      g_auto (GStrv) columns = g_strsplit (rows[i], "\t", -1);

      if (g_strv_length (columns) < 7 || !g_str_has_suffix (columns[0], ".eml"))
        continue;
      check_corpus_message (folder, columns[0], get_expected_root (columns[6]));
      messages++;
    }
  g_assert_cmpuint (messages, >=, 68);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/obsolete-and-folded-fields-are-read", test_fields);
  g_test_add_func ("/message/two-from-fields-name-nobody", test_two_from_fields);
  g_test_add_func ("/message/a-sender-with-unreadable-rest-is-nobody", test_leftovers_of_addresses);
  g_test_add_func ("/message/fields-that-only-some-readers-see-name-nobody", test_fields_for_some);
  g_test_add_func ("/message/what-has-no-header-is-refused", test_no_header);
  g_test_add_func ("/message/the-signed-bytes-are-those-between-the-delimiters", test_clear_signed);
  g_test_add_func ("/message/what-readers-may-see-differently-is-not-signed", test_ambiguous);
  g_test_add_func ("/message/a-broken-signed-message-is-malformed", test_broken_signed_error);
  g_test_add_func ("/message/pkcs7-is-known-by-type-or-by-name", test_pkcs7_types);
  g_test_add_func ("/message/the-cms-object-comes-in-every-encoding", test_encodings);
  g_test_add_func ("/message/a-bare-cms-object-comes-as-der-base64-or-pem", test_bare);
  g_test_add_func ("/message/layers-below-the-root-are-errant", test_errant_layer);
  g_test_add_func ("/message/100000-parts-are-no-problem", test_many_parts);
  g_test_add_func ("/message/deep-nesting-is-no-problem", test_deep_nesting);
  g_test_add_func ("/message/the-inner-entity-gets-the-outer-fields", test_replace);
  g_test_add_func ("/message/an-inner-from-never-replaces-another-one", test_replace_keeps_the_sender);
  g_test_add_func ("/message/thunderbirds-messages-have-the-expected-root", test_corpus);
  return g_test_run ();
}
