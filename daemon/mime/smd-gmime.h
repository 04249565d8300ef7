/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gmime/gmime.h>

G_BEGIN_DECLS

#define SMD_GMIME_FUNCTIONS(FUNCTION) \
  FUNCTION (init) FUNCTION (content_disposition_encode) FUNCTION (content_disposition_get_parameter) \
  FUNCTION (content_disposition_get_parameters) FUNCTION (content_disposition_parse) FUNCTION (content_encoding_from_string) \
  FUNCTION (content_type_encode) FUNCTION (content_type_get_media_subtype) FUNCTION (content_type_get_media_type) \
  FUNCTION (content_type_get_parameters) FUNCTION (content_type_is_type) FUNCTION (content_type_parse) FUNCTION (encoding_init_decode) \
  FUNCTION (encoding_step) FUNCTION (param_get_name) FUNCTION (param_get_value) FUNCTION (param_list_get_parameter_at) \
  FUNCTION (param_list_length) FUNCTION (utils_header_decode_date) FUNCTION (utils_header_decode_text) \
  FUNCTION (utils_header_encode_text) FUNCTION (utils_unstructured_header_fold)
#define SMD_GMIME_ADDRESS_FUNCTIONS(FUNCTION) \
  FUNCTION (list_parse) FUNCTION (list_length) FUNCTION (list_get_address) FUNCTION (mailbox_get_type) FUNCTION (mailbox_get_addr) \
  FUNCTION (group_get_type) FUNCTION (group_get_members)
#define SMD_GMIME_DECLARE(name) typeof (g_mime_##name) *name;             /* (unowned) */
#define SMD_GMIME_ADDRESS_DECLARE(name) typeof (internet_address_##name) *name; /* (unowned) */

/* GMime's functions, see SmdLibrary: it brings seven more libraries. */
typedef struct
{
  SMD_GMIME_FUNCTIONS (SMD_GMIME_DECLARE)
  struct
  {
    SMD_GMIME_ADDRESS_FUNCTIONS (SMD_GMIME_ADDRESS_DECLARE)
  } address;
} SmdGMime;

/**
 * smd_gmime:
 *
 * Loads and initialises the library at the first use in the process; cheap to call again. Any thread. Ends the process if it isn't
 * installed.
 *
 * Returns: (transfer none): its functions
 */
const SmdGMime *smd_gmime (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (InternetAddressList, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeContentDisposition, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeContentType, g_object_unref)

G_END_DECLS
