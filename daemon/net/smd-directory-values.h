/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-directory.h"

G_BEGIN_DECLS

/* Each takes one value of an attribute, as a directory sent it: foreign bytes. What can't be read, or is more than
 * the bounds of smd-directory.h, is left out. */

/* `userCertificate` (RFC 4523 section 2.1): one certificate in DER */
void smd_directory_take_certificate (SmdDirectoryAnswer *answer, SmdCrypto *crypto, SmdSpan value);
/* `userSMIMECertificate` (RFC 2798 section 2.8): a SignedData, with the certificates and, if it is signed, the capabilities; its content
 * doesn't matter */
void smd_directory_take_profile (SmdDirectoryAnswer *answer, SmdCrypto *crypto, SmdSpan value);

G_END_DECLS
