/* SPDX-License-Identifier: MIT */
#ifndef TOKENWATT_TOKENIZER_H
#define TOKENWATT_TOKENIZER_H

/**
 * Exact byte-pair tokenizers for o200k_base, cl100k_base and every other vocabulary that a .twv
 * file can hold (docs/vocabularies.md).
 *
 * The ids are those of the published tokenizer, `tiktoken` for the two named, for every text. Text
 * is UTF-8 given as bytes and a size: NUL bytes are text, a byte-order mark is text, and the names
 * of special tokens
 * ("<|endoftext|>") are plain text. Each maximal ill-formed part (as the WHATWG encoding standard
 * defines it) counts as one U+FFFD, as it would after decoding in a browser.
 *
 * Threads: a tw_vocabulary may be used by several at once. Its tables never change; of the 256 KB
 * in which it remembers pieces only one call at a time has the use, so threads that have much to
 * count make a handle each with tw_vocabulary_share(). A tw_counter belongs to one thread at a
 * time.
 */

#include "tokenwatt/allocator.h"
#include "tokenwatt/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An open vocabulary: the tokens, their merges, and the pattern that splits text into pieces. */
typedef struct tw_vocabulary tw_vocabulary;

/** Counts a text that grows or changes, at the cost of the change. */
typedef struct tw_counter tw_counter;

/**
 * Opens a `.twv` vocabulary (format: docs/vocabulary-format.md).
 *
 * data, size   the whole file; read during the call only, not kept.
 * allocator    NULL for the C heap. Takes about 8 MB for o200k_base, 4 MB for cl100k_base.
 * vocabulary   out; NULL on failure. Close it with tw_vocabulary_close().
 *
 * Everything is validated here, so that no later call can fail on account of the file:
 * TW_ERR_ARGUMENT (NULL), TW_ERR_VOCABULARY_FOREIGN, _VERSION, _TRUNCATED, _CORRUPT, _PATTERN,
 * TW_ERR_MEMORY.
 */
tw_status tw_vocabulary_open(const void *data, size_t size, const tw_allocator *allocator,
                             tw_vocabulary **vocabulary);

/**
 * Makes a second handle to an open vocabulary, for another thread: the same tables, and 256 KB of
 * its own in which to remember pieces. Answers are the same without.
 *
 * vocabulary   borrowed, and must outlive what is made from it.
 * shared       out; NULL on failure. Close it with tw_vocabulary_close().
 *
 * TW_ERR_ARGUMENT, TW_ERR_MEMORY.
 */
tw_status tw_vocabulary_share(const tw_vocabulary *vocabulary, tw_vocabulary **shared);

/** Frees a vocabulary. NULL is allowed. What was made from it must be closed first. */
void tw_vocabulary_close(tw_vocabulary *vocabulary);

/** Its name, such as "o200k_base". Owned by the vocabulary. */
const char *tw_vocabulary_name(const tw_vocabulary *vocabulary);

/**
 * One more than the highest id of an ordinary token. Most vocabularies have all ids below; some
 * (Mistral's, DeepSeek's) begin with special tokens, which are never encoded nor decoded.
 */
uint32_t tw_vocabulary_size(const tw_vocabulary *vocabulary);

/**
 * Whether the published tokenizer brings text into Unicode normalization form C first (Qwen's
 * does). Counts are exact for text that is in that form; bringing it there is the caller's part. 0
 * for NULL.
 */
int tw_vocabulary_is_composed(const tw_vocabulary *vocabulary);

/**
 * Counts the tokens of a text.
 *
 * text, size   UTF-8; text may be NULL if size is 0.
 * count        out; 0 on failure.
 *
 * Well-formed text needs no memory beyond the stack, unless windows of a few hundred bytes of one
 * piece do not join; ill-formed text is repaired block by block, and so is text with blanks that
 * its tokenizer puts or reads otherwise (docs/vocabulary-format.md). TW_ERR_ARGUMENT,
 * TW_ERR_MEMORY.
 */
tw_status tw_tokens_count(const tw_vocabulary *vocabulary, const char *text, size_t size,
                          size_t *count);

/**
 * Encodes a text to token ids.
 *
 * ids, capacity   out; the caller's buffer. A text of n bytes never has more than n tokens if it is
 *                 well-formed, and never more than 3 n in any case; but for one more if its
 *                 tokenizer puts a blank before text, as Llama 2's does.
 * count           out; how many ids the text has, also when the buffer was too small.
 *
 * TW_ERR_BUFFER (the first `capacity` ids are then written), TW_ERR_ARGUMENT, TW_ERR_MEMORY.
 */
tw_status tw_tokens_encode(const tw_vocabulary *vocabulary, const char *text, size_t size,
                           uint32_t *ids, size_t capacity, size_t *count);

/**
 * Turns token ids back into the bytes they stand for. A run of ids that was cut out of a longer one
 * may begin or end inside a character: the bytes are returned as they are.
 *
 * text, capacity   out; the caller's buffer. Not NUL-terminated.
 * size             out; how many bytes the ids stand for, also when the buffer was too small.
 *
 * TW_ERR_TOKEN (an id is not in the vocabulary; `size` is then that id's index),
 * TW_ERR_BUFFER (the first bytes that fit are written), TW_ERR_ARGUMENT.
 */
tw_status tw_tokens_decode(const tw_vocabulary *vocabulary, const uint32_t *ids, size_t count,
                           char *text, size_t capacity, size_t *size);

/**
 * Makes a counter for one growing or changing text.
 * vocabulary is borrowed; allocator NULL for the C heap. TW_ERR_ARGUMENT, TW_ERR_MEMORY.
 */
tw_status tw_counter_open(const tw_vocabulary *vocabulary, const tw_allocator *allocator,
                          tw_counter **counter);

/** Frees a counter. NULL is allowed. */
void tw_counter_close(tw_counter *counter);

/**
 * Adds text at the end. A character may be cut at any byte between two calls; a part that stays
 * incomplete counts as U+FFFD until the next call completes it.
 *
 * total   out, may be NULL; the tokens of everything so far, equal to tw_tokens_count() of it.
 * On failure the counter is as it was before the call. TW_ERR_ARGUMENT, TW_ERR_MEMORY.
 */
tw_status tw_counter_append(tw_counter *counter, const char *text, size_t size, size_t *total);

/**
 * Counts as if a part were added, which is not: the counter stays as it is. For a part that may
 * still change, such as a character whose accents may follow.
 *
 * total   out; 0 on failure. TW_ERR_ARGUMENT, TW_ERR_MEMORY.
 */
tw_status tw_counter_peek(tw_counter *counter, const char *text, size_t size, size_t *total);

/**
 * Replaces the text with a new version of it. Costs in proportion to what differs: the common
 * beginning and the common end are compared, not tokenized again.
 *
 * total, failure and statuses as in tw_counter_append().
 */
tw_status tw_counter_update(tw_counter *counter, const char *text, size_t size, size_t *total);

/** The tokens of the text so far. 0 for NULL. */
size_t tw_counter_total(const tw_counter *counter);

/**
 * How many bytes at the end of the text the next append tokenizes again: a few words, but all of
 * one endless piece. Who counts a long text in parts appends at least as much at a time, and the
 * whole stays linear. 0 for NULL, and once the text was updated.
 */
size_t tw_counter_pending(const tw_counter *counter);

#ifdef __cplusplus
}
#endif
#endif
