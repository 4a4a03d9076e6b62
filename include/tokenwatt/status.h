/* SPDX-License-Identifier: MIT */
#ifndef TOKENWATT_STATUS_H
#define TOKENWATT_STATUS_H

/**
 * What every function of the library that can fail returns: 0 is success, errors are negative.
 * One list makes the enum, the names and the texts, so that they cannot drift apart.
 * The numbers are part of the WebAssembly boundary: append, never renumber.
 */

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, number, code, text): `code` is what JavaScript's `error.code` and JSON carry. */
#define TW_STATUS_LIST(X)                                                                          \
  X(OK, 0, "ok", "success")                                                                        \
  X(ERR_ARGUMENT, -1, "invalid_argument", "an argument is missing or out of range")                \
  X(ERR_MEMORY, -2, "out_of_memory", "not enough memory")                                          \
  X(ERR_BUFFER, -3, "buffer_too_small", "the output buffer is too small")                          \
  X(ERR_VOCABULARY_FOREIGN, -4, "vocabulary_foreign", "not a Tokenwatt vocabulary (.twv)")         \
  X(ERR_VOCABULARY_VERSION, -5, "vocabulary_version",                                              \
    "the vocabulary was made for another version of Tokenwatt")                                    \
  X(ERR_VOCABULARY_TRUNCATED, -6, "vocabulary_truncated", "the vocabulary ends too early")         \
  X(ERR_VOCABULARY_CORRUPT, -7, "vocabulary_corrupt",                                              \
    "the vocabulary is damaged: its checksum or its contents do not hold")                         \
  X(ERR_TOKEN, -8, "unknown_token", "a token id is not in the vocabulary")                         \
  X(ERR_TEXT, -9, "invalid_text", "the text is not what was expected")                             \
  X(ERR_JSON, -10, "invalid_json", "the text is not valid JSON")                                   \
  X(ERR_FIELD, -11, "validation_error", "a field is missing or has a wrong type or value")         \
  X(ERR_NOT_FOUND, -12, "not_found", "no such entry")                                              \
  X(ERR_VOCABULARY_PATTERN, -13, "vocabulary_pattern",                                             \
    "the vocabulary splits text in a way that this version of Tokenwatt does not know")

typedef enum tw_status {
#define TW_STATUS_ENUM(name, number, code, text) TW_##name = (number),
  TW_STATUS_LIST(TW_STATUS_ENUM)
#undef TW_STATUS_ENUM
} tw_status;

/** The machine-readable code of a status ("ok", "out_of_memory", …). Never NULL; static. */
const char *tw_status_code(tw_status status);

/** One English sentence fragment on a status. Never NULL; static. */
const char *tw_status_text(tw_status status);

#ifdef __cplusplus
}
#endif
#endif
