/* SPDX-License-Identifier: MIT */
#include "json_print.h"

#include "allocator.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Where the text goes; without room for it yet, it is only measured. */
typedef struct printer {
  char *text; /* NULL to measure */
  size_t size;
} printer;

static void put(printer *p, const char *bytes, size_t size) {
  if (p->text != NULL) {
    memcpy(p->text + p->size, bytes, size);
  }
  p->size += size;
}

static void put_one(printer *p, char c) {
  if (p->text != NULL) {
    p->text[p->size] = c;
  }
  p->size++;
}

static bool needs_escape(char c) {
  return (unsigned char)c < ' ' || c == '"' || c == '\\';
}

static void put_escape(printer *p, char c) {
  static const char hex[] = "0123456789abcdef";
  static const char letters[] = "btn\0fr"; /* of \b and those after it */
  char letter = '\0';
  if (c >= '\b' && c <= '\r') {
    letter = letters[c - '\b'];
  } else if (c == '"' || c == '\\') {
    letter = c;
  }
  if (letter != '\0') {
    put(p, (const char[]){'\\', letter}, 2);
  } else {
    put(p, (const char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
  }
}

/* How many bytes need a backslash: nearly always none, so it is asked without a branch. */
static size_t count_escapes(const char *text, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < size; i++) {
    count += needs_escape(text[i]);
  }
  return count;
}

static void put_string(printer *p, const char *text) {
  size_t size = strlen(text);
  put_one(p, '"');
  if (count_escapes(text, size) == 0) {
    put(p, text, size);
  } else {
    for (; *text != '\0'; text++) {
      if (needs_escape(*text)) {
        put_escape(p, *text);
      } else {
        put_one(p, *text);
      }
    }
  }
  put_one(p, '"');
}

/* Prints an item with all below it; nothing is nested deeper than the code that built it. */
static void put_item(printer *p, const cJSON *item) {
  if (item->string != NULL) {
    put_one(p, '"'); /* keys are our own, and have nothing to be escaped */
    put(p, item->string, strlen(item->string));
    put(p, "\":", 2);
  }
  switch (item->type & 0xFF) {
  case cJSON_Raw:
    put(p, item->valuestring, strlen(item->valuestring));
    return;
  case cJSON_String:
    put_string(p, item->valuestring);
    return;
  default:
    break;
  }
  bool is_object = cJSON_IsObject(item);
  put_one(p, is_object ? '{' : '[');
  for (const cJSON *child = item->child; child != NULL; child = child->next) {
    put_item(p, child);
    if (child->next != NULL) {
      put_one(p, ',');
    }
  }
  put_one(p, is_object ? '}' : ']');
}

char *tw_json_print(const cJSON *root, const tw_allocator *allocator, size_t *size) {
  printer p = {NULL, 0};
  put_item(&p, root);
  tw_allocator memory = tw_allocator_or_heap(allocator);
  p.text = tw_allocate(&memory, p.size + 1, 1);
  if (p.text == NULL) {
    return NULL;
  }
  p.size = 0;
  put_item(&p, root);
  p.text[p.size] = '\0';
  *size = p.size;
  return p.text;
}
