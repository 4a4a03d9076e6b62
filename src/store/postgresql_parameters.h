/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_POSTGRESQL_PARAMETERS_H
#define TW_STORE_POSTGRESQL_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TW_PG_PARAMETERS = 40 };

typedef enum tw_pg_type { TW_PG_TEXT, TW_PG_INTEGER, TW_PG_REAL } tw_pg_type;

/**
 * The parameters of a statement in PostgreSQL's binary form: $1, $2 … in the order in which they
 * were added. Statements say their types with casts ($1::int8, $2::text[]). Texts and blobs are
 * borrowed. Running out of memory is noticed once, by tw_pg_parameters_are_whole().
 */
typedef struct tw_pg_parameters {
  int count;
  bool is_short; /* of memory */
  struct tw_pg_parameter {
    const char *value; /* NULL for what is in bytes[] or buffer */
    char bytes[8];
    char *buffer; /* an array; owned */
    size_t size;
    size_t capacity;
    uint32_t items;
  } list[TW_PG_PARAMETERS];
} tw_pg_parameters;

void tw_pg_parameters_init(tw_pg_parameters *parameters);
void tw_pg_parameters_free(tw_pg_parameters *parameters);

void tw_pg_add_text(tw_pg_parameters *parameters, const char *text);
void tw_pg_add_blob(tw_pg_parameters *parameters, const void *bytes, size_t size);
void tw_pg_add_integer(tw_pg_parameters *parameters, int64_t value);

/** Adds an empty array; returns its place, for the functions below. */
int tw_pg_add_array(tw_pg_parameters *parameters, tw_pg_type type);

/* Each appends an item to an array of its type. TW_RECORD_UNKNOWN is NULL. */
void tw_pg_append_text(tw_pg_parameters *parameters, int array, const char *text);
void tw_pg_append_integer(tw_pg_parameters *parameters, int array, int64_t value);
void tw_pg_append_real(tw_pg_parameters *parameters, int array, double value);

/** To be asked before they are used; also completes the arrays. */
bool tw_pg_parameters_are_whole(tw_pg_parameters *parameters);

/** The bytes of a parameter. */
const char *tw_pg_parameter_value(const tw_pg_parameters *parameters, int index);

#endif
