/* SPDX-License-Identifier: MIT */
/*
 * The kinds of place at which every text may be cut. Let W be the whole text, cut into A and B.
 *
 *   1. before a U+0020 that follows a printable ASCII character other than U+0020;
 *   2. behind a CR or LF that is followed by neither white space nor "/";
 *   3. behind an ASCII letter, before an ASCII character that is neither a letter nor "'";
 *   4. before an ASCII digit that follows a printable ASCII character that is neither a digit nor
 *      U+0020, and behind an ASCII digit, before any other ASCII character.
 *
 * No piece of W spans such a place. Alternatives are those of pretokenizer_cl100k.c, _o200k.c and
 * _deepseek.c; Qwen's differ from the first in that a number has one digit, and Tekken's from the
 * second in that and in having no contractions:
 *
 *   1. A piece can have a space as its first character (prefix of a word, " ?" of symbols) or in a
 *      run of nothing but white space; in no alternative does a space follow anything else. Here
 *      it does not follow white space, so it is a piece's first character. What DeepSeek's
 *      alternatives leave over has no space in it, because one of them matches any white space.
 *   2. A piece can have CR and LF in a run of white space, or in the end [\r\n]* or [\r\n/]* of
 *      symbols. Behind them in the same piece can only stand white space or "/"; they are no
 *      prefix of a word. So what follows begins a piece.
 *   3. Behind a letter in the same piece can only stand a letter, a mark, or the "'" of a
 *      contraction; marks are not ASCII.
 *   4. A piece with a number in it has nothing else in it.
 *
 * The pieces of B are those of W from the cut on, because where a piece ends depends on nothing
 * before its beginning. That holds for DeepSeek's three patterns one after another, too: of which
 * of the runs that the first two make a character is, it says itself, and numbers are parted by
 * three from the beginning of a piece.
 *
 * The pieces of A are those of W before the cut: a matcher tries ways to match in a fixed order and
 * takes the first that succeeds. The way it takes in W stays within A, so it is there to be tried
 * in A, and every way there is in A is there in W as well. The same one is the first to succeed
 * unless the two differ in what a look-ahead at the cut says. There are two. \s+(?!\S) can look at
 * the cut only if A ends in white space, as it does in 2 alone. There it may find the end of A
 * where W has a letter; but \s*[\r\n]+, which is tried before it, matches a run up to its last line
 * break, hence up to the cut in both. And what DeepSeek's alternatives leave over ends before its
 * last character if a letter follows that; but such a character is neither printable ASCII nor a
 * line break, and A does not end in one.
 *
 * Ill-formed bytes become U+FFFD part by part, and no ill-formed part reaches over an ASCII byte:
 * continuation bytes are not ASCII. The byte before each place is ASCII, so repair stands at the
 * beginning of a character there, in W as in B, and A leaves nothing unfinished. The character
 * behind the place is looked at as repaired: U+FFFD is a symbol. The bytes of a piece are the same
 * in all of this, and so are its tokens.
 *
 * A vocabulary of characters has no pattern, and these four are not places to cut. There a place is
 * one between two characters of ASCII that no token has side by side: nothing is merged across it,
 * nor is a token found whole across it, and to cut means no more.
 */
#include "cut.h"

#include "utf8.h"
#include "vocabulary.h"

static int is_line_end(uint8_t byte) {
  return byte == '\n' || byte == '\r';
}

static int is_printable(uint8_t byte) {
  return byte > ' ' && byte < 0x7F;
}

/* Whether a piece begins behind a line break with what is not ASCII; "no" if bytes are missing. */
static int begins_line(const uint8_t *text, size_t size, size_t at) {
  tw_utf8_unit unit = tw_utf8_examine(text + at, size - at);
  if (!unit.well_formed) {
    return !unit.cut_off;
  }
  uint32_t length;
  return (tw_class_at(text, size, at, &length) & TW_CLASSES_SPACE) == 0;
}

int tw_cut_between(const tw_vocabulary *v, uint8_t before, uint8_t behind) {
  if (tw_vocabulary_has_joins(v)) {
    return before < 0x80 && behind < 0x80 && !tw_join_may_be(&v->joins, before, behind);
  }
  unsigned second = tw_class_of_byte[behind];
  if (is_line_end(before)) {
    return (second & TW_CLASSES_SPACE) == 0 && behind != '/';
  }
  if (!is_printable(before)) {
    return 0;
  }
  unsigned first = tw_class_of_byte[before];
  if (first & TW_CLASSES_LETTER) {
    return (second & TW_CLASSES_LETTER) == 0 && behind != '\'';
  }
  if (first == TW_CLASS_NUMBER || second == TW_CLASS_NUMBER) {
    return first != second;
  }
  return behind == ' ';
}

/* Whether the text may be cut at a place, 0 < at < size. */
static int is_cut(const tw_vocabulary *v, const uint8_t *text, size_t size, size_t at) {
  if (text[at] < 0x80 || tw_vocabulary_has_joins(v)) {
    return tw_cut_between(v, text[at - 1], text[at]);
  }
  return is_line_end(text[at - 1]) && begins_line(text, size, at);
}

size_t tw_cut_find(const tw_vocabulary *v, const uint8_t *text, size_t size, size_t from) {
  if (v->begins_with_blank) {
    return size; /* which a second part would get, too */
  }
  for (size_t at = from > 0 ? from : 1; at < size; at++) {
    if (is_cut(v, text, size, at)) {
      return at;
    }
  }
  return size;
}

size_t tw_cut_find_last(const tw_vocabulary *v, const uint8_t *text, size_t size, size_t from) {
  for (size_t at = size; at-- > from && at > 0;) {
    if (is_cut(v, text, size, at)) {
      return at;
    }
  }
  return 0;
}
