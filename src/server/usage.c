/* SPDX-License-Identifier: MIT */
#include "usage.h"

#include "access.h"
#include "api_call.h"
#include "dates.h"
#include "key_names.h"

#include <stdio.h>
#include <string.h>

enum { MOST_ROWS = 10000 }; /* some 5 MB of JSON */

/* A word in the query and what it stands for. */
typedef struct choice {
  const char *word;
  int value;
} choice;

static const choice spans[] = {{"hour", TW_TOTALS_HOUR},
                               {"day", TW_TOTALS_DAY},
                               {"month", TW_TOTALS_MONTH},
                               {"all", TW_TOTALS_ALL}};
static const choice groups[] = {{"none", TW_TOTALS_TOGETHER},
                                {"model", TW_TOTALS_BY_MODEL},
                                {"provider", TW_TOTALS_BY_PROVIDER},
                                {"key", TW_TOTALS_BY_KEY},
                                {"tenant", TW_TOTALS_BY_TENANT}};
static const choice tests[] = {{"exclude", 1}, {"include", 0}};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

typedef struct usage {
  tw_collector *collector;
  const tw_key *key; /* who asks */
  tw_key_names keys;
  tw_record_filter filter;
  int span;
  int group;
  tw_json *json;
  tw_json_node *rows;
  size_t row_count;
  tw_totals total; /* of all rows */
  tw_store_status status;
  tw_store_error error;
} usage;

/* False after making the answer an error. */
static bool choose(tw_api_call *call, const char *name, const char *word, const choice *choices,
                   size_t count, int *value) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(choices[i].word, word) == 0) {
      *value = choices[i].value;
      return true;
    }
  }
  tw_json_node *details = tw_api_refuse_field(call, name, "is none of those in details.allowed");
  tw_json_node *allowed = tw_json_array(&call->json, details, "allowed");
  for (size_t i = 0; i < count; i++) {
    tw_json_text(&call->json, allowed, NULL, choices[i].word);
  }
  return false;
}

static void add_to_total(tw_totals *total, const tw_totals *row) {
#define ADD(member, type) total->member += row->member;
  TW_TOTALS_SUMS(ADD)
#undef ADD
}

static void write_sums(tw_json *json, tw_json_node *row, const tw_totals *totals) {
  tw_json_integer(json, row, "requests", (double)totals->requests);
  tw_json_integer(json, row, "inputTokens", totals->prompt_tokens);
  tw_json_integer(json, row, "outputTokens", totals->completion_tokens);
  tw_json_integer(json, row, "reasoningTokens", totals->reasoning_tokens);
  tw_json_integer(json, row, "cachedTokens", totals->cached_tokens);
  tw_json_number(json, row, "energyWh", totals->energy_wh);
  tw_json_number(json, row, "energyWhLow", totals->energy_wh_low);
  tw_json_number(json, row, "energyWhHigh", totals->energy_wh_high);
  tw_json_number(json, row, "co2Grams", totals->co2_g);
  tw_json_number(json, row, "co2GramsLow", totals->co2_g_low);
  tw_json_number(json, row, "co2GramsHigh", totals->co2_g_high);
  tw_json_number(json, row, "waterMl", totals->water_ml);
  tw_json_number(json, row, "waterMlLow", totals->water_ml_low);
  tw_json_number(json, row, "waterMlHigh", totals->water_ml_high);
}

static bool take_row(void *context, const tw_totals *totals) {
  usage *u = context;
  if (u->row_count++ == MOST_ROWS) {
    return false;
  }
  tw_json_node *row = tw_json_object(u->json, u->rows, NULL);
  if (u->span != TW_TOTALS_ALL) {
    tw_json_time(u->json, row, "start", totals->start_ms);
  }
  if (u->group == TW_TOTALS_BY_KEY) {
    const tw_key *key = tw_key_names_find(&u->keys, totals->key_id);
    tw_json_text(u->json, row, "name", key == NULL ? NULL : key->name);
    tw_json_text(u->json, row, "maskedKey", key == NULL ? NULL : key->masked);
  } else if (u->group != TW_TOTALS_TOGETHER) {
    tw_json_text(u->json, row, "name", totals->group[0] == '\0' ? NULL : totals->group);
  }
  write_sums(u->json, row, totals);
  add_to_total(&u->total, totals);
  return !u->json->is_out_of_memory;
}

/* Which records, by the names in the query and by what the key may see; false for none. */
static bool choose_records(usage *u, const char *key_name, const char *tenant) {
  if (key_name != NULL) {
    u->filter.key_id = tw_key_names_id(&u->keys, key_name);
  }
  bool is_bound = u->key->tenant[0] != '\0';
  u->filter.tenant = is_bound ? u->key->tenant : tenant;
  return !is_bound || tenant == NULL || strcmp(tenant, u->key->tenant) == 0;
}

static void write_meta(const usage *u, tw_api_call *call, tw_json_node *meta) {
  if (u->filter.from_ms != INT64_MIN) {
    tw_json_time(&call->json, meta, "from", u->filter.from_ms);
  }
  if (u->filter.to_ms != INT64_MAX) {
    tw_json_time(&call->json, meta, "until", u->filter.to_ms);
  }
  tw_json_text(&call->json, meta, "tenant", u->filter.tenant);
}

static void answer_usage(tw_api_call *call) {
  usage *u = call->context;
  tw_query query;
  const char *start = NULL;
  const char *end = NULL;
  const char *by = "day";
  const char *group = "none";
  const char *with_tests = "exclude";
  const char *key_name = NULL;
  const char *tenant = NULL;
  int leaves_out_tests = 0;
  const tw_api_parameter parameters[] = {
      {.name = "startDate", .text = &start},
      {.name = "endDate", .text = &end},
      {.name = "by", .text = &by},
      {.name = "group", .text = &group},
      {.name = "keyName", .text = &key_name},
      {.name = "tenant", .text = &tenant},
      {.name = "tests", .text = &with_tests},
  };
  if (!tw_api_read_query(call, parameters, COUNT_OF(parameters), &query) ||
      !tw_date_read_bound(call, "startDate", start, false, &u->filter.from_ms) ||
      !tw_date_read_bound(call, "endDate", end, true, &u->filter.to_ms) ||
      !choose(call, "by", by, spans, COUNT_OF(spans), &u->span) ||
      !choose(call, "group", group, groups, COUNT_OF(groups), &u->group) ||
      !choose(call, "tests", with_tests, tests, COUNT_OF(tests), &leaves_out_tests)) {
    return;
  }
  u->filter.leaves_out_tests = leaves_out_tests != 0;
  u->json = &call->json;
  tw_json_node *answer = tw_api_succeed(call);
  tw_json_text(&call->json, answer, "status", "success");
  u->rows = tw_json_array(&call->json, answer, "data");
  u->status = tw_key_names_read(&u->keys, u->collector->store, &u->error);
  if (u->status == TW_STORE_OK && choose_records(u, key_name, tenant)) {
    u->status = tw_store_totals(u->collector->store, &u->filter, (tw_totals_span)u->span,
                                (tw_totals_group)u->group, take_row, u, &u->error);
  }
  if (u->row_count > MOST_ROWS) {
    tw_api_refuse_field(call, "by",
                        "makes more than 10000 rows: ask for longer spans, or for less time");
    return;
  }
  if (u->status != TW_STORE_OK) {
    call->json.is_out_of_memory = true; /* there is no answer */
    return;
  }
  write_sums(&call->json, tw_json_object(&call->json, answer, "total"), &u->total);
  tw_json_node *meta = tw_json_object(&call->json, answer, "meta");
  write_meta(u, call, meta);
  tw_api_write_query_warnings(call, meta, parameters, COUNT_OF(parameters), &query);
}

void tw_usage_answer(tw_collector *collector, tw_request *request, const tw_key *key,
                     tw_api_response *response) {
  usage u = {.collector = collector,
             .key = key,
             .filter = TW_RECORD_FILTER_ALL,
             .error = {"not enough memory"}};
  tw_api_request asked = {
      .method = request->method, .path = request->path, .query = request->query};
  if (tw_api_run(&asked, answer_usage, &u, NULL, response) != TW_OK) {
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &u.error);
  }
  tw_key_names_free(&u.keys);
}
