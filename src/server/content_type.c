/* SPDX-License-Identifier: MIT */
#include "content_type.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct {
  const char *extension;
  const char *type;
} types[] = {
    {"html", "text/html; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"wasm", "application/wasm"}, /* without it browsers refuse to compile while downloading */
    {"json", "application/json"},
    {"map", "application/json"},
    {"webmanifest", "application/manifest+json"},
    {"txt", "text/plain; charset=utf-8"},
    {"md", "text/markdown; charset=utf-8"},
    {"ts", "text/plain; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"webp", "image/webp"},
    {"ico", "image/x-icon"},
    {"woff2", "font/woff2"},
};

const char *tw_content_type_of(const char *file_name) {
  const char *dot = strrchr(file_name, '.');
  for (size_t i = 0; dot != NULL && i < sizeof types / sizeof types[0]; i++) {
    if (strcasecmp(dot + 1, types[i].extension) == 0) {
      return types[i].type;
    }
  }
  return "application/octet-stream";
}

bool tw_content_type_is_json(const char *header) {
  static const char json[] = "application/json";
  if (header == NULL || strncasecmp(header, json, sizeof json - 1) != 0) {
    return false;
  }
  const char *rest = header + sizeof json - 1;
  rest += strspn(rest, " \t");
  return *rest == '\0' || *rest == ';';
}
