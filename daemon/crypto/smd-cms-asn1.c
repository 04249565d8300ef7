/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-asn1.h"

/* clang-format off */

ASN1_SEQUENCE (SmdAsn1IssuerAndSerial) = {
  ASN1_SIMPLE (SmdAsn1IssuerAndSerial, issuer, X509_NAME),
  ASN1_SIMPLE (SmdAsn1IssuerAndSerial, serial, ASN1_INTEGER),
} ASN1_SEQUENCE_END (SmdAsn1IssuerAndSerial)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1IssuerAndSerial)

ASN1_CHOICE (SmdAsn1Identifier) = {
  ASN1_SIMPLE (SmdAsn1Identifier, d.issuer_and_serial, SmdAsn1IssuerAndSerial),
  ASN1_IMP (SmdAsn1Identifier, d.key_id, ASN1_OCTET_STRING, 0),
} ASN1_CHOICE_END (SmdAsn1Identifier)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1Identifier)

ASN1_ITEM_TEMPLATE (SmdAsn1Attributes) =
  ASN1_EX_TEMPLATE_TYPE (ASN1_TFLG_SET_OF, 0, attributes, X509_ATTRIBUTE)
ASN1_ITEM_TEMPLATE_END (SmdAsn1Attributes)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1Attributes)

ASN1_SEQUENCE (SmdAsn1SignerInfo) = {
  ASN1_EMBED (SmdAsn1SignerInfo, version, INT32),
  ASN1_SIMPLE (SmdAsn1SignerInfo, id, SmdAsn1Identifier),
  ASN1_SIMPLE (SmdAsn1SignerInfo, digest_algorithm, X509_ALGOR),
  ASN1_IMP_SET_OF_OPT (SmdAsn1SignerInfo, signed_attributes, X509_ATTRIBUTE, 0),
  ASN1_SIMPLE (SmdAsn1SignerInfo, signature_algorithm, X509_ALGOR),
  ASN1_SIMPLE (SmdAsn1SignerInfo, signature, ASN1_OCTET_STRING),
  ASN1_IMP_SET_OF_OPT (SmdAsn1SignerInfo, unsigned_attributes, X509_ATTRIBUTE, 1),
} ASN1_SEQUENCE_END (SmdAsn1SignerInfo)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1SignerInfo)

ASN1_SEQUENCE (SmdAsn1KeyTransport) = {
  ASN1_EMBED (SmdAsn1KeyTransport, version, INT32),
  ASN1_SIMPLE (SmdAsn1KeyTransport, id, SmdAsn1Identifier),
  ASN1_SIMPLE (SmdAsn1KeyTransport, key_encryption_algorithm, X509_ALGOR),
  ASN1_SIMPLE (SmdAsn1KeyTransport, encrypted_key, ASN1_OCTET_STRING),
} ASN1_SEQUENCE_END (SmdAsn1KeyTransport)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1KeyTransport)

ASN1_SEQUENCE (SmdAsn1OriginatorKey) = {
  ASN1_SIMPLE (SmdAsn1OriginatorKey, algorithm, X509_ALGOR),
  ASN1_SIMPLE (SmdAsn1OriginatorKey, public_key, ASN1_BIT_STRING),
} ASN1_SEQUENCE_END (SmdAsn1OriginatorKey)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1OriginatorKey)

ASN1_CHOICE (SmdAsn1Originator) = {
  ASN1_SIMPLE (SmdAsn1Originator, d.issuer_and_serial, SmdAsn1IssuerAndSerial),
  ASN1_IMP (SmdAsn1Originator, d.key_id, ASN1_OCTET_STRING, 0),
  ASN1_IMP (SmdAsn1Originator, d.key, SmdAsn1OriginatorKey, 1),
} ASN1_CHOICE_END (SmdAsn1Originator)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1Originator)

ASN1_SEQUENCE (SmdAsn1RecipientKeyId) = {
  ASN1_SIMPLE (SmdAsn1RecipientKeyId, key_id, ASN1_OCTET_STRING),
  ASN1_OPT (SmdAsn1RecipientKeyId, date, ASN1_GENERALIZEDTIME),
  ASN1_OPT (SmdAsn1RecipientKeyId, other, ASN1_ANY),
} ASN1_SEQUENCE_END (SmdAsn1RecipientKeyId)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1RecipientKeyId)

ASN1_CHOICE (SmdAsn1AgreementId) = {
  ASN1_SIMPLE (SmdAsn1AgreementId, d.issuer_and_serial, SmdAsn1IssuerAndSerial),
  ASN1_IMP (SmdAsn1AgreementId, d.key_id, SmdAsn1RecipientKeyId, 0),
} ASN1_CHOICE_END (SmdAsn1AgreementId)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1AgreementId)

ASN1_SEQUENCE (SmdAsn1EncryptedKey) = {
  ASN1_SIMPLE (SmdAsn1EncryptedKey, id, SmdAsn1AgreementId),
  ASN1_SIMPLE (SmdAsn1EncryptedKey, encrypted_key, ASN1_OCTET_STRING),
} ASN1_SEQUENCE_END (SmdAsn1EncryptedKey)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1EncryptedKey)

ASN1_SEQUENCE (SmdAsn1KeyAgreement) = {
  ASN1_EMBED (SmdAsn1KeyAgreement, version, INT32),
  ASN1_EXP (SmdAsn1KeyAgreement, originator, SmdAsn1Originator, 0),
  ASN1_EXP_OPT (SmdAsn1KeyAgreement, ukm, ASN1_OCTET_STRING, 1),
  ASN1_SIMPLE (SmdAsn1KeyAgreement, key_encryption_algorithm, X509_ALGOR),
  ASN1_SEQUENCE_OF (SmdAsn1KeyAgreement, encrypted_keys, SmdAsn1EncryptedKey),
} ASN1_SEQUENCE_END (SmdAsn1KeyAgreement)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1KeyAgreement)

ASN1_CHOICE (SmdAsn1Recipient) = {
  ASN1_SIMPLE (SmdAsn1Recipient, d.transport, SmdAsn1KeyTransport),
  ASN1_IMP (SmdAsn1Recipient, d.agreement, SmdAsn1KeyAgreement, 1),
} ASN1_CHOICE_END (SmdAsn1Recipient)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1Recipient)

ASN1_SEQUENCE (SmdAsn1SharedInfo) = {
  ASN1_SIMPLE (SmdAsn1SharedInfo, key_info, X509_ALGOR),
  ASN1_EXP_OPT (SmdAsn1SharedInfo, ukm, ASN1_OCTET_STRING, 0),
  ASN1_EXP (SmdAsn1SharedInfo, key_bits, ASN1_OCTET_STRING, 2),
} ASN1_SEQUENCE_END (SmdAsn1SharedInfo)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1SharedInfo)

ASN1_SEQUENCE (SmdAsn1GcmParameters) = {
  ASN1_SIMPLE (SmdAsn1GcmParameters, nonce, ASN1_OCTET_STRING),
  ASN1_OPT (SmdAsn1GcmParameters, tag_length, ASN1_INTEGER),
} ASN1_SEQUENCE_END (SmdAsn1GcmParameters)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1GcmParameters)

ASN1_CHOICE (SmdAsn1KeyPreference) = {
  ASN1_IMP (SmdAsn1KeyPreference, d.issuer_and_serial, SmdAsn1IssuerAndSerial, 0),
  ASN1_IMP (SmdAsn1KeyPreference, d.recipient_key_id, SmdAsn1RecipientKeyId, 1),
  ASN1_IMP (SmdAsn1KeyPreference, d.key_id, ASN1_OCTET_STRING, 2),
} ASN1_CHOICE_END (SmdAsn1KeyPreference)
IMPLEMENT_ASN1_FUNCTIONS (SmdAsn1KeyPreference)
