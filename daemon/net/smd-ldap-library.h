/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <ldap.h>
#include <openldap.h>

G_BEGIN_DECLS

/* The one file that includes libldap's headers. */
#define SMD_LDAP_FUNCTIONS(FUNCTION) \
  FUNCTION (init_fd) FUNCTION (install_tls) FUNCTION (start_tls_s) FUNCTION (sasl_bind) FUNCTION (set_option) FUNCTION (get_option) \
  FUNCTION (url_parse) FUNCTION (free_urldesc) FUNCTION (search_ext) FUNCTION (result) FUNCTION (parse_result) FUNCTION (first_entry) FUNCTION (get_dn) \
  FUNCTION (first_attribute) FUNCTION (next_attribute) FUNCTION (get_values_len) FUNCTION (value_free_len) FUNCTION (memfree) \
  FUNCTION (msgfree) FUNCTION (msgid) FUNCTION (abandon_ext) FUNCTION (unbind_ext) FUNCTION (err2string) FUNCTION (create_page_control) \
  FUNCTION (parse_pageresponse_control) FUNCTION (control_find) FUNCTION (control_free) FUNCTION (controls_free)
#define SMD_LDAP_DECLARE(name) typeof (ldap_##name) *name; /* (unowned) */

/* libldap's functions, see SmdLibrary */
typedef struct
{
  SMD_LDAP_FUNCTIONS (SMD_LDAP_DECLARE)
  typeof (ber_sockbuf_ctrl) *sockbuf_ctrl; /* (unowned) */
  typeof (ber_free) *free_ber;             /* (unowned) */
} SmdLdapLibrary;

/* Any thread. Returns: (transfer none): the library's functions; on error `NotSupported`: it isn't installed */
const SmdLdapLibrary *smd_ldap_library (GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
