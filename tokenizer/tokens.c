/* SPDX-License-Identifier: MIT */
/* Counting, encoding and decoding whole texts. */
#include "bpe.h"
#include "stream.h"

enum { REPAIR_BLOCK = 1 << 16 };

tw_status tw_pieces_put(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size,
                        tw_token_sink *sink) {
  for (size_t start = 0; start < size;) {
    size_t end = vocabulary->piece_end(text, size, start);
    tw_status status = tw_bpe_piece(vocabulary, text + start, end - start, sink);
    if (status != TW_OK) {
      return status;
    }
    start = end;
  }
  return TW_OK;
}

/* Ill-formed text goes through a stream, which repairs it block by block. */
static tw_status put_ill_formed(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size,
                                tw_token_sink *sink) {
  tw_stream stream;
  tw_stream_init(&stream, vocabulary, &vocabulary->allocator);
  tw_status status = TW_OK;
  for (size_t at = 0; at < size && status == TW_OK;) {
    size_t block = size - at < REPAIR_BLOCK ? size - at : REPAIR_BLOCK;
    status = tw_stream_append(&stream, text + at, block, sink, NULL);
    at += block;
  }
  if (status == TW_OK) {
    status = tw_stream_finish(&stream, sink);
  }
  tw_stream_clear(&stream);
  return status;
}

static tw_status put_text(const tw_vocabulary *vocabulary, const char *text, size_t size,
                          tw_token_sink *sink) {
  const uint8_t *bytes = (const uint8_t *)text;
  if (tw_utf8_valid_prefix(bytes, size) == size) {
    return tw_pieces_put(vocabulary, bytes, size, sink);
  }
  return put_ill_formed(vocabulary, bytes, size, sink);
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
    if (ids[i] >= vocabulary->size) {
      *size = i;
      return TW_ERR_TOKEN;
    }
  }
  size_t written = 0;
  for (size_t i = 0; i < count; i++) {
    const uint8_t *bytes = vocabulary->bytes + vocabulary->offsets[ids[i]];
    size_t length = vocabulary->offsets[ids[i] + 1] - vocabulary->offsets[ids[i]];
    if (written < capacity) {
      size_t room = capacity - written;
      memcpy(text + written, bytes, length < room ? length : room);
    }
    written += length;
  }
  *size = written;
  return written > capacity ? TW_ERR_BUFFER : TW_OK;
}
