/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_CHECKSUM_H
#define TW_TOKENIZER_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/** The CRC-32 of zlib of a file but for the four bytes at `at`, where the file has it. */
uint32_t tw_checksum_without(const uint8_t *file, size_t size, size_t at);

#endif
