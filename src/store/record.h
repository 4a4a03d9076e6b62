/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_RECORD_H
#define TW_STORE_RECORD_H

#include <stddef.h>
#include <stdint.h>

/**
 * One request to a model as it is stored: what was posted, what was calculated from it, and whose
 * it is. The lists below are the columns: structure, tables, export and import are made from them,
 * so that a column is added in one place (and by a migration).
 */

/** A time or a whole number that is not known. */
#define TW_RECORD_UNKNOWN INT64_MIN

/** The size of an id with its NUL: a UUID in lower case. */
enum { TW_RECORD_ID_SIZE = 37 };

/* X(member): texts; "" where not given, never NULL. `id` comes first. */
#define TW_RECORD_TEXTS(X)                                                                         \
  X(id)                /* UUID; unique together with key_id. tw_record_id_make() */                \
  X(route)             /* "calculate" or "track": by which route it came */                        \
  X(tenant)            /* the customer it is for */                                                \
  X(developer_id)      /* who works */                                                             \
  X(session_id)        /* of this developer */                                                     \
  X(provider)          /* as it was posted */                                                      \
  X(model)             /* as it was posted */                                                      \
  X(matched_model)     /* the id in the table of models that the name was found as */              \
  X(detected_region)   /* as it was posted */                                                      \
  X(source)            /* as it was posted: "dom_estimated" */                                     \
  X(estimation_method) /* as it was posted: "dom_gpt_tokenizer_v1" */                              \
  X(method)            /* of the footprint: "tokenwatt" */                                         \
  X(confidence)        /* "measured", "benchmarked", "estimated" */                                \
  X(place_method)      /* "EXACT_REGION", "ZONE", "PROVIDER_DEFAULT", "WORLD" */                   \
  X(final_region)      /* whose grid was used */                                                   \
  X(final_provider)

/* X(member): whole numbers; those of times TW_RECORD_UNKNOWN where not known. */
#define TW_RECORD_INTEGERS(X)                                                                      \
  X(key_id)              /* of the key it was posted with; 0 for none. Tables are sharded by it */ \
  X(time_ms)             /* when it happened: orders the history, falls into days and months */    \
  X(received_ms)         /* when it was stored first */                                            \
  X(start_time_ms)       /* as it was posted */                                                    \
  X(first_token_time_ms) /* likewise */                                                            \
  X(prompt_tokens)                                                                                 \
  X(completion_tokens)                                                                             \
  X(reasoning_tokens)                                                                              \
  X(cached_tokens)                                                                                 \
  X(is_test)            /* 1: posted with a test key, no part of any report */                     \
  X(context_incomplete) /* 1: earlier turns are missing from the counts */

/* X(member): real numbers, all known. */
#define TW_RECORD_REALS(X)                                                                         \
  X(energy_wh)                                                                                     \
  X(energy_wh_low)                                                                                 \
  X(energy_wh_high)                                                                                \
  X(co2_g)                                                                                         \
  X(co2_g_low)                                                                                     \
  X(co2_g_high)                                                                                    \
  X(water_ml)                                                                                      \
  X(water_ml_low)                                                                                  \
  X(water_ml_high)

typedef struct tw_record {
#define TW_RECORD_MEMBER(member) const char *member;
  TW_RECORD_TEXTS(TW_RECORD_MEMBER)
#undef TW_RECORD_MEMBER
#define TW_RECORD_MEMBER(member) int64_t member;
  TW_RECORD_INTEGERS(TW_RECORD_MEMBER)
#undef TW_RECORD_MEMBER
#define TW_RECORD_MEMBER(member) double member;
  TW_RECORD_REALS(TW_RECORD_MEMBER)
#undef TW_RECORD_MEMBER
} tw_record;

typedef enum tw_column_kind { TW_COLUMN_TEXT, TW_COLUMN_INTEGER, TW_COLUMN_REAL } tw_column_kind;

/** A column: its name in tables and files is the member's. */
typedef struct tw_record_column {
  const char *name;
  tw_column_kind kind;
  size_t offset; /* of the member */
} tw_record_column;

/** How many columns there are. */
size_t tw_record_column_count(void);

/** A column: texts first, then whole numbers, then reals, in the order of the lists. */
const tw_record_column *tw_record_column_at(size_t index);

/** A record of empty texts, unknown times and zeros. */
void tw_record_init(tw_record *record);

/** The members of a column. */
const char **tw_record_text(tw_record *record, const tw_record_column *column);
int64_t *tw_record_integer(tw_record *record, const tw_record_column *column);
double *tw_record_real(tw_record *record, const tw_record_column *column);

/**
 * The id of a record. The same client-made id posted with the same key makes the same id, so that a
 * retry meets the record that it repeats; without one (NULL or "") it is a new random UUID that
 * begins with the time (version 7). 0, or an errno value if the system gave no random bytes.
 */
int tw_record_id_make(int64_t key_id, const char *client_id, int64_t now_ms,
                      char id[TW_RECORD_ID_SIZE]);

#endif
