/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include "cut.h"
#include "piece_cache.h"

enum {
  MOST_UNCUT = 96, /* bytes of a tail without a place to be cut that are simply kept */
  BLANK_SIZE = 3,  /* bytes of U+2581 */
  FEW_BYTES = 16,  /* of a part that is a word or two */
};

tw_status tw_buffer_reserve(tw_buffer *buffer, const tw_allocator *allocator, size_t more) {
  if (more > SIZE_MAX / 2 || buffer->size > SIZE_MAX / 2 - more) {
    return TW_ERR_MEMORY;
  }
  size_t needed = buffer->size + more;
  if (needed <= buffer->capacity) {
    return TW_OK;
  }
  size_t capacity = buffer->capacity + buffer->capacity / 2;
  capacity = capacity < needed ? needed : capacity;
  uint8_t *bytes = tw_reallocate(allocator, buffer->bytes, buffer->capacity, capacity);
  if (bytes == NULL) {
    return TW_ERR_MEMORY;
  }
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return TW_OK;
}

void tw_buffer_free(tw_buffer *buffer, const tw_allocator *allocator) {
  tw_release(allocator, buffer->bytes, buffer->capacity);
  *buffer = (tw_buffer){NULL, 0, 0};
}

size_t tw_blank_find(const uint8_t *text, size_t size) {
  const uint8_t *at = text;
  const uint8_t *end = text + size;
  while (end - at >= BLANK_SIZE && (at = memchr(at, 0xE2, (size_t)(end - at - 2))) != NULL) {
    if (memcmp(at, "\xE2\x96\x81", BLANK_SIZE) == 0) {
      return (size_t)(at - text);
    }
    at++;
  }
  return size;
}

/* Makes each U+2581 a blank; returns the size that is left. */
static size_t write_blanks(uint8_t *text, size_t size) {
  size_t written = tw_blank_find(text, size);
  for (size_t at = written; at < size;) {
    text[written++] = ' ';
    at += BLANK_SIZE;
    size_t kept = tw_blank_find(text + at, size - at);
    memmove(text + written, text + at, kept);
    written += kept;
    at += kept;
  }
  return written;
}

tw_status tw_buffer_append_text(tw_buffer *buffer, const tw_allocator *allocator,
                                const tw_vocabulary *vocabulary, tw_cut_character *cut,
                                const uint8_t *text, size_t size) {
  /* Each byte may become a replacement of three; a few more for what was cut and will be. */
  size_t valid = cut->size > 0 ? 0 : tw_utf8_valid_prefix(text, size);
  if (size - valid > (SIZE_MAX - valid) / 4) {
    return TW_ERR_MEMORY;
  }
  size_t room = valid + 3 * (size - valid) + 16;
  tw_status status = tw_buffer_reserve(buffer, allocator, room);
  if (status != TW_OK) {
    return status;
  }
  if (vocabulary->begins_with_blank && buffer->size == 0 && cut->size == 0 && size > 0) {
    buffer->bytes[buffer->size++] = ' ';
    room--;
  }
  uint8_t *to = buffer->bytes + buffer->size;
  size_t written = valid;
  if (valid > 0) {
    memcpy(to, text, valid);
  }
  /* Complete the character that was cut, a byte at a time, until nothing of it is left over. */
  size_t at = valid;
  while (cut->size > 0 && at < size) {
    cut->bytes[cut->size++] = text[at++];
    size_t consumed = cut->size;
    written += tw_utf8_repair(cut->bytes, &consumed, 0, to + written, room - written);
    memmove(cut->bytes, cut->bytes + consumed, cut->size - consumed);
    cut->size -= consumed;
  }
  if (at < size) {
    size_t consumed = size - at;
    written += tw_utf8_repair(text + at, &consumed, 0, to + written, room - written);
    at += consumed;
    cut->size = size - at;
    memcpy(cut->bytes, text + at, cut->size);
  }
  buffer->size += tw_vocabulary_has_joins(vocabulary) ? write_blanks(to, written) : written;
  return TW_OK;
}

void tw_stream_init(tw_stream *stream, const tw_vocabulary *vocabulary,
                    const tw_allocator *allocator) {
  *stream = (tw_stream){.vocabulary = vocabulary, .allocator = allocator};
}

void tw_stream_clear(tw_stream *stream) {
  tw_buffer_free(&stream->tail, stream->allocator);
  stream->cut.size = 0;
  stream->knows_tokens = 0;
}

/*
 * Puts all pieces but the last few; *settled becomes where those begin. One by one: where white
 * space is cut depends on what follows it, so the pieces of a beginning are not a beginning's
 * pieces.
 */
static tw_status put_stable(const tw_stream *stream, tw_token_sink *sink, size_t *settled) {
  const tw_vocabulary *v = stream->vocabulary;
  const tw_buffer *tail = &stream->tail;
  size_t starts[TW_UNSTABLE_PIECES] = {0}; /* of the pieces read but not put, a ring */
  size_t pieces = 0;
  tw_piece_cache *cache = tw_piece_cache_take(v->cache);
  tw_status status = TW_OK;
  for (size_t start = 0; start < tail->size && status == TW_OK;) {
    if (pieces >= TW_UNSTABLE_PIECES) {
      size_t oldest = starts[pieces % TW_UNSTABLE_PIECES];
      size_t end = starts[(pieces + 1) % TW_UNSTABLE_PIECES];
      status = tw_piece_put(cache, v, tail->bytes + oldest, end - oldest, sink);
      *settled = end;
    }
    starts[pieces++ % TW_UNSTABLE_PIECES] = start;
    start = tw_vocabulary_piece_end(v, tail->bytes, tail->size, start);
  }
  tw_piece_cache_give_back(cache);
  return status;
}

/*
 * Puts what text still to come cannot move; *settled becomes its end. `old_size` is the tail's
 * before it grew. Most text has a place to be cut at every few characters; where there is none, all
 * but the last few pieces are settled.
 */
static tw_status put_settled(const tw_stream *stream, size_t old_size, tw_token_sink *sink,
                             size_t *settled) {
  const tw_buffer *tail = &stream->tail;
  size_t cut = tw_cut_find_last(stream->vocabulary, tail->bytes, tail->size, old_size);
  if (cut == 0) {
    return tail->size < MOST_UNCUT ? TW_OK : put_stable(stream, sink, settled);
  }
  *settled = cut;
  if (cut == old_size && stream->knows_tokens && sink->capacity == 0) {
    sink->count += stream->tail_tokens;
    return TW_OK;
  }
  return tw_pieces_put(stream->vocabulary, tail->bytes, cut, sink);
}

/* The end of the tail as if the text ended here; a character that is cut off is replaced. */
static size_t end_of_tail(const tw_stream *stream) {
  const tw_buffer *tail = &stream->tail;
  if (stream->cut.size == 0) {
    return tail->size;
  }
  memcpy(tail->bytes + tail->size, "\xEF\xBF\xBD", 3); /* for which appending has left room */
  return tail->size + 3;
}

static tw_status put_tail(const tw_stream *stream, size_t start, tw_token_sink *sink) {
  size_t size = end_of_tail(stream);
  return size == start
             ? TW_OK
             : tw_pieces_put(stream->vocabulary, stream->tail.bytes + start, size - start, sink);
}

static tw_status append_any(tw_stream *stream, const uint8_t *text, size_t size,
                            tw_token_sink *sink, size_t *total) {
  tw_buffer *tail = &stream->tail;
  tw_cut_character cut_before = stream->cut;
  size_t size_before = tail->size;
  size_t count_before = sink->count;
  size_t settled = 0;
  tw_token_sink rest = {NULL, 0, 0};

  tw_status status =
      tw_buffer_append_text(tail, stream->allocator, stream->vocabulary, &stream->cut, text, size);
  if (status == TW_OK) {
    status = put_settled(stream, size_before, sink, &settled);
  }
  if (status == TW_OK && total != NULL) {
    status = put_tail(stream, settled, &rest);
  }
  if (status != TW_OK) {
    stream->cut = cut_before;
    tail->size = size_before;
    sink->count = count_before;
    return status;
  }
  stream->knows_tokens = total != NULL && stream->cut.size == 0;
  stream->tail_tokens = rest.count;
  if (total != NULL) {
    *total = sink->count + rest.count;
  }
  if (settled > 0) {
    memmove(tail->bytes, tail->bytes + settled, tail->size - settled);
    tail->size -= settled;
  }
  return TW_OK;
}

/*
 * Copies 1 … FEW_BYTES bytes, filled up with zeros; 0 if some are not ASCII. By way of words: what
 * was stored byte by byte can be loaded as a word only once all of it has reached the cache.
 */
static int copy_few(uint8_t *to, const uint8_t *from, size_t size) {
  uint64_t words[2] = {0, 0};
  for (size_t i = 0; i < size && i < 8; i++) {
    words[0] |= (uint64_t)from[i] << 8 * i;
  }
  for (size_t i = 8; i < size; i++) {
    words[1] |= (uint64_t)from[i] << 8 * (i - 8);
  }
  tw_store64(to, words[0]);
  tw_store64(to + 8, words[1]);
  return ((words[0] | words[1]) & 0x8080808080808080u) == 0;
}

/*
 * What most parts of an answer are: a word that begins where text may be cut. All before it is
 * settled, and how many tokens that is has been said. 0, and nothing changed, for any other part
 * and for a failure.
 */
static int append_apart(tw_stream *stream, const uint8_t *text, size_t size, tw_token_sink *sink,
                        size_t *total) {
  tw_buffer *tail = &stream->tail;
  if (size == 0 || size > FEW_BYTES || !stream->knows_tokens || sink->capacity > 0 ||
      text[0] >= 0x80 || tail->size == 0 || tail->capacity < FEW_BYTES ||
      !tw_cut_between(stream->vocabulary, tail->bytes[tail->size - 1], text[0])) {
    return 0;
  }
  uint8_t few[FEW_BYTES];
  tw_token_sink rest = {NULL, 0, 0};
  if (!copy_few(few, text, size) || tw_pieces_put(stream->vocabulary, few, size, &rest) != TW_OK) {
    return 0;
  }
  memcpy(tail->bytes, few, FEW_BYTES);
  tail->size = size;
  sink->count += stream->tail_tokens;
  stream->tail_tokens = rest.count;
  *total = sink->count + rest.count;
  return 1;
}

tw_status tw_stream_append(tw_stream *stream, const uint8_t *text, size_t size, tw_token_sink *sink,
                           size_t *total) {
  if (total != NULL && append_apart(stream, text, size, sink, total)) {
    return TW_OK;
  }
  return append_any(stream, text, size, sink, total);
}

tw_status tw_stream_peek(tw_stream *stream, const uint8_t *text, size_t size, size_t *tokens) {
  tw_cut_character cut_before = stream->cut;
  size_t size_before = stream->tail.size;
  tw_token_sink sink = {NULL, 0, 0};
  tw_status status = tw_buffer_append_text(&stream->tail, stream->allocator, stream->vocabulary,
                                           &stream->cut, text, size);
  if (status == TW_OK) {
    status = put_tail(stream, 0, &sink);
  }
  stream->cut = cut_before;
  stream->tail.size = size_before;
  *tokens = sink.count;
  return status;
}

tw_status tw_stream_finish(const tw_stream *stream, tw_token_sink *sink) {
  return put_tail(stream, 0, sink);
}
