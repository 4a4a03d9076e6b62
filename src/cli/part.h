/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_PART_H
#define TW_CLI_PART_H

#include "input.h"
#include "progress.h"
#include "tokenwatt/tokenizer.h"

/**
 * Parts of a large regular file that may be counted apart, on any threads, and have together the
 * tokens of the whole. Offsets and sizes are bytes. The file is that of an open input, whose
 * position does not move.
 *
 * Parts are read into memory of the thread's own, not mapped. The tokenizer reads a byte several
 * times (to check UTF-8, to split, to look a piece up, to remember what it merged into) and counts
 * on finding the same: of a mapped file every writer could change it in between, and one that
 * shortens the file ends its reader with SIGBUS. Mapping gains nothing for it: copying a byte
 * costs a hundredth of tokenizing it.
 */
enum { CLI_PART_SIZE = 2 << 20 };

/** A thread's memory for parts. Zeroes to begin with. */
typedef struct cli_part_buffer {
  uint8_t *bytes;
  size_t capacity;
} cli_part_buffer;

void cli_part_buffer_free(cli_part_buffer *buffer);

/**
 * Where the part that begins at `start` ends: at the first place from CLI_PART_SIZE bytes on at
 * which a text can be cut (cut.h), so later where there is none; `size`, the end of the file, for
 * what is left at last. start < *end <= size. False, after a message, if the file was shortened or
 * cannot be read, or for want of memory.
 */
bool cli_part_end(const tw_vocabulary *vocabulary, const cli_input *input, cli_part_buffer *buffer,
                  uint64_t start, uint64_t size, uint64_t *end);

/**
 * Counts the tokens of a part. `progress` is advanced by its bytes; NULL is allowed. Memory grows
 * with what a part has in one piece, not with the part. False as for cli_part_end().
 */
bool cli_part_count(const tw_vocabulary *vocabulary, const cli_input *input,
                    cli_part_buffer *buffer, uint64_t start, uint64_t end, cli_progress *progress,
                    uint64_t *tokens);

#endif
