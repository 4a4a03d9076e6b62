/* SPDX-License-Identifier: MIT */
#include "postgresql_parameters.h"

#include "record.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* An array begins with: dimensions, whether it has NULLs, type of the items, items, first index. */
enum { ARRAY_HEAD = 20, ITEMS_AT = 12 };

/* The numbers of the types in every PostgreSQL. */
static const uint32_t type_numbers[] = {
    [TW_PG_TEXT] = 25, [TW_PG_INTEGER] = 20, [TW_PG_REAL] = 701};

void tw_pg_parameters_init(tw_pg_parameters *parameters) {
  parameters->count = 0;
  parameters->is_short = false;
}

void tw_pg_parameters_free(tw_pg_parameters *parameters) {
  for (int i = 0; i < parameters->count; i++) {
    free(parameters->list[i].buffer);
  }
  parameters->count = 0;
}

static struct tw_pg_parameter *add(tw_pg_parameters *parameters) {
  struct tw_pg_parameter *parameter = &parameters->list[parameters->count++];
  *parameter = (struct tw_pg_parameter){0};
  return parameter;
}

void tw_pg_add_blob(tw_pg_parameters *parameters, const void *bytes, size_t size) {
  struct tw_pg_parameter *parameter = add(parameters);
  parameter->value = bytes;
  parameter->size = size;
}

void tw_pg_add_text(tw_pg_parameters *parameters, const char *text) {
  tw_pg_add_blob(parameters, text, strlen(text));
}

void tw_pg_add_integer(tw_pg_parameters *parameters, int64_t value) {
  struct tw_pg_parameter *parameter = add(parameters);
  uint64_t bytes = htobe64((uint64_t)value);
  memcpy(parameter->bytes, &bytes, sizeof bytes);
  parameter->size = sizeof bytes;
}

static void append(tw_pg_parameters *parameters, int array, const void *bytes, size_t size) {
  struct tw_pg_parameter *parameter = &parameters->list[array];
  if (size > parameter->capacity - parameter->size) {
    size_t capacity = 2 * parameter->capacity + size + 1024;
    char *buffer = realloc(parameter->buffer, capacity);
    if (buffer == NULL) {
      parameters->is_short = true;
      return;
    }
    parameter->buffer = buffer;
    parameter->capacity = capacity;
  }
  memcpy(parameter->buffer + parameter->size, bytes, size);
  parameter->size += size;
}

static void append_word(tw_pg_parameters *parameters, int array, uint32_t word) {
  uint32_t bytes = htobe32(word);
  append(parameters, array, &bytes, sizeof bytes);
}

int tw_pg_add_array(tw_pg_parameters *parameters, tw_pg_type type) {
  add(parameters);
  int array = parameters->count - 1;
  const uint32_t head[] = {1, 1, type_numbers[type], 0, 1};
  for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
    append_word(parameters, array, head[i]);
  }
  return array;
}

static void append_item(tw_pg_parameters *parameters, int array, const void *bytes, size_t size) {
  append_word(parameters, array, (uint32_t)size);
  append(parameters, array, bytes, size);
  parameters->list[array].items++;
}

void tw_pg_append_text(tw_pg_parameters *parameters, int array, const char *text) {
  append_item(parameters, array, text, strlen(text));
}

void tw_pg_append_integer(tw_pg_parameters *parameters, int array, int64_t value) {
  if (value == TW_RECORD_UNKNOWN) {
    append_word(parameters, array, UINT32_MAX); /* -1 for its size: NULL */
    parameters->list[array].items++;
    return;
  }
  uint64_t bytes = htobe64((uint64_t)value);
  append_item(parameters, array, &bytes, sizeof bytes);
}

void tw_pg_append_real(tw_pg_parameters *parameters, int array, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits = htobe64(bits);
  append_item(parameters, array, &bits, sizeof bits);
}

bool tw_pg_parameters_are_whole(tw_pg_parameters *parameters) {
  for (int i = 0; i < parameters->count && !parameters->is_short; i++) {
    struct tw_pg_parameter *parameter = &parameters->list[i];
    if (parameter->buffer != NULL) {
      uint32_t items = htobe32(parameter->items);
      memcpy(parameter->buffer + ITEMS_AT, &items, sizeof items);
      parameters->is_short = parameter->size < ARRAY_HEAD;
    }
  }
  return !parameters->is_short;
}

const char *tw_pg_parameter_value(const tw_pg_parameters *parameters, int index) {
  const struct tw_pg_parameter *parameter = &parameters->list[index];
  if (parameter->buffer != NULL) {
    return parameter->buffer;
  }
  return parameter->value != NULL ? parameter->value : parameter->bytes;
}
