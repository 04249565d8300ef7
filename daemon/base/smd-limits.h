/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Bounds on what foreign bytes may ask of us. Sizes in bytes. */
#define SMD_LIMIT_LAYERS 8                        /* S/MIME layers at the root of a message */
#define SMD_LIMIT_DER_DEPTH 32                    /* nesting of one ASN.1 structure that we walk */
#define SMD_LIMIT_SIGNERS 64                      /* SignerInfos judged in one SignedData */
#define SMD_LIMIT_RECIPIENTS 4096                 /* RecipientInfos read in one EnvelopedData */
#define SMD_LIMIT_CERTIFICATES 256                /* certificates taken from one message or file */
#define SMD_LIMIT_FILE_CERTIFICATES 4096          /* certificates taken from one file that the user imports */
#define SMD_LIMIT_CERTIFICATE (256 * 1024)        /* one certificate */
#define SMD_LIMIT_ASKED 16384                     /* addresses of one call of Evaluate or Encrypt */
#define SMD_LIMIT_NAME 4096                       /* the issuer by which a signer or recipient is named */
#define SMD_LIMIT_NUMBER 1024                     /* the serial number or key id, likewise */
#define SMD_LIMIT_ATTRIBUTES (64 * 1024)          /* signed or authenticated attributes together */
#define SMD_LIMIT_HEADER (1024 * 1024)            /* the header block of a message */
#define SMD_LIMIT_HEADER_FIELDS 4096              /* fields in it */
#define SMD_LIMIT_ADDRESSES (64 * 1024)           /* one address field that we read */
#define SMD_LIMIT_PKCS12 (4 * 1024 * 1024)        /* a PKCS#12 file */
#define SMD_LIMIT_DELIVERIES 1000                 /* files looked at that an administrator delivers */
#define SMD_LIMIT_PKCS12_ITERATIONS 10000000      /* of a password-based key derivation */
#define SMD_LIMIT_CERTIFICATE_FILE (8 * 1024 * 1024)
#define SMD_LIMIT_CRL (256 * 1024 * 1024)         /* a CRL that is fetched or imported */
#define SMD_LIMIT_PASSWORD 4096
#define SMD_LIMIT_EXPANSION 1000                  /* CompressedData: output per input byte */
#define SMD_LIMIT_OCSP (256 * 1024)               /* an OCSP response */
#define SMD_LIMIT_FETCHES 64                      /* places asked for one call's verdicts */
#define SMD_LIMIT_FETCHED 64                      /* issuers that come so */
