/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The certificate (P-256) whose responder made the seeds of fuzz-ocsp; they speak of its serial number 2. */
static const char fuzz_ocsp_issuer[] =
  "MIIBizCCATKgAwIBAgIBATAKBggqhkjOPQQDAjAlMQ0wCwYDVQQKDARUZXN0MRQwEgYDVQQDDAtGdXp6IElzc3VlcjAeFw0yNjAxMDEw"
  "MDAwMDBaFw0zNjAxMDEwMDAwMDBaMCUxDTALBgNVBAoMBFRlc3QxFDASBgNVBAMMC0Z1enogSXNzdWVyMFkwEwYHKoZIzj0CAQYIKoZI"
  "zj0DAQcDQgAE4v067tsAzzVIe2K0dU1aaTp/h+HXAtL0qsqoHxVYHtIuj9B83oNb6xhf1fqr5TOFRyzLSEedSABP9flelE9c/KNTMFEw"
  "DwYDVR0TAQH/BAUwAwEB/zAfBgNVHSMEGDAWgBRVJ9IjcTTjTigH00fgIRpZX8lpdTAdBgNVHQ4EFgQUVSfSI3E0404oB9NH4CEaWV/J"
  "aXUwCgYIKoZIzj0EAwIDRwAwRAIgcg9DUS+FenIEzvEDBPQOCsR79ltLGKLphXxGsD3YAvYCIHeweRjQkWdUSf0RQk9Hft/mNlCk4pAO"
  "N5M36aEjSEtl";
