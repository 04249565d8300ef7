/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * smd_openssl_memory_prepare:
 *
 * Once for the process, before OpenSSL allocates anything: the secure heap for private numbers, and an ordinary heap
 * that wipes what it frees, since OpenSSL decodes keys by way of buffers that it doesn't wipe itself.
 */
void smd_openssl_memory_prepare (void);
