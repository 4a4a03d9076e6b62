/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIGNIFICANT_DIGITS = 10, TEXT_SIZE = 640 };

/* Takes the item over, also where it fails. Returns it, or NULL. */
static cJSON *add(tw_json *json, cJSON *parent, const char *key, cJSON *item) {
  bool is_added = item != NULL && parent != NULL &&
                  (key == NULL ? cJSON_AddItemToArray(parent, item)
                               : cJSON_AddItemToObjectCS(parent, key, item));
  if (is_added) {
    return item;
  }
  cJSON_Delete(item);
  json->is_out_of_memory = true;
  return NULL;
}

cJSON *tw_json_root(tw_json *json) {
  cJSON *root = cJSON_CreateObject();
  json->is_out_of_memory = json->is_out_of_memory || root == NULL;
  return root;
}

cJSON *tw_json_object(tw_json *json, cJSON *parent, const char *key) {
  return add(json, parent, key, cJSON_CreateObject());
}

cJSON *tw_json_array(tw_json *json, cJSON *parent, const char *key) {
  return add(json, parent, key, cJSON_CreateArray());
}

void tw_json_text(tw_json *json, cJSON *parent, const char *key, const char *text) {
  add(json, parent, key, text == NULL ? cJSON_CreateNull() : cJSON_CreateString(text));
}

void tw_json_format_list(tw_json *json, cJSON *parent, const char *key, const char *format,
                         va_list arguments) {
  char text[TEXT_SIZE];
  /* The analyzer of clang 14 does not see that every caller has begun the list. */
  /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
  (void)vsnprintf(text, sizeof text, format, arguments);
  tw_json_text(json, parent, key, text);
}

void tw_json_format(tw_json *json, cJSON *parent, const char *key, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  tw_json_format_list(json, parent, key, format, arguments);
  va_end(arguments);
}

/* cJSON prints 15 digits where they suffice, so the nearest double is good enough. */
static double rounded(double number) {
  if (number == 0 || !isfinite(number)) {
    return number;
  }
  int places = SIGNIFICANT_DIGITS - 1 - (int)floor(log10(fabs(number)));
  double scale = pow(10, abs(places));
  if (!isfinite(scale)) {
    return number;
  }
  return places >= 0 ? round(number * scale) / scale : round(number / scale) * scale;
}

void tw_json_number(tw_json *json, cJSON *parent, const char *key, double number) {
  add(json, parent, key, isnan(number) ? cJSON_CreateNull() : cJSON_CreateNumber(rounded(number)));
}

void tw_json_integer(tw_json *json, cJSON *parent, const char *key, double number) {
  char digits[32]; /* cJSON itself keeps 15 digits, one too few for the largest */
  (void)snprintf(digits, sizeof digits, "%.0f", number);
  add(json, parent, key, cJSON_CreateRaw(digits));
}

void tw_json_bool(tw_json *json, cJSON *parent, const char *key, bool value) {
  add(json, parent, key, cJSON_CreateBool(value));
}

void tw_json_attach(tw_json *json, cJSON *parent, const char *key, cJSON *item) {
  add(json, parent, key, item);
}
