/* SPDX-License-Identifier: MIT */
/* The query of a request: checks every parameter, and refuses with the name of the wrong one. */
#include "api_call.h"
#include "json_syntax.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const tw_api_parameter *find(const tw_api_parameter *parameters, size_t count,
                                    const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(parameters[i].name, name) == 0) {
      return &parameters[i];
    }
  }
  return NULL;
}

/* As JSON writes numbers; NaN if it is none. */
static double read_number(tw_api_call *call, const char *text) {
  size_t size = strlen(text);
  tw_json_fault fault;
  if (!tw_json_is_valid(text, size, &fault)) {
    return NAN;
  }
  cJSON *parsed = cJSON_ParseWithLength(text, size);
  call->json.is_out_of_memory = call->json.is_out_of_memory || parsed == NULL;
  double number = cJSON_IsNumber(parsed) ? cJSON_GetNumberValue(parsed) : NAN;
  cJSON_Delete(parsed);
  return number;
}

static bool refuse_number(tw_api_call *call, const tw_api_parameter *parameter) {
  char message[64] = "must be a number, and not negative";
  if (parameter->count != NULL) {
    (void)snprintf(message, sizeof message, "must be a whole number from %d to %d",
                   parameter->least, parameter->most);
  }
  tw_api_refuse_field(call, parameter->name, message);
  return false;
}

static bool read_value(tw_api_call *call, const tw_api_parameter *parameter, const char *value) {
  if (strlen(value) > TW_USAGE_NAME_MAX) {
    tw_api_refuse_field(call, parameter->name, "is too long");
    return false;
  }
  if (*value == '\0') {
    return true;
  }
  if (parameter->text != NULL) {
    *parameter->text = value;
    return true;
  }
  double number = read_number(call, value);
  if (parameter->count != NULL) {
    if (!(number >= parameter->least && number <= parameter->most && number == floor(number))) {
      return refuse_number(call, parameter);
    }
    *parameter->count = (int)number;
    return true;
  }
  if (!(number >= 0 && isfinite(number))) {
    return refuse_number(call, parameter);
  }
  *parameter->amount = number;
  return true;
}

static bool is_repeated(const tw_query *query, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (strcmp(query->pairs[i].name, query->pairs[index].name) == 0) {
      return true;
    }
  }
  return false;
}

bool tw_api_read_query(tw_api_call *call, const tw_api_parameter *parameters, size_t count,
                       tw_query *query) {
  const char *problem = NULL;
  if (!tw_query_parse(call->request->query, query, &problem)) {
    tw_api_fail(call, 400, "validation_error", "The query %s.", problem);
    return false;
  }
  for (size_t i = 0; i < query->count; i++) {
    const tw_query_pair *pair = &query->pairs[i];
    const tw_api_parameter *parameter = find(parameters, count, pair->name);
    if (parameter == NULL) {
      continue;
    }
    if (is_repeated(query, i)) {
      tw_api_refuse_field(call, parameter->name, "is given twice");
      return false;
    }
    if (!read_value(call, parameter, pair->value)) {
      return false;
    }
  }
  return true;
}

void tw_api_write_query_warnings(tw_api_call *call, tw_json_node *meta,
                                 const tw_api_parameter *parameters, size_t count,
                                 const tw_query *query) {
  tw_json_node *warnings = tw_json_array(&call->json, meta, "warnings");
  for (size_t i = 0; i < query->count; i++) {
    const char *name = query->pairs[i].name;
    if (find(parameters, count, name) == NULL) {
      bool is_short = strlen(name) <= TW_USAGE_NAME_MAX;
      tw_json_format(&call->json, warnings, NULL, "The parameter '%s' is unknown and was ignored.",
                     is_short ? name : "(of a long name)");
    }
  }
}
