/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-path-names.h"

#include "smd-address.h"
#include "smd-name.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"
#include "smd-path-problem.h"

/* Names times an issuer's constraints: a stranger chooses both, and how many issuers there are. OpenSSL refuses more than so many of any kind;
 * comparing mailboxes costs more. */
#define MOST_COMPARED (1 << 20)
#define MOST_MAILBOXES (1 << 16)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NAME_CONSTRAINTS, NAME_CONSTRAINTS_free)

static SmdSpan
name_span (const GENERAL_NAME *name)
{
  const ASN1_STRING *string = name->d.ia5;

  return smd_span (ASN1_STRING_get0_data (string), (gsize) ASN1_STRING_length (string));
}

/* `*.example.org` stands for names that `bar.example.org` excludes. */
static gboolean
wildcard_covers (SmdSpan wildcard, SmdSpan excluded)
{
  SmdSpan suffix = smd_span_skip (wildcard, 1);

  return wildcard.size > 2 && wildcard.data[0] == '*' && wildcard.data[1] == '.' && excluded.size > suffix.size
         && g_ascii_strncasecmp ((const char *) excluded.data + excluded.size - suffix.size, (const char *) suffix.data,
                                 suffix.size)
                == 0;
}

static gboolean
is_excluded (const GENERAL_NAME *name, const NAME_CONSTRAINTS *constraints)
{
  for (int i = 0; name->type == GEN_DNS && i < sk_GENERAL_SUBTREE_num (constraints->excludedSubtrees); i++)
    {
      const GENERAL_NAME *base = sk_GENERAL_SUBTREE_value (constraints->excludedSubtrees, i)->base;

      if (base->type == GEN_DNS && wildcard_covers (name_span (name), name_span (base)))
        return TRUE;
    }

  return FALSE;
}

/* Whether OpenSSL compares the part behind the last @ of something that has two */
static gboolean
is_no_address (const GENERAL_NAME *name)
{
  SmdSpan span = name->type == GEN_EMAIL ? name_span (name) : SMD_SPAN_EMPTY;
  const guint8 *at = span.size > 0 ? memchr (span.data, '@', span.size) : NULL;

  return name->type == GEN_EMAIL && (at == NULL || memchr (at + 1, '@', span.size - (gsize) (at + 1 - span.data)) != NULL);
}

/* ---- RFC 9598's mailboxes, which OpenSSL holds against constraints of one form alone: not against subdomains, not against
 * mailboxes, and not if the domain is written otherwise ---- */

static const OTHERNAME *
get_mailbox (const GENERAL_NAME *name)
{
  return name->type == GEN_OTHERNAME && OBJ_obj2nid (name->d.otherName->type_id) == NID_id_on_SmtpUTF8Mailbox ? name->d.otherName : NULL;
}

/* Returns: (transfer full) (nullable): its normal form; %NULL if it isn't an address */
static char *
normalize (const OTHERNAME *mailbox)
{
  gboolean text = mailbox->value->type == V_ASN1_UTF8STRING;
  g_autofree char *address = text ? smd_name_clean_text (mailbox->value->value.utf8string) : NULL;

  return address != NULL ? smd_address_normalize (address) : NULL;
}

static gboolean
concerns_mailboxes (const GENERAL_NAME *base)
{
  return base->type == GEN_EMAIL || get_mailbox (base) != NULL;
}

/* Returns: (transfer full) (nullable): a mailbox in its normal form, a host, or a domain with all of its hosts, after a dot */
static char *
read_base (const GENERAL_NAME *base)
{
  g_autofree char *text = base->type == GEN_EMAIL ? smd_name_clean_text (base->d.rfc822Name) : normalize (get_mailbox (base));

  return text != NULL && strchr (text, '@') != NULL ? smd_address_normalize (text) : g_steal_pointer (&text);
}

/* Returns: (transfer full) (element-type utf8): what read_base() says of those that concern mailboxes */
static GPtrArray *
list_bases (const STACK_OF (GENERAL_SUBTREE) *subtrees)
{
  GPtrArray *bases = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < sk_GENERAL_SUBTREE_num (subtrees); i++)
    {
      const GENERAL_NAME *base = sk_GENERAL_SUBTREE_value (subtrees, i)->base;

      if (concerns_mailboxes (base))
        g_ptr_array_add (bases, read_base (base));
    }

  return bases;
}

/* @address: a normal form */
static gboolean
lies_within (const char *address, const char *base)
{
  const char *host = strrchr (address, '@') + 1;
  gsize length = strlen (base);

  if (strchr (base, '@') != NULL)
    return g_str_equal (address, base);
  if (base[0] != '.')
    return g_ascii_strcasecmp (host, base) == 0;
  return strlen (host) > length && g_ascii_strcasecmp (host + strlen (host) - length, base) == 0;
}

static gboolean
lies_within_any (const char *address, GPtrArray *bases)
{
  for (guint i = 0; i < bases->len; i++)
    if (bases->pdata[i] != NULL && lies_within (address, bases->pdata[i]))
      return TRUE;

  return FALSE;
}

/* Of what isn't an address nobody can tell where it lies. */
static gboolean
is_strange_mailbox (const GENERAL_NAME *name, GPtrArray *permitted, GPtrArray *excluded)
{
  const OTHERNAME *mailbox = get_mailbox (name);
  g_autofree char *address = mailbox != NULL ? normalize (mailbox) : NULL;

  if (mailbox == NULL)
    return FALSE;
  if (address == NULL)
    return permitted->len > 0 || excluded->len > 0;
  return (permitted->len > 0 && !lies_within_any (address, permitted)) || lies_within_any (address, excluded);
}

/* OpenSSL compares letter by letter. What is written otherwise, with a dot behind the domain, quotes that nobody needs or other case, is the
 * same address to us, and so excluded too. */
static gboolean
hides_excluded (SmdCertificate *leaf, GPtrArray *excluded)
{
  const char *const *addresses = smd_certificate_get_addresses (leaf);

  for (guint i = 0; addresses[i] != NULL && excluded->len > 0; i++)
    {
      g_autofree char *normal = smd_address_normalize (addresses[i]);

      if (normal != NULL && lies_within_any (normal, excluded))
        return TRUE;
    }
  return FALSE;
}

/* ---- all together ---- */

static guint
count_mailboxes (const GENERAL_NAMES *names)
{
  guint count = 0;

  for (int i = 0; i < sk_GENERAL_NAME_num (names); i++)
    count += get_mailbox (sk_GENERAL_NAME_value (names, i)) != NULL;
  return count;
}

/* @bases: how many of the constraints concern mailboxes */
static gboolean
are_too_many (SmdCertificate *leaf, const GENERAL_NAMES *names, const NAME_CONSTRAINTS *constraints, gint64 bases)
{
  gint64 count = MAX (sk_GENERAL_SUBTREE_num (constraints->permittedSubtrees), 0)
                 + MAX (sk_GENERAL_SUBTREE_num (constraints->excludedSubtrees), 0);
  gint64 addresses = (gint64) g_strv_length ((char **) smd_certificate_get_addresses (leaf));

  return bases * (addresses + count_mailboxes (names)) > MOST_MAILBOXES
         || count * (addresses + MAX (sk_GENERAL_NAME_num (names), 0)) > MOST_COMPARED;
}

static gboolean
is_violated (SmdCertificate *leaf, const GENERAL_NAMES *names, const NAME_CONSTRAINTS *constraints)
{
  g_autoptr (GPtrArray) permitted = list_bases (constraints->permittedSubtrees);
  g_autoptr (GPtrArray) excluded = list_bases (constraints->excludedSubtrees);

  if (are_too_many (leaf, names, constraints, (gint64) permitted->len + excluded->len))
    return TRUE;

  for (int i = 0; i < sk_GENERAL_NAME_num (names); i++)
    {
      const GENERAL_NAME *name = sk_GENERAL_NAME_value (names, i);

      if (is_no_address (name) || is_excluded (name, constraints) || is_strange_mailbox (name, permitted, excluded))
        return TRUE;
    }

  return hides_excluded (leaf, excluded);
}

static NAME_CONSTRAINTS *
get_constraints (const SmdPath *path, guint depth)
{
  return X509_get_ext_d2i (smd_path_get_x509 (path, depth), NID_name_constraints, NULL, NULL);
}

static void
add_violation (SmdPath *path, const GENERAL_NAMES *names)
{
  for (guint i = 1; i < path->chain->len && !smd_problems_contain (path->problems, SMIMED_PROBLEM_NAME_CONSTRAINTS); i++)
    {
      g_autoptr (NAME_CONSTRAINTS) constraints = get_constraints (path, i);

      if (constraints != NULL && is_violated (path->chain->pdata[0], names, constraints))
        smd_path_add_problem (path, 0, SMIMED_PROBLEM_NAME_CONSTRAINTS, "A name that can't be told to lie within the issuer's constraints");
    }
}

/* Takes the mailboxes away from @names. Returns: whether there were any */
static gboolean
drop_mailboxes (GENERAL_NAMES *names)
{
  int before = sk_GENERAL_NAME_num (names);

  for (int i = before - 1; i >= 0; i--)
    if (get_mailbox (sk_GENERAL_NAME_value (names, i)) != NULL)
      GENERAL_NAME_free (sk_GENERAL_NAME_delete (names, i));

  return sk_GENERAL_NAME_num (names) != before;
}

/* Returns: (transfer full) (nullable): a certificate with the same names but for RFC 9598's mailboxes; %NULL: it has none */
static X509 *
make_without_mailboxes (X509 *leaf)
{
  g_autoptr (GENERAL_NAMES) names = X509_get_ext_d2i (leaf, NID_subject_alt_name, NULL, NULL);
  g_autoptr (X509) copy = names != NULL && drop_mailboxes (names) ? X509_dup (leaf) : NULL;

  if (copy == NULL)
    return NULL;
  X509_EXTENSION_free (X509_delete_ext (copy, X509_get_ext_by_NID (copy, NID_subject_alt_name, -1)));
  if (sk_GENERAL_NAME_num (names) > 0 && X509_add1_ext_i2d (copy, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) != 1)
    return NULL;
  X509_check_purpose (copy, -1, 0);
  return g_steal_pointer (&copy);
}

static gboolean
keeps_all (const SmdPath *path, X509 *leaf)
{
  for (guint i = 1; i < path->chain->len; i++)
    {
      g_autoptr (NAME_CONSTRAINTS) constraints = get_constraints (path, i);

      if (constraints != NULL && NAME_CONSTRAINTS_check (leaf, constraints) != X509_V_OK)
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_of_leaf (const SmdProblem *problem)
{
  return problem->code == SMIMED_PROBLEM_NAME_CONSTRAINTS && problem->depth == 0;
}

/* If only the mailboxes are to blame, add_violation() tells whether they are. */
static void
drop_false_violation (SmdPath *path)
{
  g_autoptr (X509) bare = NULL;

  for (guint i = path->problems->len; i > 0; i--)
    {
      if (!is_of_leaf (path->problems->pdata[i - 1]))
        continue;
      if (bare == NULL)
        bare = make_without_mailboxes (smd_path_get_x509 (path, 0));
      if (bare != NULL && keeps_all (path, bare))
        g_ptr_array_remove_index (path->problems, i - 1);
    }
}

void
smd_path_check_names (SmdPath *path)
{
  g_autoptr (GENERAL_NAMES) names = X509_get_ext_d2i (smd_path_get_x509 (path, 0), NID_subject_alt_name, NULL, NULL);

  drop_false_violation (path);
  add_violation (path, names);
  smd_openssl_forget ();
}
