/* SPDX-License-Identifier: MIT */
#ifndef TW_API_CALL_H
#define TW_API_CALL_H

/* One request on its way through its route: every src/api_*.c answers by means of these. */

#include "chat_template.h"
#include "json.h"
#include "query.h"
#include "tokenwatt/api.h"
#include "tokenwatt/footprint.h"

#include <cjson/cJSON.h>

struct tw_api_turn;

/** The carbon intensity of a grid at one time, which is newer than the tables. */
typedef struct tw_api_reading {
  int64_t time_s;
  double gco2e_per_kwh;
} tw_api_reading;

/** Readings of one place, the oldest first. */
typedef struct tw_api_readings {
  const tw_api_reading *list;
  size_t count;
  const char *source;
} tw_api_readings;

/** What GET /api/health says of a store. */
typedef struct tw_api_store_health {
  double readings; /* whole numbers all three */
  double records;
  double keys;
  bool is_healthy;
} tw_api_store_health;

/** The request, and the answer as far as it is made. */
typedef struct tw_api_call {
  const tw_api_request *request;
  tw_json json; /* the answer */
  int http_status;
  cJSON *body;   /* of the request, parsed; owned */
  void *context; /* of whoever runs the call */
  /* Told what was calculated, with texts that are gone after it; NULL where nobody records it. */
  void (*on_turn)(struct tw_api_call *call, const struct tw_api_turn *turn,
                  const tw_footprint *footprint);
  /* Finds what is newer than the tables; false if there is nothing. NULL where nobody keeps it. */
  bool (*find_readings)(struct tw_api_call *call, const tw_grid_series *series,
                        tw_api_readings *readings);
  const tw_api_store_health *store; /* NULL without a store */
} tw_api_call;

/**
 * Answers a request by a route of the caller's own, as tw_api_handle() does by those of the table:
 * for a server that has more than the tables.
 */
tw_status tw_api_run(const tw_api_request *request, void (*answer)(tw_api_call *call),
                     void *context, const tw_allocator *allocator, tw_api_response *response);

/** Begins the answer of a success. */
tw_json_node *tw_api_succeed(tw_api_call *call);

/** Makes the answer an error with a message as printf makes it; returns its `details`, to fill. */
TW_PRINTF(4, 5)
tw_json_node *tw_api_fail(tw_api_call *call, int http_status, const char *code, const char *format,
                          ...);

/** A 400 that names the field: "prompt_tokens must not be negative". Returns `details`. */
tw_json_node *tw_api_refuse_field(tw_api_call *call, const char *field, const char *message);

/** The body as JSON, which must be an object: the call's. NULL after making the answer an error. */
const cJSON *tw_api_parse_body(tw_api_call *call);

/** A boolean field of a body. */
typedef enum tw_api_flag { TW_FLAG_NOT_GIVEN, TW_FLAG_FALSE, TW_FLAG_TRUE } tw_api_flag;

/** A field of a body: where it goes, by its kind. What is null in JSON counts as not given. */
typedef struct tw_api_field {
  const char *name;
  bool is_required;
  enum { TW_FIELD_TEXT, TW_FIELD_NUMBER, TW_FIELD_COUNT, TW_FIELD_FLAG, TW_FIELD_SHARE } kind;
  const char **text;      /* of TW_FIELD_TEXT; NULL only checks it. Borrows from the body */
  tw_usage_number number; /* of TW_FIELD_NUMBER: a number of the turn's usage */
  int64_t *count;         /* of TW_FIELD_COUNT: a whole number that is no part of the usage */
  tw_api_flag *flag;      /* of TW_FIELD_FLAG; NULL only checks it */
  double *share;          /* of TW_FIELD_SHARE, from 0 to 1 */
} tw_api_field;

enum { TW_IGNORED_LIMIT = 8 };

/** What a body says of a turn. */
typedef struct tw_api_turn {
  tw_usage usage;
  const char *method;
  const char *tree_basis;                /* "example" or "published"; NULL is the former */
  const char *model_found_by;            /* how a page named the model */
  int64_t message_count;                 /* of the request; 0 if not given */
  const tw_chat_template *chat_template; /* whose tokens the usage has; NULL for none */
  tw_api_flag context_incomplete;
  const char *source; /* as they were posted, like the following; they change no result */
  const char *estimation_method;
  const char *tenant_id;
  const char *developer_id;
  const char *session_id;
  const char *event_id;
  const char *ignored[TW_IGNORED_LIMIT]; /* names of fields that nothing is known of */
  size_t ignored_count;
} tw_api_turn;

/** The turn that a body is read into, before it is. */
void tw_api_turn_init(tw_api_turn *turn);

/** Reads the fields, 32 at most; false after making the answer an error. */
bool tw_api_read_fields(tw_api_call *call, const cJSON *body, const tw_api_field *fields,
                        size_t count, tw_api_turn *turn);

/**
 * Calculates the footprint of a turn; false after making the answer an error. `region_field` is
 * what the region is called in this body.
 */
bool tw_api_calculate_turn(tw_api_call *call, const tw_api_turn *turn, const char *region_field,
                           tw_footprint *footprint);

/** Writes the calculate response into `parent`; returns its `details`, to be added to. */
tw_json_node *tw_api_write_footprint(tw_api_call *call, tw_json_node *parent,
                                     const tw_api_turn *turn, const tw_footprint *footprint);

/** A parameter of a query: its kind is that of the one place which is not NULL. */
typedef struct tw_api_parameter {
  const char *name;
  const char **text; /* borrows from the query */
  double *amount;    /* a number that is not negative */
  int *count;        /* a whole number from `least` to `most` */
  int least;
  int most;
} tw_api_parameter;

/**
 * Reads the parameters of the request's query; false after making the answer an error. What is not
 * given, or given without a value, stays as it is. An unknown parameter is left for
 * tw_api_write_query_warnings().
 */
bool tw_api_read_query(tw_api_call *call, const tw_api_parameter *parameters, size_t count,
                       tw_query *query);

/** Writes `warnings` into `meta`: a sentence for each parameter that is none of these. */
void tw_api_write_query_warnings(tw_api_call *call, tw_json_node *meta,
                                 const tw_api_parameter *parameters, size_t count,
                                 const tw_query *query);

/** Writes `details` alone: everything that is known of a footprint. */
tw_json_node *tw_api_write_details(tw_api_call *call, tw_json_node *parent, const tw_api_turn *turn,
                                   const tw_footprint *footprint);

/* The routes, and the estimate. */
void tw_api_calculate(tw_api_call *call);
void tw_api_co2_estimate(tw_api_call *call);
void tw_api_models(tw_api_call *call);
void tw_api_regions(tw_api_call *call);
void tw_api_leaderboard(tw_api_call *call);
void tw_api_recommend(tw_api_call *call);
void tw_api_carbon(tw_api_call *call);
void tw_api_carbon_all(tw_api_call *call);
void tw_api_health(tw_api_call *call);
void tw_api_estimate_call(tw_api_call *call);

#endif
