/* SPDX-License-Identifier: MIT */
#include "json.h"

#include "allocator.h"
#include "json_number.h"

#include <stdio.h>
#include <string.h>

enum {
  TEXT_SIZE = 640,
  KEY_SIZE_MAX = 64,
  FIRST_BLOCK_SIZE = 1 << 14,
  LARGEST_BLOCK_SIZE = 1 << 20
};

/* An object or array, or a run of values between such. Its text lies behind it. */
struct tw_json_node {
  tw_json_node *next; /* in its parent */
  tw_json_node *first;
  tw_json_node *last;
  size_t size; /* of its text: what opens it, with its key; or the values */
  char close;  /* what closes it; 0 for values */
};

/* Memory that is handed out from its beginning to its end. */
typedef struct tw_json_block {
  struct tw_json_block *next;
  size_t size; /* of the bytes behind it */
} tw_json_block;

static char *text_of(const tw_json_node *node) {
  return (char *)(node + 1);
}

static bool open_block(tw_json *json, size_t least) {
  tw_allocator memory = tw_allocator_or_heap(json->allocator);
  size_t size = json->blocks == NULL ? FIRST_BLOCK_SIZE : json->blocks->size * 2;
  size = size > LARGEST_BLOCK_SIZE ? LARGEST_BLOCK_SIZE : size;
  size = size < least ? least : size;
  tw_json_block *block = tw_allocate(&memory, sizeof *block + size, 1);
  if (block == NULL) {
    return false;
  }
  *block = (tw_json_block){json->blocks, size};
  json->blocks = block;
  json->at = (char *)(block + 1);
  json->end = json->at + size;
  return true;
}

static size_t space_left(const tw_json *json) {
  return (size_t)(json->end - json->at);
}

/* Makes a node of `parent`, with room for its text; NULL, remembered, for want of memory. */
static tw_json_node *open_node(tw_json *json, tw_json_node *parent, size_t room) {
  size_t padding = (size_t)(0 - (uintptr_t)json->at) % sizeof(void *);
  if (space_left(json) < padding + sizeof(tw_json_node) + room) {
    if (!open_block(json, sizeof(tw_json_node) + room)) {
      json->is_out_of_memory = true;
      return NULL;
    }
    padding = 0;
  }
  tw_json_node *node = (tw_json_node *)(void *)(json->at + padding);
  *node = (tw_json_node){0};
  json->at = text_of(node);
  *(parent->first == NULL ? &parent->first : &parent->last->next) = node;
  parent->last = node;
  return node;
}

static char *write_key(char *at, const char *key) {
  if (key != NULL) {
    size_t size = strlen(key);
    size = size < KEY_SIZE_MAX ? size : KEY_SIZE_MAX;
    *at++ = '"';
    memcpy(at, key, size);
    at += size;
    *at++ = '"';
    *at++ = ':';
  }
  return at;
}

/*
 * Where a value of `parent` is to be written, which has room behind its comma and key; NULL,
 * remembered, for want of memory. end_value() comes next.
 */
static char *begin_value(tw_json *json, tw_json_node *parent, const char *key, size_t room) {
  if (parent == NULL) {
    json->is_out_of_memory = true;
    return NULL;
  }
  room += KEY_SIZE_MAX + strlen(",\"\":");
  bool is_first = parent->first == NULL;
  bool can_grow = json->run != NULL && json->run == parent->last && space_left(json) >= room;
  if (!can_grow) {
    json->run = open_node(json, parent, room);
    if (json->run == NULL) {
      return NULL;
    }
  }
  char *at = json->at;
  if (!is_first) {
    *at++ = ',';
  }
  return write_key(at, key);
}

/* The value's text ends here. */
static void end_value(tw_json *json, char *end) {
  json->text_size += (size_t)(end - json->at);
  json->run->size = (size_t)(end - text_of(json->run));
  json->at = end;
}

static tw_json_node *add_container(tw_json *json, tw_json_node *parent, const char *key, char open,
                                   char close) {
  json->run = NULL;
  char *at = begin_value(json, parent, key, 1);
  if (at == NULL) {
    return NULL;
  }
  *at++ = open;
  end_value(json, at);
  tw_json_node *node = json->run;
  node->close = close;
  json->text_size++;
  json->run = NULL; /* what follows lies elsewhere */
  return node;
}

/* Adds a value that is printed as it is. */
static void add_raw(tw_json *json, tw_json_node *parent, const char *key, const char *text) {
  size_t size = strlen(text);
  char *at = begin_value(json, parent, key, size);
  if (at != NULL) {
    memcpy(at, text, size);
    end_value(json, at + size);
  }
}

tw_json_node *tw_json_root(tw_json *json) {
  tw_json_free(json);
  json->at = json->memory;
  json->end = json->memory == NULL ? NULL : json->memory + json->memory_size;
  tw_json_node outside = {0};
  json->root = add_container(json, &outside, NULL, '{', '}');
  return json->root;
}

void tw_json_free(tw_json *json) {
  tw_allocator memory = tw_allocator_or_heap(json->allocator);
  for (tw_json_block *block = json->blocks; block != NULL;) {
    tw_json_block *next = block->next;
    tw_release(&memory, block, sizeof *block + block->size);
    block = next;
  }
  json->blocks = NULL;
  json->root = json->run = NULL;
  json->at = json->end = NULL;
  json->text_size = 0;
}

/* Prints a node with all below it; nothing is nested deeper than the code that built it. */
static char *print_node(char *at, const tw_json_node *node) {
  memcpy(at, text_of(node), node->size);
  at += node->size;
  for (const tw_json_node *child = node->first; child != NULL; child = child->next) {
    at = print_node(at, child);
  }
  if (node->close != 0) {
    *at++ = node->close;
  }
  return at;
}

char *tw_json_print(const tw_json *json) {
  tw_allocator memory = tw_allocator_or_heap(json->allocator);
  char *text = json->is_out_of_memory ? NULL : tw_allocate(&memory, json->text_size + 1, 1);
  if (text != NULL) {
    *print_node(text, json->root) = '\0';
  }
  return text;
}

tw_json_node *tw_json_object(tw_json *json, tw_json_node *parent, const char *key) {
  return add_container(json, parent, key, '{', '}');
}

tw_json_node *tw_json_array(tw_json *json, tw_json_node *parent, const char *key) {
  return add_container(json, parent, key, '[', ']');
}

tw_json_node *tw_json_find(const tw_json_node *object, const char *key) {
  size_t key_size = strlen(key);
  for (tw_json_node *node = object == NULL ? NULL : object->first; node != NULL;
       node = node->next) {
    size_t comma = *text_of(node) == ',';
    bool fits = node->close != 0 && node->size == comma + key_size + strlen("\"\":[");
    if (fits && memcmp(text_of(node) + comma + 1, key, key_size) == 0) {
      return node;
    }
  }
  return NULL;
}

static bool needs_escape(char c) {
  return (unsigned char)c < ' ' || c == '"' || c == '\\';
}

/* Whether any byte needs a backslash: hardly ever, so it is asked of all of them without a branch.
 */
static bool has_escapes(const char *text, size_t size) {
  unsigned char any = 0;
  for (size_t i = 0; i < size; i++) {
    any |= needs_escape(text[i]);
  }
  return any != 0;
}

/* Returns the end of what was written. */
static char *write_escape(char *at, char c) {
  static const char hex[] = "0123456789abcdef";
  static const char letters[] = "btn\0fr"; /* of \b and those after it */
  char letter = '\0';
  if (c >= '\b' && c <= '\r') {
    letter = letters[c - '\b'];
  } else if (c == '"' || c == '\\') {
    letter = c;
  }
  *at++ = '\\';
  if (letter != '\0') {
    *at++ = letter;
    return at;
  }
  memcpy(at, (const char[]){'u', '0', '0', hex[c >> 4], hex[c & 15]}, 5);
  return at + 5;
}

static char *write_escaped(char *at, const char *text) {
  for (; *text != '\0'; text++) {
    if (needs_escape(*text)) {
      at = write_escape(at, *text);
    } else {
      *at++ = *text;
    }
  }
  return at;
}

static void add_text(tw_json *json, tw_json_node *parent, const char *key, const char *text,
                     size_t size) {
  bool is_escaped = has_escapes(text, size);
  size_t room = is_escaped ? size * strlen("\\u0000") : size;
  char *at = begin_value(json, parent, key, room + strlen("\"\""));
  if (at == NULL) {
    return;
  }
  *at++ = '"';
  if (is_escaped) {
    at = write_escaped(at, text);
  } else {
    memcpy(at, text, size);
    at += size;
  }
  *at++ = '"';
  end_value(json, at);
}

void tw_json_text(tw_json *json, tw_json_node *parent, const char *key, const char *text) {
  if (text == NULL) {
    add_raw(json, parent, key, "null");
  } else {
    add_text(json, parent, key, text, strlen(text));
  }
}

/* The text of a "%s" or "%d"; NULL for any other conversion. */
static const char *simple_argument(char conversion, va_list *arguments,
                                   char digits[TW_JSON_NUMBER_SIZE]) {
  /* The analyzer of clang 14 does not see that every caller has begun the list. */
  if (conversion == 's') {
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    return va_arg(*arguments, const char *);
  }
  if (conversion == 'd') {
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    (void)tw_json_integer_text(va_arg(*arguments, int), digits);
    return digits;
  }
  return NULL;
}

/*
 * What vsnprintf() does, for formats with nothing but "%s" and "%d", as most are here: it takes ten
 * times as long. Returns the size; TEXT_SIZE for any other format.
 */
static size_t format_simply(char text[TEXT_SIZE], const char *format, va_list *arguments) {
  size_t used = 0;
  while (*format != '\0' && used < TEXT_SIZE - 1) {
    char digits[TW_JSON_NUMBER_SIZE];
    const char *piece = format;
    const char *next = strchr(format, 0x25);
    size_t size = next == NULL ? strlen(format) : (size_t)(next - format);
    format += size;
    if (size == 0) {
      piece = simple_argument(format[1], arguments, digits);
      if (piece == NULL) {
        return TEXT_SIZE;
      }
      size = strlen(piece);
      format += 2;
    }
    size = size < TEXT_SIZE - 1 - used ? size : TEXT_SIZE - 1 - used;
    memcpy(text + used, piece, size);
    used += size;
  }
  text[used] = '\0';
  return used;
}

void tw_json_format_list(tw_json *json, tw_json_node *parent, const char *key, const char *format,
                         va_list arguments) {
  char text[TEXT_SIZE];
  va_list once_more;
  va_copy(once_more, arguments);
  size_t size = format_simply(text, format, &once_more);
  if (size == TEXT_SIZE) {
    /* The analyzer of clang 14 does not see that every caller has begun the list. */
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    (void)vsnprintf(text, sizeof text, format, arguments);
    size = strlen(text);
  }
  va_end(once_more);
  add_text(json, parent, key, text, size);
}

void tw_json_format(tw_json *json, tw_json_node *parent, const char *key, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  tw_json_format_list(json, parent, key, format, arguments);
  va_end(arguments);
}

void tw_json_number(tw_json *json, tw_json_node *parent, const char *key, double number) {
  char *at = begin_value(json, parent, key, TW_JSON_NUMBER_SIZE);
  if (at != NULL) {
    end_value(json, at + tw_json_number_text(number, at));
  }
}

void tw_json_integer(tw_json *json, tw_json_node *parent, const char *key, double number) {
  char *at = begin_value(json, parent, key, TW_JSON_NUMBER_SIZE);
  if (at != NULL) {
    end_value(json, at + tw_json_integer_text(number, at));
  }
}

/* The calendar is counted in years from March, so that leap days come last. */
void tw_json_time(tw_json *json, tw_json_node *parent, const char *key, int64_t time_ms) {
  int64_t ms = (time_ms % 86400000 + 86400000) % 86400000;
  int64_t days = (time_ms - ms) / 86400000 + 719468; /* since 0000-03-01 */
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t march_month = (5 * day_of_year + 2) / 153;
  int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
  int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  int64_t year = year_of_era + era * 400 + (month <= 2);
  tw_json_format(json, parent, key, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)year, (int)month,
                 (int)day, (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
                 (int)(ms % 1000));
}

void tw_json_bool(tw_json *json, tw_json_node *parent, const char *key, bool value) {
  add_raw(json, parent, key, value ? "true" : "false");
}
