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

/**
 * SmdLdapLibrary:
 *
 * libldap's functions. The library is loaded at the first use: linking it would cost each start of the daemon. Init with zero bytes.
 */
typedef struct
{
  GMutex lock; /* for loading */
  gboolean loaded;
  SMD_LDAP_FUNCTIONS (SMD_LDAP_DECLARE)
  typeof (ber_sockbuf_ctrl) *sockbuf_ctrl; /* (unowned) */
  typeof (ber_free) *free_ber;             /* (unowned) */
} SmdLdapLibrary;

/* Any thread. Returns: FALSE on error: `NotSupported`: the library isn't installed */
gboolean smd_ldap_library_load (SmdLdapLibrary *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_ldap_library_clear (SmdLdapLibrary *self);

G_END_DECLS
