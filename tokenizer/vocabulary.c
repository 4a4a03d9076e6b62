/* SPDX-License-Identifier: MIT */
/* Reads .twv files. docs/vocabulary-format.md describes them; tools/build-vocabulary.mjs writes
 * them. */
#include "vocabulary.h"

enum {
  HEADER_SIZE = 64,
  AT_VERSION = 4,
  AT_PATTERN = 6,
  AT_TOKENS = 8,
  AT_PAYLOAD = 12,
  AT_CHECKSUM = 16,
  AT_LONGEST = 20,
  AT_NAME = 32,
  VERSION = 1,
  BYTES = 256,          /* the first tokens are the single bytes */
  MAX_TOKENS = 1 << 20, /* what the slots of the tables can hold */
  MAX_TOKEN_SIZE = 4096,
};

static uint32_t read16(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t read32(const uint8_t *at) {
  return read16(at) | read16(at + 2) << 16;
}

/* CRC-32 as in zlib, half a byte at a time: a table of 16 words instead of 256. */
static uint32_t crc32_of(uint32_t crc, const uint8_t *data, size_t size) {
  static const uint32_t table[16] = {
      0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
      0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
      0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
  };
  crc = ~crc;
  for (size_t i = 0; i < size; i++) {
    crc ^= data[i];
    crc = crc >> 4 ^ table[crc & 15];
    crc = crc >> 4 ^ table[crc & 15];
  }
  return ~crc;
}

static tw_status check_header(const uint8_t *file, size_t size) {
  if (size < 4 || memcmp(file, "TWV\x1A", 4) != 0) {
    return TW_ERR_VOCABULARY_FOREIGN;
  }
  if (size < HEADER_SIZE) {
    return TW_ERR_VOCABULARY_TRUNCATED;
  }
  if (read16(file + AT_VERSION) != VERSION) {
    return TW_ERR_VOCABULARY_VERSION;
  }
  size_t payload = read32(file + AT_PAYLOAD);
  if (size - HEADER_SIZE < payload) {
    return TW_ERR_VOCABULARY_TRUNCATED;
  }
  uint32_t tokens = read32(file + AT_TOKENS);
  uint32_t longest = read32(file + AT_LONGEST);
  if (size - HEADER_SIZE > payload || tokens < BYTES || tokens > MAX_TOKENS || longest < 1 ||
      longest > MAX_TOKEN_SIZE || payload != BYTES + (size_t)(tokens - BYTES) * 6) {
    return TW_ERR_VOCABULARY_CORRUPT;
  }
  /* The sum covers the header but for itself, too: a flipped bit anywhere is found. */
  uint32_t crc = crc32_of(0, file, AT_CHECKSUM);
  crc = crc32_of(crc, file + AT_CHECKSUM + 4, size - AT_CHECKSUM - 4);
  return crc == read32(file + AT_CHECKSUM) ? TW_OK : TW_ERR_VOCABULARY_CORRUPT;
}

static tw_status set_pattern(tw_vocabulary *v, uint32_t pattern) {
  switch (pattern) {
  case 1:
    v->piece_end = tw_piece_end_cl100k;
    return TW_OK;
  case 2:
    v->piece_end = tw_piece_end_o200k;
    return TW_OK;
  default:
    return TW_ERR_VOCABULARY_VERSION;
  }
}

static tw_status set_name(tw_vocabulary *v, const uint8_t *name) {
  for (int i = 0; i < TW_VOCABULARY_NAME_SIZE; i++) {
    if (name[i] >= 0x7F || (name[i] != 0 && name[i] < 0x20)) {
      return TW_ERR_VOCABULARY_CORRUPT;
    }
  }
  memcpy(v->name, name, TW_VOCABULARY_NAME_SIZE);
  return v->name[0] != 0 && v->name[TW_VOCABULARY_NAME_SIZE - 1] == 0 ? TW_OK
                                                                      : TW_ERR_VOCABULARY_CORRUPT;
}

/* Adds a token to the table of pieces; two tokens with the same bytes are a damaged file. */
static tw_status add_piece(tw_vocabulary *v, uint32_t id) {
  const uint8_t *piece = v->bytes + v->offsets[id];
  size_t size = v->offsets[id + 1] - v->offsets[id];
  if (tw_vocabulary_find(v, piece, size) != TW_NO_TOKEN) {
    return TW_ERR_VOCABULARY_CORRUPT;
  }
  uint64_t hash = tw_piece_hash(piece, size);
  size_t mask = ((size_t)1 << (64 - v->piece_shift)) - 1;
  size_t slot = (size_t)(hash >> v->piece_shift);
  while (v->pieces[slot & mask] != TW_NO_TOKEN) {
    slot++;
  }
  v->pieces[slot & mask] = ((uint32_t)hash & ~((1u << v->id_bits) - 1)) | id;
  return TW_OK;
}

static void add_pair(tw_vocabulary *v, uint32_t left, uint32_t right, uint32_t merged) {
  uint64_t key = (uint64_t)left << 20 | right;
  size_t mask = ((size_t)1 << (64 - v->pair_shift)) - 1;
  uint64_t hash = tw_pair_hash(key);
  uint64_t bit = hash >> (v->pair_shift - 2);
  v->pair_filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
  size_t slot = (size_t)(hash >> v->pair_shift);
  while (v->pairs[slot & mask] != 0) {
    slot++;
  }
  v->pairs[slot & mask] = key << 20 | merged;
}

/* The merges: for token BYTES + i, which two earlier tokens it joins, in six planes of one byte. */
static uint32_t read_plane(const uint8_t *planes, uint32_t merges, uint32_t i) {
  return (uint32_t)planes[i] | (uint32_t)planes[merges + i] << 8 |
         (uint32_t)planes[2 * (size_t)merges + i] << 16;
}

static tw_status read_merges(tw_vocabulary *v, const uint8_t *payload, uint32_t longest) {
  uint32_t merges = v->size - BYTES;
  const uint8_t *lefts = payload + BYTES;
  const uint8_t *rights = lefts + 3 * (size_t)merges;

  for (uint32_t id = 0; id < BYTES; id++) {
    if (v->byte_token[payload[id]] != TW_NO_TOKEN) {
      return TW_ERR_VOCABULARY_CORRUPT;
    }
    v->byte_token[payload[id]] = id;
  }
  /* A first pass learns how long each token is, so that the bytes take one block of the right size.
   */
  size_t total = 0;
  for (uint32_t id = 0; id < v->size; id++) {
    uint32_t length = 1;
    if (id >= BYTES) {
      uint32_t left = read_plane(lefts, merges, id - BYTES);
      uint32_t right = read_plane(rights, merges, id - BYTES);
      if (left >= id || right >= id) {
        return TW_ERR_VOCABULARY_CORRUPT;
      }
      length = v->offsets[left + 1] - v->offsets[left] + v->offsets[right + 1] - v->offsets[right];
    }
    if (length > longest) {
      return TW_ERR_VOCABULARY_CORRUPT;
    }
    v->offsets[id] = (uint32_t)total;
    total += length;
    v->offsets[id + 1] = (uint32_t)total;
    v->longest = length > v->longest ? length : v->longest;
  }
  if (v->longest != longest) {
    return TW_ERR_VOCABULARY_CORRUPT;
  }
  v->bytes = tw_allocate(&v->allocator, total, 1);
  if (v->bytes == NULL) {
    return TW_ERR_MEMORY;
  }
  for (uint32_t id = 0; id < v->size; id++) {
    uint8_t *to = v->bytes + v->offsets[id];
    if (id < BYTES) {
      *to = payload[id];
    } else {
      uint32_t left = read_plane(lefts, merges, id - BYTES);
      uint32_t right = read_plane(rights, merges, id - BYTES);
      uint32_t left_size = v->offsets[left + 1] - v->offsets[left];
      memcpy(to, v->bytes + v->offsets[left], left_size);
      memcpy(to + left_size, v->bytes + v->offsets[right],
             v->offsets[right + 1] - v->offsets[right]);
      add_pair(v, left, right, id);
    }
    tw_status status = add_piece(v, id);
    if (status != TW_OK) {
      return status;
    }
  }
  return TW_OK;
}

static uint32_t bits_for(uint32_t count) {
  uint32_t bits = 0;
  while (((uint64_t)1 << bits) < count) {
    bits++;
  }
  return bits;
}

static size_t slots_of(uint32_t shift) {
  return (size_t)1 << (64 - shift);
}

/* Words of 64 bits that hold four bits for each slot. */
static size_t filter_words(uint32_t pair_shift) {
  return slots_of(pair_shift) / 16;
}

static tw_status allocate_tables(tw_vocabulary *v) {
  /* At most two thirds full: longer chains cost more than the memory saves. */
  uint32_t bits = bits_for(v->size + v->size / 2);
  v->id_bits = bits_for(v->size + 1);
  v->piece_shift = 64 - bits;
  v->pair_shift = 64 - bits;
  v->offsets = tw_allocate(&v->allocator, (size_t)v->size + 1, sizeof *v->offsets);
  v->pieces = tw_allocate(&v->allocator, slots_of(v->piece_shift), sizeof *v->pieces);
  v->pairs = tw_allocate(&v->allocator, slots_of(v->pair_shift), sizeof *v->pairs);
  v->pair_filter = tw_allocate(&v->allocator, filter_words(v->pair_shift), sizeof *v->pair_filter);
  if (v->offsets == NULL || v->pieces == NULL || v->pairs == NULL || v->pair_filter == NULL) {
    return TW_ERR_MEMORY;
  }
  memset(v->offsets, 0, ((size_t)v->size + 1) * sizeof *v->offsets);
  memset(v->pieces, 0xFF, slots_of(v->piece_shift) * sizeof *v->pieces);
  memset(v->pairs, 0, slots_of(v->pair_shift) * sizeof *v->pairs);
  memset(v->pair_filter, 0, filter_words(v->pair_shift) * sizeof *v->pair_filter);
  memset(v->byte_token, 0xFF, sizeof v->byte_token);
  return TW_OK;
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
  status = set_pattern(v, read16(file + AT_PATTERN));
  if (status == TW_OK) {
    status = set_name(v, file + AT_NAME);
  }
  if (status == TW_OK) {
    status = allocate_tables(v);
  }
  if (status == TW_OK) {
    status = read_merges(v, file + HEADER_SIZE, read32(file + AT_LONGEST));
  }
  if (status != TW_OK) {
    tw_vocabulary_close(v);
    return status;
  }
  *vocabulary = v;
  return TW_OK;
}

void tw_vocabulary_close(tw_vocabulary *vocabulary) {
  if (vocabulary == NULL) {
    return;
  }
  tw_allocator memory = vocabulary->allocator;
  if (vocabulary->bytes != NULL) {
    tw_release(&memory, vocabulary->bytes, vocabulary->offsets[vocabulary->size]);
  }
  tw_release(&memory, vocabulary->offsets,
             ((size_t)vocabulary->size + 1) * sizeof *vocabulary->offsets);
  if (vocabulary->pieces != NULL) {
    tw_release(&memory, vocabulary->pieces,
               slots_of(vocabulary->piece_shift) * sizeof *vocabulary->pieces);
  }
  if (vocabulary->pairs != NULL) {
    tw_release(&memory, vocabulary->pairs,
               slots_of(vocabulary->pair_shift) * sizeof *vocabulary->pairs);
  }
  if (vocabulary->pair_filter != NULL) {
    tw_release(&memory, vocabulary->pair_filter,
               filter_words(vocabulary->pair_shift) * sizeof *vocabulary->pair_filter);
  }
  tw_release(&memory, vocabulary, sizeof *vocabulary);
}

const char *tw_vocabulary_name(const tw_vocabulary *vocabulary) {
  return vocabulary == NULL ? "" : vocabulary->name;
}

uint32_t tw_vocabulary_size(const tw_vocabulary *vocabulary) {
  return vocabulary == NULL ? 0 : vocabulary->size;
}
