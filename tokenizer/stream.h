/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_STREAM_H
#define TW_TOKENIZER_STREAM_H

#include "bpe.h"

/** Adds the tokens of a well-formed text to the sink. */
tw_status tw_pieces_put(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size,
                        tw_token_sink *sink);

/** Turns ids as a sink has them into those that callers know. */
void tw_ids_to_public(const tw_vocabulary *vocabulary, uint32_t *ids, size_t count);

/** Bytes that begin a character whose rest has not come yet. */
typedef struct tw_cut_character {
  uint8_t bytes[4];
  size_t size;
} tw_cut_character;

/** A block of bytes that grows. */
typedef struct tw_buffer {
  uint8_t *bytes;
  size_t size;
  size_t capacity;
} tw_buffer;

/** Makes room for `more` bytes after the buffer's size. On failure it is as it was. */
tw_status tw_buffer_reserve(tw_buffer *buffer, const tw_allocator *allocator, size_t more);

void tw_buffer_free(tw_buffer *buffer, const tw_allocator *allocator);

/** The first U+2581 of a text, which is a blank to a vocabulary of characters; or its end. */
size_t tw_blank_find(const uint8_t *text, size_t size);

/**
 * Adds text to the buffer, repaired to be well-formed, and with the blanks that a vocabulary of
 * characters reads: for U+2581, and perhaps one before all else. `cut` is what the text before
 * ended with and becomes what this one ends with; neither is in the buffer, but it has room for a
 * replacement of the latter. On failure both are as they were.
 */
tw_status tw_buffer_append_text(tw_buffer *buffer, const tw_allocator *allocator,
                                const tw_vocabulary *vocabulary, tw_cut_character *cut,
                                const uint8_t *text, size_t size);

/**
 * A text that arrives in parts and is forgotten once counted: only the last few pieces are kept,
 * because what follows can still change where they end.
 */
typedef struct tw_stream {
  const tw_vocabulary *vocabulary;
  const tw_allocator *allocator; /* borrowed */
  tw_buffer tail;
  tw_cut_character cut;
  int knows_tokens;   /* whether the tail's are known */
  size_t tail_tokens; /* as if the text ended here */
} tw_stream;

void tw_stream_init(tw_stream *stream, const tw_vocabulary *vocabulary,
                    const tw_allocator *allocator);
void tw_stream_clear(tw_stream *stream);

/**
 * Adds a part. Tokens that can no longer change go to the sink; `total`, which may be NULL, becomes
 * the sink's count and the tokens of the tail, as if the text ended here. On failure nothing has
 * changed.
 */
tw_status tw_stream_append(tw_stream *stream, const uint8_t *text, size_t size, tw_token_sink *sink,
                           size_t *total);

/** Counts the tokens that the tail would have with a part added. Nothing changes. */
tw_status tw_stream_peek(tw_stream *stream, const uint8_t *text, size_t size, size_t *tokens);

/** Puts the tokens of the tail, as if the text ended here. */
tw_status tw_stream_finish(const tw_stream *stream, tw_token_sink *sink);

#endif
