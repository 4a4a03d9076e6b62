/* SPDX-License-Identifier: MIT */
/* Counting, encoding and decoding whole texts. */
#include "piece_cache.h"
#include "stream.h"

enum { REPAIR_BLOCK = 1 << 16 };

enum {
  /* What a block must have behind its start: itself, and what look-ups read from a piece on. */
  BLOCK_AVAILABLE = TW_ASCII_BLOCK + 8,
  WORTH_A_BLOCK = 24, /* bytes of a text; fewer are split sooner one by one */
};

/* Puts the pieces of a block that end at the bits of `ends`; *taken becomes where the last ends. */
static inline tw_status put_block(const tw_vocabulary *v, tw_piece_cache *cache,
                                  const uint8_t *text, uint64_t ends, tw_token_sink *sink,
                                  size_t *taken) {
  size_t begin = 0;
  do {
    size_t end = (size_t)__builtin_ctzll(ends);
    ends &= ends - 1;
    const uint8_t *piece = text + begin;
    size_t size = end - begin;
    uint32_t id = size <= TW_SHORT_PIECE
                      ? tw_piece_find_short(&v->pieces, tw_short_key(tw_load64(piece), size))
                      : tw_piece_find_long(&v->pieces, piece, size);
    if (id != TW_NO_TOKEN) {
      tw_sink_put(sink, id);
    } else {
      tw_status status = tw_piece_cache_merge(cache, v, piece, size, sink);
      if (status != TW_OK) {
        return status;
      }
    }
    begin = end;
  } while (ends != 0);
  *taken = begin;
  return TW_OK;
}

/* The block at the beginning of a text; *taken becomes how much of it was put, 0 for nothing. */
static inline tw_status put_first_block(const tw_vocabulary *v, tw_piece_cache *cache,
                                        const uint8_t *text, size_t size, tw_token_sink *sink,
                                        size_t *taken) {
  *taken = 0;
  if (size < WORTH_A_BLOCK || ((text[0] | text[1]) & 0x80) != 0) {
    return TW_OK; /* a few words, or not even the first piece is ASCII */
  }
  uint8_t copy[BLOCK_AVAILABLE];
  if (size < BLOCK_AVAILABLE) {
    memcpy(copy, text, size);
    memset(copy + size, 0xFF, sizeof copy - size);
    text = copy;
  }
  uint64_t ends = v->ascii_ends(text, size);
  return ends == 0 ? TW_OK : put_block(v, cache, text, ends, sink, taken);
}

static tw_status put_pieces(const tw_vocabulary *v, tw_piece_cache *cache, const uint8_t *text,
                            size_t size, tw_token_sink *sink) {
  for (size_t start = 0; start < size;) {
    size_t taken = 0;
    tw_status status = put_first_block(v, cache, text + start, size - start, sink, &taken);
    if (taken == 0 && status == TW_OK) {
      taken = tw_vocabulary_piece_end(v, text, size, start) - start;
      status = tw_piece_put(cache, v, text + start, taken, sink);
    }
    if (status != TW_OK) {
      return status;
    }
    start += taken;
  }
  return TW_OK;
}

tw_status tw_pieces_put(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size,
                        tw_token_sink *sink) {
  tw_piece_cache *cache = tw_piece_cache_take(vocabulary->cache);
  tw_status status = put_pieces(vocabulary, cache, text, size, sink);
  tw_piece_cache_give_back(cache);
  return status;
}

/* Text that is not as it is read goes through a stream, which repairs it block by block. */
static tw_status put_repaired(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size,
                              tw_token_sink *sink) {
  tw_stream stream;
  tw_stream_init(&stream, vocabulary, &vocabulary->allocator);
  tw_status status = TW_OK;
  for (size_t at = 0; at < size && status == TW_OK;) {
    /* As much as is tokenized again, so that one endless piece stays linear. */
    size_t block = stream.tail.size > REPAIR_BLOCK ? stream.tail.size : REPAIR_BLOCK;
    block = size - at < block ? size - at : block;
    status = tw_stream_append(&stream, text + at, block, sink, NULL);
    at += block;
  }
  if (status == TW_OK) {
    status = tw_stream_finish(&stream, sink);
  }
  tw_stream_clear(&stream);
  return status;
}

/* Whether the tokenizer reads blanks that are not in the text as such. */
static int has_other_blanks(const tw_vocabulary *v, const uint8_t *text, size_t size) {
  return tw_vocabulary_has_joins(v) && (v->begins_with_blank || tw_blank_find(text, size) < size);
}

static tw_status put_text(const tw_vocabulary *vocabulary, const char *text, size_t size,
                          tw_token_sink *sink) {
  const uint8_t *bytes = (const uint8_t *)text;
  if (tw_utf8_valid_prefix(bytes, size) == size && !has_other_blanks(vocabulary, bytes, size)) {
    return tw_pieces_put(vocabulary, bytes, size, sink);
  }
  return put_repaired(vocabulary, bytes, size, sink);
}

tw_status tw_tokens_count(const tw_vocabulary *vocabulary, const char *text, size_t size,
                          size_t *count) {
  if (count == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *count = 0;
  if (vocabulary == NULL || (text == NULL && size > 0)) {
    return TW_ERR_ARGUMENT;
  }
  tw_token_sink sink = {NULL, 0, 0};
  tw_status status = put_text(vocabulary, text, size, &sink);
  if (status == TW_OK) {
    *count = sink.count;
  }
  return status;
}

void tw_ids_to_public(const tw_vocabulary *vocabulary, uint32_t *ids, size_t count) {
  for (size_t i = 0; i < count && vocabulary->first_id > 0; i++) {
    ids[i] += vocabulary->first_id;
  }
  for (size_t i = 0; i < count && vocabulary->ids.of_token != NULL; i++) {
    ids[i] = vocabulary->ids.of_token[ids[i]];
  }
}

/* The token of an id that callers know, or TW_NO_TOKEN. */
static inline uint32_t token_of(const tw_vocabulary *v, uint32_t id) {
  if (v->ids.of_token != NULL) {
    return id < v->ids.size ? v->ids.tokens[id] : TW_NO_TOKEN;
  }
  return id - v->first_id < v->size ? id - v->first_id : TW_NO_TOKEN;
}

tw_status tw_tokens_encode(const tw_vocabulary *vocabulary, const char *text, size_t size,
                           uint32_t *ids, size_t capacity, size_t *count) {
  if (count == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *count = 0;
  if (vocabulary == NULL || (text == NULL && size > 0) || (ids == NULL && capacity > 0)) {
    return TW_ERR_ARGUMENT;
  }
  tw_token_sink sink = {ids, capacity, 0};
  tw_status status = put_text(vocabulary, text, size, &sink);
  if (status == TW_OK) {
    tw_ids_to_public(vocabulary, ids, sink.count < capacity ? sink.count : capacity);
    *count = sink.count;
    status = sink.count > capacity ? TW_ERR_BUFFER : TW_OK;
  }
  return status;
}

tw_status tw_tokens_decode(const tw_vocabulary *vocabulary, const uint32_t *ids, size_t count,
                           char *text, size_t capacity, size_t *size) {
  if (size == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *size = 0;
  if (vocabulary == NULL || (ids == NULL && count > 0) || (text == NULL && capacity > 0)) {
    return TW_ERR_ARGUMENT;
  }
  for (size_t i = 0; i < count; i++) {
    if (token_of(vocabulary, ids[i]) == TW_NO_TOKEN) {
      *size = i;
      return TW_ERR_TOKEN;
    }
  }
  size_t written = 0;
  int skip = vocabulary->begins_with_blank; /* which text begins with that has none */
  for (size_t i = 0; i < count; i++) {
    const uint32_t *offset = vocabulary->offsets + token_of(vocabulary, ids[i]);
    const uint8_t *bytes = vocabulary->bytes + offset[0];
    size_t length = offset[1] - offset[0];
    if (skip != 0 && bytes[0] == ' ') {
      bytes++;
      length--;
    }
    skip = 0;
    if (written < capacity) {
      size_t room = capacity - written;
      memcpy(text + written, bytes, length < room ? length : room);
    }
    if (length > SIZE_MAX - written) {
      return TW_ERR_MEMORY; /* more text than there are addresses */
    }
    written += length;
  }
  *size = written;
  return written > capacity ? TW_ERR_BUFFER : TW_OK;
}
