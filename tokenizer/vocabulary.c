/* SPDX-License-Identifier: MIT */
/* Reads .twv files. docs/vocabulary-format.md describes them; tools/build-vocabulary.mjs writes
 * them. */
#include "checksum.h"
#include "piece_cache.h"
#include "seldom.h"

enum {
  HEADER_SIZE = 64,
  AT_VERSION = 4,
  AT_PATTERN = 6,
  AT_TOKENS = 8,
  AT_PAYLOAD = 12,
  AT_CHECKSUM = 16,
  AT_LONGEST = 20,
  AT_FIRST_ID = 24,
  AT_FLAGS = 28,
  AT_NAME = 32,
  AT_WHOLE = 30,        /* version 3: how many tokens are found whole */
  VERSION = 3,          /* characters before merges, and a list of ids; TW_PATTERN_JOINS only */
  VERSION_OF_FLAGS = 2, /* in 1, first id and flags are 0, and there are patterns 1 and 2 only */
  LAST_PATTERN_OF_1 = 2,
  MOST_FIRST_ID = 1 << 20,
  FLAG_COMPOSED = 1,
  FLAG_LATE = 2,  /* some tokens are merged from later ones */
  FLAG_BLANK = 4, /* version 3: one is put before text */
  MOST_PASSES = 16,
  MAX_TOKENS = (1 << TW_ID_BITS) - 1,
  MAX_TOKEN_SIZE = 4096,
  COPY_MARGIN = 8, /* behind the tokens' bytes */
};

static uint32_t read16(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t read32(const uint8_t *at) {
  return read16(at) | read16(at + 2) << 16;
}

TW_SELDOM static tw_status check_header(const uint8_t *file, size_t size) {
  if (size < 4 || memcmp(file, "TWV\x1A", 4) != 0) {
    return TW_ERR_VOCABULARY_FOREIGN;
  }
  if (size < HEADER_SIZE) {
    return TW_ERR_VOCABULARY_TRUNCATED;
  }
  if (read16(file + AT_VERSION) < 1 || read16(file + AT_VERSION) > VERSION) {
    return TW_ERR_VOCABULARY_VERSION;
  }
  size_t payload = read32(file + AT_PAYLOAD);
  if (size - HEADER_SIZE < payload) {
    return TW_ERR_VOCABULARY_TRUNCATED;
  }
  uint32_t tokens = read32(file + AT_TOKENS);
  uint32_t longest = read32(file + AT_LONGEST);
  size_t listed = read16(file + AT_VERSION) == VERSION ? (size_t)3 * tokens : 0;
  if (size - HEADER_SIZE > payload || tokens < TW_BYTE_TOKENS || tokens > MAX_TOKENS ||
      longest < 1 || longest > MAX_TOKEN_SIZE ||
      payload != TW_BYTE_TOKENS + (size_t)(tokens - TW_BYTE_TOKENS) * 6 + listed) {
    return TW_ERR_VOCABULARY_CORRUPT;
  }
  /* The sum covers the header but for itself, too: a flipped bit anywhere is found. */
  uint32_t crc = tw_checksum_without(file, size, AT_CHECKSUM);
  return crc == read32(file + AT_CHECKSUM) ? TW_OK : TW_ERR_VOCABULARY_CORRUPT;
}

/* The same in version 3. */
TW_SELDOM static tw_status set_characters(tw_vocabulary *v, const uint8_t *file, uint32_t number) {
#ifdef TW_TOKENIZER_SMALL
  (void)v, (void)file, (void)number;
  return TW_ERR_VOCABULARY_PATTERN;
#else
  uint32_t flags = read16(file + AT_FLAGS);
  uint32_t characters = read32(file + AT_FIRST_ID);
  uint32_t whole = read16(file + AT_WHOLE);
  if ((flags & ~(uint32_t)(FLAG_COMPOSED | FLAG_LATE | FLAG_BLANK)) != 0) {
    return TW_ERR_VOCABULARY_VERSION;
  }
  if (number != TW_PATTERN_JOINS) {
    return TW_ERR_VOCABULARY_PATTERN;
  }
  if (characters > v->size - TW_BYTE_TOKENS || whole > v->size - TW_BYTE_TOKENS - characters) {
    return TW_ERR_VOCABULARY_CORRUPT;
  }
  v->first_id = 0;
  v->first_merge = TW_BYTE_TOKENS + characters;
  v->first_whole = v->size - whole;
  v->ascii_ends = tw_pattern_of(number).ascii_ends;
  v->is_composed = (flags & FLAG_COMPOSED) != 0;
  v->has_late = (flags & FLAG_LATE) != 0;
  v->begins_with_blank = (flags & FLAG_BLANK) != 0;
  return TW_OK;
#endif
}

/* What says how text becomes pieces, and pieces ids. */
TW_SELDOM static tw_status set_kind(tw_vocabulary *v, const uint8_t *file) {
  uint32_t number = read16(file + AT_PATTERN);
  tw_pattern pattern = tw_pattern_of(number);
  int is_first_version = read16(file + AT_VERSION) == 1;
  uint32_t flags = read32(file + AT_FLAGS);
  v->first_id = read32(file + AT_FIRST_ID);
  if (is_first_version && (v->first_id | flags) != 0) {
    return TW_ERR_VOCABULARY_CORRUPT;
  }
  v->first_merge = TW_BYTE_TOKENS;
  v->first_whole = v->size;
  if (read16(file + AT_VERSION) == VERSION) {
    return set_characters(v, file, number);
  }
  if ((flags & ~(uint32_t)(FLAG_COMPOSED | FLAG_LATE)) != 0) {
    return TW_ERR_VOCABULARY_VERSION;
  }
  if (pattern.piece_end == NULL || (is_first_version && number > LAST_PATTERN_OF_1)) {
    return TW_ERR_VOCABULARY_PATTERN;
  }
  v->piece_end = pattern.piece_end;
  v->ascii_ends = pattern.ascii_ends;
  v->is_composed = (flags & FLAG_COMPOSED) != 0;
  v->has_late = (flags & FLAG_LATE) != 0;
  return v->first_id <= MOST_FIRST_ID ? TW_OK : TW_ERR_VOCABULARY_CORRUPT;
}

TW_SELDOM static tw_status set_name(tw_vocabulary *v, const uint8_t *name) {
  for (int i = 0; i < TW_VOCABULARY_NAME_SIZE; i++) {
    if (name[i] >= 0x7F || (name[i] != 0 && name[i] < 0x20)) {
      return TW_ERR_VOCABULARY_CORRUPT;
    }
  }
  memcpy(v->name, name, TW_VOCABULARY_NAME_SIZE);
  return v->name[0] != 0 && v->name[TW_VOCABULARY_NAME_SIZE - 1] == 0 ? TW_OK
                                                                      : TW_ERR_VOCABULARY_CORRUPT;
}

/* The single bytes, in the order of their ids. */
static tw_status read_bytes(tw_vocabulary *v, const uint8_t *payload) {
  memset(v->byte_token, 0xFF, sizeof v->byte_token);
  for (uint32_t id = 0; id < TW_BYTE_TOKENS; id++) {
    if (v->byte_token[payload[id]] != TW_NO_TOKEN) {
      return TW_ERR_VOCABULARY_CORRUPT;
    }
    v->byte_token[payload[id]] = id;
  }
  return TW_OK;
}

/* Where each token's bytes will end; 0 for a merge of tokens that do not come before it. */
TW_CALLED_OFTEN static int read_some_sizes(tw_vocabulary *v, tw_merges *merges, tw_id_range ids,
                                           uint32_t longest) {
  for (uint32_t id = ids.first; id < ids.end; id++) {
    uint32_t left = tw_merges_left(merges, id);
    uint32_t right = tw_merges_right(merges, id);
    if (left >= id || right >= id) {
      return 0;
    }
    uint32_t size = tw_merges_size(merges, left) + tw_merges_size(merges, right);
    if (size > longest) {
      return 0;
    }
    merges->character_room += size <= 3;
    v->offsets[id + 1] = v->offsets[id] + size;
  }
  return 1;
}

/* In turn from the first to the last and back: of some each is made of the one behind it. */
static uint32_t in_pass(const tw_vocabulary *v, uint32_t pass, uint32_t i) {
  return pass % 2 == 0 ? i : v->size - 1 - (i - TW_BYTE_TOKENS);
}

/* The same where halves may come later: again and again until all are known. */
TW_SELDOM static int read_late_sizes(tw_vocabulary *v, tw_merges *merges, uint32_t longest) {
  uint32_t *sizes = v->offsets + 1;
  memset(sizes + TW_BYTE_TOKENS, 0, (size_t)(v->size - TW_BYTE_TOKENS) * sizeof *sizes);
  for (uint32_t id = 0; id < TW_BYTE_TOKENS; id++) {
    sizes[id] = 1;
  }
  for (uint32_t unknown = 1; unknown > 0; merges->passes++) {
    if (merges->passes == MOST_PASSES) {
      return 0; /* a token that is part of itself, or nearly all of them out of order */
    }
    unknown = 0;
    for (uint32_t i = TW_BYTE_TOKENS; i < v->size; i++) {
      uint32_t id = in_pass(v, merges->passes, i);
      uint32_t left = tw_merges_left(merges, id);
      uint32_t right = tw_merges_right(merges, id);
      if (left >= v->size || right >= v->size) {
        return 0;
      }
      int is_known = sizes[left] > 0 && sizes[right] > 0;
      sizes[id] = is_known ? sizes[left] + sizes[right] : 0;
      unknown += !is_known;
      if (sizes[id] > longest) {
        return 0;
      }
    }
  }
  for (uint32_t id = 0; id < v->size; id++) {
    merges->character_room += id >= TW_BYTE_TOKENS && sizes[id] <= 3;
    sizes[id] += id > 0 ? sizes[id - 1] : 0;
  }
  return 1;
}

/* The bytes of all tokens, as often as it takes until those that are made of later ones are right.
 */
TW_SELDOM static int read_late_bytes(tw_vocabulary *v, tw_merges *merges) {
  for (uint32_t pass = 0; pass < merges->passes; pass++) {
    for (uint32_t i = TW_BYTE_TOKENS; i < v->size; i++) {
      uint32_t id = in_pass(v, pass, i);
      uint32_t left = tw_merges_left(merges, id);
      uint32_t right = tw_merges_right(merges, id);
      uint32_t left_size = tw_merges_size(merges, left);
      uint8_t *to = v->bytes + v->offsets[id];
      memcpy(to, v->bytes + v->offsets[left], left_size);
      memcpy(to + left_size, v->bytes + v->offsets[right], tw_merges_size(merges, right));
    }
  }
  for (uint32_t id = TW_BYTE_TOKENS; id < v->size; id++) {
    uint32_t halves[] = {tw_merges_left(merges, id), tw_merges_right(merges, id)};
    for (int i = 0; i < 2; i++) {
      if (halves[i] >= id) {
        if (merges->late_count == TW_MOST_LATE) {
          return 0;
        }
        merges->late[merges->late_count++] = halves[i];
      }
    }
  }
  return 1;
}

/* How long each token is, so that the bytes take one block of the right size. */
static tw_status read_sizes(tw_vocabulary *v, tw_merges *merges, uint32_t longest) {
  if (v->has_late) {
    v->offsets[0] = 0;
    return read_late_sizes(v, merges, longest) ? TW_OK : TW_ERR_VOCABULARY_CORRUPT;
  }
  for (uint32_t id = 0; id <= TW_BYTE_TOKENS; id++) {
    v->offsets[id] = id;
  }
  for (tw_id_range ids = {0, TW_BYTE_TOKENS}; ids.end < v->size;) {
    ids = tw_next_ids(v->size, ids.end);
    if (!read_some_sizes(v, merges, ids, longest)) {
      return TW_ERR_VOCABULARY_CORRUPT;
    }
  }
  return TW_OK;
}

/*
 * Copies a token's bytes, eight at a time: up to seven more are read and written, which the tokens
 * behind it, written later, replace; the block has room for that behind the last.
 */
static void copy_token(uint8_t *to, const uint8_t *from, size_t size) {
  for (size_t i = 0; i < size; i += 8) {
    uint64_t eight;
    memcpy(&eight, from + i, sizeof eight);
    memcpy(to + i, &eight, sizeof eight);
  }
}

/* Whether a merge joins a part of a character to what is beside the character. */
static int joins_a_part(const uint8_t *token, uint32_t left_size, uint32_t right_size) {
  const uint8_t *right = token + left_size;
  return !tw_is_continuation(*right) &&
         (tw_is_first_part(right, right_size) || tw_is_last_part(token, left_size));
}

TW_CALLED_OFTEN static void read_some_merges(tw_vocabulary *v, tw_merges *merges, tw_id_range ids) {
  for (uint32_t id = ids.first; id < ids.end; id++) {
    uint32_t left = tw_merges_left(merges, id);
    uint32_t right = tw_merges_right(merges, id);
    uint32_t left_size = tw_merges_size(merges, left);
    uint8_t *to = v->bytes + v->offsets[id];
    uint32_t right_size = tw_merges_size(merges, right);
    if (merges->passes == 0) {
      copy_token(to, v->bytes + v->offsets[left], left_size);
      copy_token(to + left_size, v->bytes + v->offsets[right], right_size);
    }
    if (id >= v->first_merge && id < v->first_whole) {
      tw_pair_table_add(&v->pairs, left, right, id);
    }
    if (joins_a_part(to, left_size, right_size)) {
      if (merges->edge_count < TW_MOST_EDGES) {
        merges->edges[merges->edge_count] = id;
      }
      merges->edge_count++;
    }
    uint32_t size = left_size + right_size;
    if (size <= 3 && tw_character_size(*to) == size && tw_merges_is_known(merges, id)) {
      merges->characters[merges->character_count++] = id;
    }
  }
}

/* Every token's bytes, and the pairs that merge. */
static tw_status read_merges(tw_vocabulary *v, const uint8_t *single_bytes, tw_merges *merges) {
  memcpy(v->bytes, single_bytes, TW_BYTE_TOKENS);
  if (v->has_late && !read_late_bytes(v, merges)) {
    return TW_ERR_VOCABULARY_CORRUPT;
  }
  for (tw_id_range ids = {0, TW_BYTE_TOKENS}; ids.end < v->size;) {
    ids = tw_next_ids(v->size, ids.end);
    read_some_merges(v, merges, ids);
  }
  return v->pairs.crowded ? TW_ERR_VOCABULARY_CORRUPT : TW_OK;
}

static tw_status make_tables(tw_vocabulary *v, const uint8_t *single_bytes, tw_merges *merges) {
  tw_status status = tw_pair_table_init(&v->pairs, &v->allocator, v->size - TW_BYTE_TOKENS);
  if (status == TW_OK) {
    status = read_merges(v, single_bytes, merges);
  }
  if (status == TW_OK) {
    status =
        tw_piece_table_init(&v->pieces, &v->allocator, merges->tokens, v->size, v->ids.of_token);
  }
#ifndef TW_TOKENIZER_SMALL
  if (status == TW_OK && v->ids.of_token != NULL) {
    status = tw_join_table_init(&v->joins, &v->allocator, merges, v->first_whole);
  }
#endif
  return status == TW_OK ? tw_character_table_init(&v->characters, &v->allocator, merges) : status;
}

#ifndef TW_TOKENIZER_SMALL
/* All that text can become must have an id. */
static tw_status read_ids(tw_vocabulary *v, const uint8_t *planes) {
  tw_status status = tw_public_ids_read(&v->ids, &v->allocator, planes, v->size);
  for (uint32_t id = 0; id < v->first_whole && status == TW_OK; id++) {
    int may_be_part = id >= TW_BYTE_TOKENS && id < v->first_merge;
    if (!may_be_part && v->ids.of_token[id] == TW_NO_TOKEN) {
      status = TW_ERR_VOCABULARY_CORRUPT;
    }
  }
  return status;
}
#endif

static tw_status read_payload(tw_vocabulary *v, const uint8_t *payload, uint32_t longest) {
  tw_status status = read_bytes(v, payload);
#ifndef TW_TOKENIZER_SMALL
  if (status == TW_OK && v->ascii_ends != NULL && v->piece_end == NULL) {
    status = read_ids(v, payload + TW_BYTE_TOKENS + (size_t)6 * (v->size - TW_BYTE_TOKENS));
  }
#endif
  if (status != TW_OK) {
    return status;
  }
  v->offsets = tw_allocate(&v->allocator, (size_t)v->size + 1, sizeof *v->offsets);
  if (v->offsets == NULL) {
    return TW_ERR_MEMORY;
  }
  tw_merges merges = {.planes = payload + TW_BYTE_TOKENS,
                      .tokens = {NULL, v->offsets},
                      .count = v->size,
                      .byte_token = v->byte_token,
                      .first_merge = v->first_merge,
                      .ids = v->ids.of_token,
                      .pairs = &v->pairs,
                      .pieces = &v->pieces};
  status = read_sizes(v, &merges, longest);
  if (status != TW_OK) {
    v->offsets[v->size] = 0; /* no bytes to be freed */
    return status;
  }
  v->bytes = tw_allocate(&v->allocator, v->offsets[v->size] + COPY_MARGIN, 1);
  if (v->bytes == NULL) {
    return TW_ERR_MEMORY;
  }
  merges.tokens.bytes = v->bytes;
  merges.edges = tw_allocate(&v->allocator, TW_MOST_EDGES, sizeof *merges.edges);
  merges.characters =
      tw_allocate(&v->allocator, merges.character_room + 1, sizeof *merges.characters);
  status = merges.edges == NULL || merges.characters == NULL ? TW_ERR_MEMORY
                                                             : make_tables(v, payload, &merges);
  tw_release(&v->allocator, merges.edges, TW_MOST_EDGES * sizeof *merges.edges);
  tw_release(&v->allocator, merges.characters,
             (merges.character_room + 1) * sizeof *merges.characters);
  return status == TW_OK && v->pieces.longest != longest ? TW_ERR_VOCABULARY_CORRUPT : status;
}

tw_status tw_vocabulary_open(const void *data, size_t size, const tw_allocator *allocator,
                             tw_vocabulary **vocabulary) {
  if (vocabulary == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *vocabulary = NULL;
  if (data == NULL) {
    return TW_ERR_ARGUMENT;
  }
  const uint8_t *file = data;
  tw_status status = check_header(file, size);
  if (status != TW_OK) {
    return status;
  }
  tw_allocator memory = tw_allocator_or_heap(allocator);
  tw_vocabulary *v = tw_allocate(&memory, 1, sizeof *v);
  if (v == NULL) {
    return TW_ERR_MEMORY;
  }
  memset(v, 0, sizeof *v);
  v->allocator = memory;
  v->size = read32(file + AT_TOKENS);
  status = set_kind(v, file);
  if (status == TW_OK) {
    status = set_name(v, file + AT_NAME);
  }
  if (status == TW_OK) {
    status = read_payload(v, file + HEADER_SIZE, read32(file + AT_LONGEST));
  }
  if (status == TW_OK) {
    v->cache = tw_piece_cache_open(&v->allocator);
    status = v->cache == NULL ? TW_ERR_MEMORY : TW_OK;
  }
  if (status != TW_OK) {
    tw_vocabulary_close(v);
    return status;
  }
  *vocabulary = v;
  return TW_OK;
}

tw_status tw_vocabulary_share(const tw_vocabulary *vocabulary, tw_vocabulary **shared) {
  if (shared == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *shared = NULL;
  if (vocabulary == NULL) {
    return TW_ERR_ARGUMENT;
  }
  tw_vocabulary *v = tw_allocate(&vocabulary->allocator, 1, sizeof *v);
  if (v == NULL) {
    return TW_ERR_MEMORY;
  }
  *v = *vocabulary;
  v->is_shared = 1;
  v->cache = tw_piece_cache_open(&v->allocator);
  if (v->cache == NULL) {
    tw_vocabulary_close(v);
    return TW_ERR_MEMORY;
  }
  *shared = v;
  return TW_OK;
}

static void free_tables(tw_vocabulary *v) {
  if (v->bytes != NULL) {
    tw_release(&v->allocator, v->bytes, v->offsets[v->size] + COPY_MARGIN);
  }
  tw_release(&v->allocator, v->offsets, ((size_t)v->size + 1) * sizeof *v->offsets);
  tw_piece_table_free(&v->pieces, &v->allocator);
  tw_pair_table_free(&v->pairs, &v->allocator);
  tw_character_table_free(&v->characters, &v->allocator);
#ifndef TW_TOKENIZER_SMALL
  tw_join_table_free(&v->joins, &v->allocator);
  tw_public_ids_free(&v->ids, &v->allocator);
#endif
}

void tw_vocabulary_close(tw_vocabulary *vocabulary) {
  if (vocabulary == NULL) {
    return;
  }
  tw_allocator memory = vocabulary->allocator;
  tw_piece_cache_close(vocabulary->cache, &memory);
  if (!vocabulary->is_shared) {
    free_tables(vocabulary);
  }
  tw_release(&memory, vocabulary, sizeof *vocabulary);
}

const char *tw_vocabulary_name(const tw_vocabulary *vocabulary) {
  return vocabulary == NULL ? "" : vocabulary->name;
}

uint32_t tw_vocabulary_size(const tw_vocabulary *vocabulary) {
  if (vocabulary == NULL) {
    return 0;
  }
  return vocabulary->ids.of_token != NULL ? vocabulary->ids.size
                                          : vocabulary->first_id + vocabulary->size;
}

int tw_vocabulary_is_composed(const tw_vocabulary *vocabulary) {
  return vocabulary != NULL && vocabulary->is_composed;
}
