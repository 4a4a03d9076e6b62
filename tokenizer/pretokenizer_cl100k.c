/* SPDX-License-Identifier: MIT */
/*
 * The pattern of cl100k_base, alternatives in order:
 *
 *   1  (?i:'s|'t|'re|'ve|'m|'ll|'d)
 *   2  [^\r\n\p{L}\p{N}]?\p{L}+
 *   3  \p{N}{1,3}
 *   4   ?[^\s\p{L}\p{N}]+[\r\n]*
 *   5  \s*[\r\n]+|\s+(?!\S)|\s+
 *
 * Newer releases of tiktoken write the last line as \s++$|\s*[\r\n]|\s+(?!\S)|\s, which takes white
 * space behind the text's last line break into one piece with it. The ids are the same, because no
 * token of cl100k_base has white space behind a line break at its end.
 */
#include "pretokenizer.h"

size_t tw_piece_end_cl100k(const uint8_t *text, size_t size, size_t start) {
  uint32_t length;
  unsigned first = tw_class_at(text, size, start, &length);

  size_t contraction = tw_contraction_size(text, size, start);
  if (contraction > 0) {
    return start + contraction;
  }
  size_t word = first & TW_CLASSES_PREFIX ? start + length : start;
  size_t end = first == TW_CLASS_NEWLINE ? word : tw_run_end(text, size, word, TW_CLASSES_LETTER);
  if (end > word) {
    return end;
  }
  if (first & TW_CLASS_NUMBER) {
    return tw_number_end(text, size, start);
  }
  size_t symbols = text[start] == ' ' ? start + 1 : start;
  end = tw_run_end(text, size, symbols, TW_CLASSES_SYMBOL);
  if (end > symbols) {
    while (end < size && (text[end] == '\r' || text[end] == '\n')) {
      end++;
    }
    return end;
  }
  return tw_space_end(text, size, start);
}
