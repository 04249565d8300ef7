/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-lines.h"
#include "smd-message-writer.h"
#include "smimed-error.h"

#define LIMIT (16 * 1024 * 1024)

static SmdMessage *
parse_span (SmdSpan span)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (span);
  g_autoptr (GError) error = NULL;
  SmdMessage *message = smd_message_parse (blob, &error);

  g_assert_no_error (error);
  return message;
}

static char *
dup_text (SmdBlob *blob)
{
  SmdSpan span = smd_blob_get_span (blob);

  return g_strndup ((const char *) span.data, span.size);
}

static char *
make_entity (const char *text, gsize size, gboolean transport_safe)
{
  g_autoptr (SmdMessage) message = parse_span (smd_span (text, size));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) entity = smd_message_make_entity (message, transport_safe, LIMIT, &error);

  g_assert_no_error (error);
  return dup_text (entity);
}

static void
expect (const char *text, gboolean transport_safe, const char *expected)
{
  g_autofree char *entity = make_entity (text, strlen (text), transport_safe);

  g_assert_cmpstr (entity, ==, expected);
  if (transport_safe)
    g_assert_cmpuint (smd_lines_scan (smd_span_string (entity)), ==, SMD_LINES_SAFE);
}

static void
test_entity (void)
{
  expect ("From: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain;\n charset=utf-8\n\nHello\nBob\n", FALSE,
          "Content-Type: text/plain;\r\n charset=utf-8\r\n\r\nHello\r\nBob\r\n");
  expect ("From: a@example.com\r\nContent-Type: text/plain\r\n\r\nHello\r\n", TRUE, "Content-Type: text/plain\r\n\r\nHello\r\n");
  expect ("From: a@example.com\n\nHello\n", TRUE, "Content-Type: text/plain; charset=us-ascii\r\n\r\nHello\r\n");
  expect ("From: a@example.com\n\nGr\xc3\xbc\xc3\x9f" "e \n", FALSE, "Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9f" "e \r\n");
  expect ("From: a@example.com\n", FALSE, "Content-Type: text/plain; charset=us-ascii\r\n\r\n");
}

static void
test_entity_that_is_ready (void)
{
  static const char text[] = "From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/plain;\r\n charset=utf-8\r\n"
                             "Content-Transfer-Encoding: 7bit\r\n\r\nHello\r\n";
  g_autoptr (SmdMessage) message = parse_span (smd_span_string (text));
  g_autoptr (SmdBlob) entity = smd_message_make_entity (message, TRUE, LIMIT, NULL);
  SmdSpan whole = smd_blob_get_span (smd_message_get_blob (message));

  g_assert_true (smd_blob_get_span (entity).data == (const guint8 *) strstr ((const char *) whole.data, "Content-Type"));
  g_assert_true (smd_blob_get_span (entity).data + smd_blob_get_span (entity).size == whole.data + whole.size);
  /* A field behind, one in front, no empty line */
  expect ("Content-Type: x/y\r\nTo: b\r\n\r\nHello\r\n", FALSE, "Content-Type: x/y\r\n\r\nHello\r\n");
  expect ("Content-Type: x/y\r\nTo: b\r\nContent-ID: 1\r\n\r\nHello\r\n", FALSE, "Content-Type: x/y\r\nContent-ID: 1\r\n\r\nHello\r\n");
  expect ("To: b\r\nContent-Type: x/y\r\n", FALSE, "Content-Type: x/y\r\n\r\n");
  expect ("To: b\r\nContent-Type: x/y\n\r\nHello", FALSE, "Content-Type: x/y\r\n\r\nHello");
}

static void
test_two_types (void)
{
  g_autoptr (SmdMessage) message = parse_span (smd_span_string ("Content-Type: text/plain\nContent-Type: text/html\n\nx\n"));
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_message_make_entity (message, TRUE, LIMIT, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
}

static void
test_too_large (void)
{
  g_autoptr (SmdMessage) message = parse_span (smd_span_string ("Content-Type: text/plain\n\nsome text\n"));
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_message_make_entity (message, TRUE, 20, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
}

static void
test_binary_body (void)
{
  expect ("Content-Type: application/x-data\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\r\nc", FALSE,
          "Content-Type: application/x-data\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\r\nc");
  /* Nor is one lost in a multipart that doesn't say that it is binary. */
  expect ("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/x-data\r\n"
          "Content-Transfer-Encoding: binary\r\n\r\na\nb\r\nc\r\n--b--\r\n",
          FALSE,
          "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/x-data\r\n"
          "Content-Transfer-Encoding: base64\r\n\r\nYQpiDQpj\r\n\r\n--b--\r\n");
  expect ("Content-Type: application/x-data\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\r\nc", TRUE,
          "Content-Type: application/x-data\r\nContent-Transfer-Encoding: base64\r\n\r\nYQpiDQpj\r\n");
}

static void
test_text_becomes_quoted_printable (void)
{
  expect ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
          "Gr\xc3\xbc\xc3\x9f" "e and a long text behind it so that there is not much to be escaped\nFrom here\n-- \nx = y\n", TRUE,
          "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
          "Gr=C3=BC=C3=9Fe and a long text behind it so that there is not much to be e=\r\nscaped\r\n=46rom here\r\n=2D-=20\r\nx =3D y\r\n");
  expect ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\xc3\xa4\xc3\xb6\n", TRUE,
          "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nw6TDtg0K\r\n");
}

static void
test_parts (void)
{
  expect ("Content-Type: multipart/mixed; boundary=b \nContent-Transfer-Encoding: 8bit\n\npreamble \n--b\n\nsafe\n"
          "--b \nContent-Type: text/x-y\nContent-Transfer-Encoding: quoted-printable\n\nFrom a=\nb =C3=A4\n"
          "--b\nContent-Type: image/x\nContent-Transfer-Encoding: base64\n\nAAAA \nAQ==\n"
          "--b\nContent-Type: message/rfc822\n\nSubject: x\n\nblank \n--b--\nepilogue\n", TRUE,
          "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsafe\r\n"
          "--b\r\nContent-Type: text/x-y\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=46rom ab =C3=A4\r\n"
          "--b\r\nContent-Type: image/x\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAAAQ==\r\n\r\n"
          "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nblank=20\r\n--b--\r\n");
}

static void
test_eight_bit_file_name (void)
{
  const char *text = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; name=\"\xc3\xa4.txt\"\n"
                     "Content-Disposition: attachment; filename=\"\xc3\xa4.txt\"\nContent-Description: \xc3\xa4\n\nx\n--b--\n";
  g_autofree char *entity = make_entity (text, strlen (text), TRUE);

  g_assert_cmpuint (smd_lines_scan (smd_span_string (entity)), ==, SMD_LINES_SAFE);
  g_assert_nonnull (strstr (entity, "Content-Disposition: attachment"));
  g_test_message ("%s", entity);
  g_assert_nonnull (strstr (entity, "filename*="));
  g_assert_nonnull (strstr (entity, "Content-Description: =?"));
}

/* Returns: (transfer full): what stands behind @name, its lines joined again */
static char *
unfold (const char *entity, const char *name)
{
  const char *start = strstr (entity, name);
  GString *field = g_string_new (NULL);

  g_assert_nonnull (start);
  for (const char *p = start + strlen (name); *p != '\n' || p[1] == ' ' || p[1] == '\t'; p++)
    if (*p != '\r' && *p != '\n')
      g_string_append_c (field, *p);
  return g_string_free (field, FALSE);
}

/* Returns: (transfer full): the field of an entity that was made of one with this @value, unfolded */
static char *
describe (const char *value)
{
  g_autofree char *text = g_strdup_printf ("Content-Description: %s\nContent-Type: text/plain\n\nx\n", value);
  g_autofree char *entity = make_entity (text, strlen (text), TRUE);

  g_assert_cmpuint (smd_lines_scan (smd_span_string (entity)), ==, SMD_LINES_SAFE);
  return unfold (entity, "Content-Description: ");
}

static void
test_long_fields (void)
{
  g_autoptr (GString) words = g_string_new ("Words:");
  g_autofree char *letters = g_strnfill (3000, 'z');
  g_autofree char *eight_bit = g_strconcat ("\xc3\xa4 ", letters, NULL);
  g_autofree char *field = NULL, *field2 = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (words, " word%u", i);

  field = describe (words->str);
  g_assert_cmpstr (field, ==, words->str);
  field2 = describe (eight_bit);
  g_assert_true (g_str_has_prefix (field2, "=?"));
}

static void
test_protected_parts_stay (void)
{
  const char *text = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/signed; boundary=c\n\n"
                     "--c\n\n\xc3\xa4 \n--c\nContent-Type: application/pgp-signature\n\nx\n--c--\n\n--b--\n";
  g_autofree char *entity = make_entity (text, strlen (text), TRUE);

  g_assert_nonnull (strstr (entity, "--c\r\n\r\n\xc3\xa4 \r\n--c\r\n"));
}

static char *
decode_quoted_printable (const char *text)
{
  GString *content = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (*p != '=')
      g_string_append_c (content, *p);
    else
      {
        if (p[1] != '\r')
          g_string_append_c (content, (char) (g_ascii_xdigit_value (p[1]) << 4 | g_ascii_xdigit_value (p[2])));
        p += 2;
      }
  return g_string_free (content, FALSE);
}

static void
check_random_text (const char *alphabet, gsize letters)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *text = NULL;
  g_autofree char *entity = NULL;
  g_autofree char *content = NULL;
  g_autofree char *canonical = NULL;
  g_auto (GStrv) lines = NULL;
  const char *encoded;

  for (int i = g_test_rand_int_range (0, 400); i > 0; i--)
    g_string_append_printf (body, "%s", g_test_rand_int_range (0, 12) == 0 ? "\nFrom --b \t" : "");
  for (int i = g_test_rand_int_range (0, 3000); i > 0; i--)
    g_string_insert_c (body, g_test_rand_int_range (0, (int) body->len + 1), alphabet[g_test_rand_int_range (0, (int) letters)]);
  g_string_append (body, "\n ");
  lines = g_strsplit (body->str, "\n", -1);
  canonical = g_strjoinv ("\r\n", lines);

  text = g_strconcat ("Content-Type: text/plain\n\n", body->str, NULL);
  entity = make_entity (text, strlen (text), TRUE);
  g_assert_cmpuint (smd_lines_scan (smd_span_string (entity)), ==, SMD_LINES_SAFE);

  encoded = strstr (entity, "\r\n\r\n") + 4;
  for (const char *line = encoded; line != NULL && *line != '\0'; line = strchr (line, '\n') != NULL ? strchr (line, '\n') + 1 : NULL)
    g_assert_cmpuint (strcspn (line, "\r\n"), <=, 76);
  content = decode_quoted_printable (encoded);
  g_assert_cmpstr (content, ==, canonical);
}

static void
test_random_text (void)
{
  static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-=\t";

  for (guint i = 0; i < 100; i++)
    check_random_text (alphabet, strlen (alphabet));
}

static void
check_signed (SmdMessage *outer, const char *head)
{
  static const char entity[] = "Content-Type: text/plain\r\n\r\nHello\r\n";
  guint8 signature[200] = { 0x30, 0x81, 0xc5 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) blob = smd_message_write_clear_signed (outer, smd_span_string (entity), smd_span (signature, sizeof signature), "sha-256",
                                                             LIMIT, &error);
  g_autofree char *text = NULL;
  g_autoptr (SmdMessage) message = NULL;
  g_autoptr (SmdBlob) cms = NULL;
  SmdSpan span;

  g_assert_no_error (error);
  text = dup_text (blob);
  g_assert_cmpuint (smd_lines_scan (smd_span_string (text)), ==, SMD_LINES_SAFE);
  g_assert_true (g_str_has_prefix (text, head));
  g_assert_nonnull (strstr (text, "micalg=sha-256;"));

  message = parse_span (smd_blob_get_span (blob));
  g_assert_cmpint (smd_message_get_root (message), ==, SMD_ROOT_CLEAR_SIGNED);
  span = smd_message_get_signed_entity (message);
  g_assert_cmpmem (span.data, span.size, entity, strlen (entity));
  cms = smd_message_decode_cms (message, LIMIT, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (smd_blob_get_span (cms).data, smd_blob_get_span (cms).size, signature, sizeof signature);
}

static void
test_clear_signed (void)
{
  g_autoptr (SmdMessage) outer = parse_span (smd_span_string ("From: a@example.com\nBCC: secret@example.com\nResent-Bcc: s@example.com\n"
                                                              "no field at all\nX-Folded: 1\n\t2\nmime-version: 1.0\nContent-Type: x/y\n"
                                                              "To: b@example.com\n\nbody\n"));

  check_signed (outer, "From: a@example.com\r\nX-Folded: 1\r\n\t2\r\nTo: b@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/signed;\r\n");
  check_signed (NULL, "Content-Type: multipart/signed;\r\n");
}

static void
check_pkcs7 (gsize size)
{
  g_autofree guint8 *bytes = g_malloc (size);
  g_autoptr (SmdMessage) outer = parse_span (smd_span_string ("From: a@example.com\nBcc: secret@example.com\nSubject: x"));
  g_autoptr (SmdPkcs7Writer) writer = smd_pkcs7_writer_new (outer, "authEnveloped-data", LIMIT, NULL);
  g_autoptr (SmdMessage) message = NULL;
  g_autoptr (SmdBlob) blob = NULL;
  g_autoptr (SmdBlob) cms = NULL;

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (i * 7 + 0x30);
  for (gsize i = 0; i < size; i += 100)
    g_assert_true (smd_sink_write (smd_pkcs7_writer_get_sink (writer), smd_span (bytes + i, MIN (100, size - i)), NULL));
  blob = smd_pkcs7_writer_finish (g_steal_pointer (&writer), NULL);

  message = parse_span (smd_blob_get_span (blob));
  g_assert_true (g_str_has_prefix ((const char *) smd_blob_get_span (blob).data, "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"));
  g_assert_cmpuint (smd_lines_scan (smd_blob_get_span (blob)), ==, SMD_LINES_SAFE);
  g_assert_cmpint (smd_message_get_root (message), ==, SMD_ROOT_PKCS7);
  g_assert_nonnull (g_strstr_len ((const char *) smd_blob_get_span (blob).data, 500, "; smime-type=authEnveloped-data"));
  cms = smd_message_decode_cms (message, LIMIT, NULL);
  g_assert_cmpmem (smd_blob_get_span (cms).data, smd_blob_get_span (cms).size, bytes, size);
}

static void
test_pkcs7 (void)
{
  check_pkcs7 (1);
  check_pkcs7 (47);
  check_pkcs7 (48);
  check_pkcs7 (100001);
}

static void
test_pkcs7_limit (void)
{
  g_autoptr (SmdPkcs7Writer) writer = smd_pkcs7_writer_new (NULL, "signed-data", 1000, NULL);
  g_autofree char *bytes = g_strnfill (2000, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_false (smd_sink_write (smd_pkcs7_writer_get_sink (writer), smd_span_string (bytes), &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-writer/the-entity-is-canonical-and-has-content-fields-only", test_entity);
  g_test_add_func ("/message-writer/an-entity-that-is-ready-is-not-copied", test_entity_that_is_ready);
  g_test_add_func ("/message-writer/a-message-with-two-types-is-not-protected", test_two_types);
  g_test_add_func ("/message-writer/an-entity-over-the-limit-is-too-large", test_too_large);
  g_test_add_func ("/message-writer/a-binary-body-keeps-its-octets", test_binary_body);
  g_test_add_func ("/message-writer/unsafe-text-becomes-quoted-printable", test_text_becomes_quoted_printable);
  g_test_add_func ("/message-writer/unsafe-parts-are-encoded-where-they-are", test_parts);
  g_test_add_func ("/message-writer/an-8-bit-file-name-is-encoded", test_eight_bit_file_name);
  g_test_add_func ("/message-writer/long-fields-are-folded", test_long_fields);
  g_test_add_func ("/message-writer/what-is-signed-already-is-left-alone", test_protected_parts_stay);
  g_test_add_func ("/message-writer/any-text-comes-back-from-quoted-printable", test_random_text);
  g_test_add_func ("/message-writer/a-clear-signed-message-holds-entity-and-signature-without-bcc", test_clear_signed);
  g_test_add_func ("/message-writer/a-pkcs7-message-holds-what-was-written-to-it", test_pkcs7);
  g_test_add_func ("/message-writer/a-pkcs7-message-over-the-limit-is-too-large", test_pkcs7_limit);
  return g_test_run ();
}
