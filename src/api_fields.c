/* SPDX-License-Identifier: MIT */
/* Reading the body of a request: what is wrong with it is said with its place or field. */
#include "api_call.h"
#include "json_syntax.h"

#include <math.h>
#include <string.h>

tw_json_node *tw_api_refuse_field(tw_api_call *call, const char *field, const char *message) {
  tw_json_node *details = tw_api_fail(call, 400, "validation_error", "%s %s.", field, message);
  tw_json_text(&call->json, details, "field", field);
  return details;
}

/* Editors of some systems begin a file with it. */
static const char byte_order_mark[] = "\xEF\xBB\xBF";

const cJSON *tw_api_parse_body(tw_api_call *call) {
  const tw_api_request *request = call->request;
  if (request->body == NULL || request->body_size == 0) {
    tw_api_fail(call, 400, "validation_error", "The body is missing: it must be a JSON object.");
    return NULL;
  }
  bool has_mark = request->body_size >= 3 && memcmp(request->body, byte_order_mark, 3) == 0;
  size_t start = has_mark ? 3 : 0;
  const char *text = request->body + start;
  size_t size = request->body_size - start;
  tw_json_fault fault;
  if (!tw_json_is_valid(text, size, &fault)) {
    size_t offset = start + fault.offset;
    tw_json_node *details =
        tw_api_fail(call, 400, "validation_error", "The body is not valid JSON: %s at byte %zu.",
                    fault.message, offset);
    tw_json_integer(&call->json, details, "offset", (double)offset);
    return NULL;
  }
  call->body = cJSON_ParseWithLength(text, size);
  if (call->body == NULL) {
    call->json.is_out_of_memory = true;
    return NULL;
  }
  if (!cJSON_IsObject(call->body)) {
    tw_api_fail(call, 400, "validation_error", "The body must be a JSON object.");
    return NULL;
  }
  return call->body;
}

void tw_api_turn_init(tw_api_turn *turn) {
  *turn = (tw_api_turn){0};
  tw_usage_init(&turn->usage);
}

static bool refuse(tw_api_call *call, const tw_api_field *field, const char *message) {
  tw_api_refuse_field(call, field->name, message);
  return false;
}

static bool read_number(tw_api_call *call, const tw_api_field *field, const cJSON *item,
                        tw_api_turn *turn) {
  tw_usage_problem problem;
  double value = cJSON_IsNumber(item) ? cJSON_GetNumberValue(item) : NAN;
  if (tw_usage_set_number(&turn->usage, field->number, value, &problem) != TW_OK) {
    return refuse(call, field, problem.message);
  }
  return true;
}

static bool read_count(tw_api_call *call, const tw_api_field *field, const cJSON *item) {
  double value = cJSON_IsNumber(item) ? cJSON_GetNumberValue(item) : NAN;
  if (!(value >= 0 && value <= (double)TW_USAGE_MAX && value == floor(value))) {
    return refuse(call, field, "must be a whole number from 0 to 9007199254740991 (2^53 - 1)");
  }
  *field->count = (int64_t)value;
  return true;
}

static bool read_field(tw_api_call *call, const tw_api_field *field, const cJSON *item,
                       tw_api_turn *turn) {
  switch (field->kind) {
  case TW_FIELD_NUMBER:
    return read_number(call, field, item, turn);
  case TW_FIELD_COUNT:
    return read_count(call, field, item);
  case TW_FIELD_FLAG:
    if (!cJSON_IsBool(item)) {
      return refuse(call, field, "must be true or false");
    }
    if (field->flag != NULL) {
      *field->flag = cJSON_IsTrue(item) ? TW_FLAG_TRUE : TW_FLAG_FALSE;
    }
    return true;
  case TW_FIELD_SHARE:
    *field->share = cJSON_IsNumber(item) ? cJSON_GetNumberValue(item) : NAN;
    if (!(*field->share >= 0 && *field->share <= 1)) {
      return refuse(call, field, "must be a number from 0 to 1");
    }
    return true;
  case TW_FIELD_TEXT:
  default:
    if (!cJSON_IsString(item)) {
      return refuse(call, field, "must be a string");
    }
    if (field->text != NULL) {
      *field->text = cJSON_GetStringValue(item);
    }
    if (strlen(cJSON_GetStringValue(item)) > TW_USAGE_NAME_MAX) {
      return refuse(call, field, "must not be longer than 200 bytes");
    }
    if (*cJSON_GetStringValue(item) == '\0') {
      return refuse(call, field, "must not be empty");
    }
    return true;
  }
}

enum { FIELDS_LIMIT = 32 };

/* What a body has of a field. */
typedef struct given {
  const cJSON *item;
  bool is_repeated;
} given;

/* The field of an item, or `count`. Bodies mostly keep their fields' order, so it begins at `hint`.
 */
static size_t find_field(const tw_api_field *fields, size_t count, const char *name, size_t hint) {
  for (size_t i = 0; i < count; i++) {
    size_t at = hint + i < count ? hint + i : hint + i - count;
    if (fields[at].name[0] == name[0] && strcmp(fields[at].name, name) == 0) {
      return at;
    }
  }
  return count;
}

/* Finds the field of each item; the names of others are kept for a warning. */
static void sort_items(const cJSON *body, const tw_api_field *fields, size_t count,
                       given found[FIELDS_LIMIT], tw_api_turn *turn) {
  size_t hint = 0;
  const cJSON *item = NULL;
  cJSON_ArrayForEach(item, body) {
    size_t at = find_field(fields, count, item->string, hint);
    if (at < count) {
      found[at].is_repeated = found[at].item != NULL;
      found[at].item = item;
      hint = at + 1 < count ? at + 1 : 0;
    } else if (turn->ignored_count < TW_IGNORED_LIMIT) {
      turn->ignored[turn->ignored_count++] = item->string;
    }
  }
}

bool tw_api_read_fields(tw_api_call *call, const cJSON *body, const tw_api_field *fields,
                        size_t count, tw_api_turn *turn) {
  given found[FIELDS_LIMIT] = {0};
  sort_items(body, fields, count, found, turn);
  for (size_t i = 0; i < count; i++) {
    const cJSON *item = found[i].item;
    if (found[i].is_repeated) {
      return refuse(call, &fields[i], "is given twice");
    }
    if (item == NULL || cJSON_IsNull(item)) {
      if (fields[i].is_required) {
        return refuse(call, &fields[i], "is required");
      }
    } else if (!read_field(call, &fields[i], item, turn)) {
      return false;
    }
  }
  return true;
}

static void refuse_method(tw_api_call *call) {
  tw_json_node *details =
      tw_api_refuse_field(call, "method", "is unknown; details.allowed has the known");
  tw_json_node *allowed = tw_json_array(&call->json, details, "allowed");
  for (size_t i = 0; i < tw_method_count(); i++) {
    tw_json_text(&call->json, allowed, NULL, tw_method_name(i));
  }
}

/* False after making the answer an error. */
static bool set_tree(tw_api_call *call, const char *basis, tw_footprint *footprint) {
  if (basis == NULL || strcmp(basis, "example") == 0) {
    return true;
  }
  if (strcmp(basis, "published") != 0) {
    tw_api_refuse_field(call, "tree_basis", "must be 'example' or 'published'");
    return false;
  }
  tw_footprint_set_tree(footprint, TW_TREE_PUBLISHED);
  return true;
}

bool tw_api_calculate_turn(tw_api_call *call, const tw_api_turn *turn, const char *region_field,
                           tw_footprint *footprint) {
  tw_usage_problem problem;
  tw_status status = tw_footprint_calculate(&turn->usage, turn->method, footprint, &problem);
  if (status == TW_ERR_FIELD) {
    bool is_region = strcmp(problem.field, "detected_region") == 0;
    tw_api_refuse_field(call, is_region ? region_field : problem.field, problem.message);
    return false;
  }
  if (status != TW_OK) {
    refuse_method(call);
    return false;
  }
  return set_tree(call, turn->tree_basis, footprint);
}
