// SPDX-License-Identifier: MIT
#include "engine.h"

#include <cstdio>
#include <exception>
#include <quicktok.hpp>

struct engine {
  quicktok::Tokenizer tokenizer;
  std::vector<uint32_t> ids;
};

engine *engine_open(const char *path) {
  try {
    return new engine{quicktok::Tokenizer::load_dir(path, "o200k_base"), {}};
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s: %s\n", path, error.what());
    return nullptr;
  }
}

size_t engine_count(engine *self, const char *text, size_t size) {
  return self->tokenizer.count({text, size});
}

const uint32_t *engine_encode(engine *self, const char *text, size_t size, size_t *count) {
  self->ids.clear();
  self->tokenizer.encode(reinterpret_cast<const uint8_t *>(text), size, self->ids);
  *count = self->ids.size();
  return self->ids.data();
}

size_t engine_pieces(engine *, const char *, size_t) {
  return 0;
}
