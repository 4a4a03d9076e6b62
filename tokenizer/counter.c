/* SPDX-License-Identifier: MIT */
/*
 * Counts a text that changes, at the cost of the change.
 *
 * While text is only appended, a stream forgets what is settled. The first update needs the text
 * itself, to compare the next version with; from then on the counter keeps it, and a checkpoint
 * every few hundred bytes: where a piece begins and how many tokens stand before it. A new version
 * is tokenized from the last checkpoint that the change cannot reach to the first old one behind
 * the change at which pieces begin again as they did.
 */
#include "piece_cache.h"
#include "stream.h"

enum {
  CHECKPOINT_DISTANCE = 512,                  /* bytes, at least */
  CHECKPOINT_PIECES = 2 * TW_UNSTABLE_PIECES, /* more pieces than a change behind them can move */
};

typedef struct checkpoint {
  size_t at;     /* bytes; a piece begins here */
  size_t tokens; /* before it */
} checkpoint;

/* A text with its checkpoints, the first of which is {0, 0}. */
typedef struct version {
  tw_buffer text;
  tw_buffer checkpoints; /* of `checkpoint`; sizes in bytes */
  tw_cut_character cut;
  size_t total;
} version;

struct tw_counter {
  tw_allocator allocator;
  const tw_vocabulary *vocabulary;
  int keeps_text;
  size_t total;
  /* While it does not keep the text: */
  tw_stream stream;
  size_t settled; /* tokens that the stream has let go */
  /* Once it does: */
  version current;
  version next; /* where the following version is made, so that a failure changes nothing */
};

static size_t checkpoint_count(const version *v) {
  return v->checkpoints.size / sizeof(checkpoint);
}

static checkpoint checkpoint_at(const version *v, size_t i) {
  checkpoint c;
  memcpy(&c, v->checkpoints.bytes + i * sizeof c, sizeof c);
  return c;
}

static tw_status add_checkpoint(version *v, const tw_allocator *allocator, checkpoint c) {
  tw_status status = tw_buffer_reserve(&v->checkpoints, allocator, sizeof c);
  if (status == TW_OK) {
    memcpy(v->checkpoints.bytes + v->checkpoints.size, &c, sizeof c);
    v->checkpoints.size += sizeof c;
  }
  return status;
}

static void version_free(version *v, const tw_allocator *allocator) {
  tw_buffer_free(&v->text, allocator);
  tw_buffer_free(&v->checkpoints, allocator);
}

tw_status tw_counter_open(const tw_vocabulary *vocabulary, const tw_allocator *allocator,
                          tw_counter **counter) {
  if (counter == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *counter = NULL;
  if (vocabulary == NULL) {
    return TW_ERR_ARGUMENT;
  }
  tw_allocator memory = tw_allocator_or_heap(allocator);
  tw_counter *c = tw_allocate(&memory, 1, sizeof *c);
  if (c == NULL) {
    return TW_ERR_MEMORY;
  }
  memset(c, 0, sizeof *c);
  c->allocator = memory;
  c->vocabulary = vocabulary;
  tw_stream_init(&c->stream, vocabulary, &c->allocator);
  *counter = c;
  return TW_OK;
}

void tw_counter_close(tw_counter *counter) {
  if (counter == NULL) {
    return;
  }
  tw_stream_clear(&counter->stream);
  version_free(&counter->current, &counter->allocator);
  version_free(&counter->next, &counter->allocator);
  tw_allocator memory = counter->allocator;
  tw_release(&memory, counter, sizeof *counter);
}

size_t tw_counter_total(const tw_counter *counter) {
  return counter == NULL ? 0 : counter->total;
}

size_t tw_counter_pending(const tw_counter *counter) {
  return counter == NULL ? 0 : counter->stream.tail.size;
}

static size_t common_prefix(const tw_buffer *a, const tw_buffer *b) {
  size_t limit = a->size < b->size ? a->size : b->size;
  size_t i = 0;
  while (limit - i >= 8 && tw_load64(a->bytes + i) == tw_load64(b->bytes + i)) {
    i += 8;
  }
  while (i < limit && a->bytes[i] == b->bytes[i]) {
    i++;
  }
  return i;
}

static size_t common_suffix(const tw_buffer *a, const tw_buffer *b, size_t prefix) {
  size_t limit = (a->size < b->size ? a->size : b->size) - prefix;
  if (limit == 0) {
    return 0; /* an empty buffer has no bytes to point behind */
  }
  const uint8_t *end_a = a->bytes + a->size;
  const uint8_t *end_b = b->bytes + b->size;
  size_t i = 0;
  while (limit - i >= 8 && tw_load64(end_a - i - 8) == tw_load64(end_b - i - 8)) {
    i += 8;
  }
  while (i < limit && *(end_a - i - 1) == *(end_b - i - 1)) {
    i++;
  }
  return i;
}

/* The old version's last checkpoint that a change at `prefix` cannot reach. */
static size_t last_safe_checkpoint(const version *old, size_t prefix) {
  /* Between two checkpoints lie more pieces than a change moves, so the one before will do. */
  size_t low = 0;
  size_t high = checkpoint_count(old);
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (checkpoint_at(old, middle).at <= prefix) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low > 0 ? low - 1 : 0;
}

/*
 * Tokenizes `next` (its text is set) from its last checkpoint on, up to the first checkpoint of
 * `old`, from `old_index` on, at which the rest of both texts is the same.
 */
static tw_status tokenize_change(tw_counter *c, tw_piece_cache *cache, version *next,
                                 const version *old, size_t old_index, size_t suffix) {
  const uint8_t *text = next->text.bytes;
  size_t size = next->text.size;
  size_t old_count = checkpoint_count(old);
  checkpoint from = checkpoint_at(next, checkpoint_count(next) - 1);
  tw_token_sink sink = {NULL, 0, from.tokens};
  size_t last = from.at;
  size_t pieces = 0;

  for (size_t start = from.at; start < size;) {
    /* Where `start` would be in the old text, counted from the end so that nothing goes negative.
     */
    size_t rest = size - start;
    if (rest <= suffix) {
      size_t old_start = old->text.size - rest;
      while (old_index < old_count && checkpoint_at(old, old_index).at < old_start) {
        old_index++;
      }
      if (old_index < old_count && checkpoint_at(old, old_index).at == old_start) {
        size_t old_tokens = checkpoint_at(old, old_index).tokens;
        for (size_t i = old_index; i < old_count; i++) {
          checkpoint moved = checkpoint_at(old, i);
          moved.at = size - (old->text.size - moved.at);
          moved.tokens = sink.count + (moved.tokens - old_tokens);
          if (i == old_index && pieces < CHECKPOINT_PIECES) {
            continue; /* too close to the one before; the next is not */
          }
          tw_status status = add_checkpoint(next, &c->allocator, moved);
          if (status != TW_OK) {
            return status;
          }
        }
        next->total = sink.count + (old->total - old_tokens);
        return TW_OK;
      }
    }
    if (start - last >= CHECKPOINT_DISTANCE && pieces >= CHECKPOINT_PIECES) {
      tw_status status = add_checkpoint(next, &c->allocator, (checkpoint){start, sink.count});
      if (status != TW_OK) {
        return status;
      }
      last = start;
      pieces = 0;
    }
    size_t end = tw_vocabulary_piece_end(c->vocabulary, text, size, start);
    tw_status status = tw_piece_put(cache, c->vocabulary, text + start, end - start, &sink);
    if (status != TW_OK) {
      return status;
    }
    start = end;
    pieces++;
  }
  next->total = sink.count;
  return TW_OK;
}

/* Tokenizes `next`, whose text is set. */
static tw_status tokenize_next(tw_counter *c) {
  version *next = &c->next;
  const version *old = &c->current;
  size_t prefix = common_prefix(&old->text, &next->text);
  size_t suffix = common_suffix(&old->text, &next->text, prefix);
  size_t keep = checkpoint_count(old) > 0 ? last_safe_checkpoint(old, prefix) + 1 : 0;

  next->checkpoints.size = 0;
  tw_status status =
      tw_buffer_reserve(&next->checkpoints, &c->allocator, (keep + 1) * sizeof(checkpoint));
  if (status != TW_OK) {
    return status;
  }
  if (keep > 0) {
    next->checkpoints.size = keep * sizeof(checkpoint);
    memcpy(next->checkpoints.bytes, old->checkpoints.bytes, next->checkpoints.size);
  } else {
    status = add_checkpoint(next, &c->allocator, (checkpoint){0, 0});
    if (status != TW_OK) {
      return status;
    }
  }
  tw_piece_cache *cache = tw_piece_cache_take(c->vocabulary->cache);
  status = tokenize_change(c, cache, next, old, keep, suffix);
  tw_piece_cache_give_back(cache);
  return status;
}

/* Makes `next`, whose text is set, the current version. */
static tw_status advance(tw_counter *c) {
  tw_status status = tokenize_next(c);
  if (status != TW_OK) {
    return status;
  }
  version swapped = c->current;
  c->current = c->next;
  c->next = swapped;
  c->total = c->current.total;
  c->keeps_text = 1;
  tw_stream_clear(&c->stream);
  return TW_OK;
}

/* A character cut off at the text's end counts as a replacement until the rest comes. */
static void end_cut_character(version *v) {
  if (v->cut.size > 0) {
    memcpy(v->text.bytes + v->text.size, "\xEF\xBF\xBD", 3);
    v->text.size += 3;
  }
}

tw_status tw_counter_update(tw_counter *counter, const char *text, size_t size, size_t *total) {
  if (counter == NULL || (text == NULL && size > 0)) {
    return TW_ERR_ARGUMENT;
  }
  version *next = &counter->next;
  next->text.size = 0;
  next->cut.size = 0;
  tw_status status = tw_buffer_append_text(&next->text, &counter->allocator, counter->vocabulary,
                                           &next->cut, (const uint8_t *)text, size);
  if (status == TW_OK) {
    end_cut_character(next);
    status = advance(counter);
  }
  if (status == TW_OK && total != NULL) {
    *total = counter->total;
  }
  return status;
}

/* Sets the text of `next` to the current one and a part. */
static tw_status set_longer_text(tw_counter *c, const uint8_t *text, size_t size) {
  version *next = &c->next;
  const version *old = &c->current;
  next->text.size = 0;
  next->cut = old->cut;
  tw_status status = tw_buffer_reserve(&next->text, &c->allocator, old->text.size);
  if (status == TW_OK) {
    next->text.size = old->text.size - (old->cut.size > 0 ? 3 : 0);
    if (next->text.size > 0) {
      memcpy(next->text.bytes, old->text.bytes, next->text.size);
    }
    status =
        tw_buffer_append_text(&next->text, &c->allocator, c->vocabulary, &next->cut, text, size);
  }
  if (status == TW_OK) {
    end_cut_character(next);
  }
  return status;
}

static tw_status append_to_text(tw_counter *c, const uint8_t *text, size_t size) {
  tw_status status = set_longer_text(c, text, size);
  return status == TW_OK ? advance(c) : status;
}

static tw_status append_to_stream(tw_counter *c, const uint8_t *text, size_t size) {
  tw_token_sink settled = {NULL, 0, c->settled};
  tw_status status = tw_stream_append(&c->stream, text, size, &settled, &c->total);
  c->settled = settled.count;
  return status;
}

tw_status tw_counter_append(tw_counter *counter, const char *text, size_t size, size_t *total) {
  if (counter == NULL || (text == NULL && size > 0)) {
    return TW_ERR_ARGUMENT;
  }
  tw_status status = TW_OK;
  if (size > 0) {
    status = counter->keeps_text ? append_to_text(counter, (const uint8_t *)text, size)
                                 : append_to_stream(counter, (const uint8_t *)text, size);
  }
  if (status == TW_OK && total != NULL) {
    *total = counter->total;
  }
  return status;
}

tw_status tw_counter_peek(tw_counter *counter, const char *text, size_t size, size_t *total) {
  if (total == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *total = 0;
  if (counter == NULL || (text == NULL && size > 0)) {
    return TW_ERR_ARGUMENT;
  }
  const uint8_t *bytes = (const uint8_t *)text;
  size_t tokens = counter->total;
  tw_status status = TW_OK;
  if (size > 0 && counter->keeps_text) {
    status = set_longer_text(counter, bytes, size);
    status = status == TW_OK ? tokenize_next(counter) : status;
    tokens = counter->next.total;
  } else if (size > 0) {
    status = tw_stream_peek(&counter->stream, bytes, size, &tokens);
    tokens += counter->settled;
  }
  *total = status == TW_OK ? tokens : 0;
  return status;
}
