/* SPDX-License-Identifier: MIT */
#include "json_output.h"

#include "message.h"
#include "output.h"
#include "route.h"
#include "utf8.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static bool report_memory(const cli_command *command) {
  cli_message(command, "%s", tw_status_text(TW_ERR_MEMORY));
  return false;
}

static bool print(const cli_command *command, const char *text, size_t size) {
  if (text == NULL) {
    return report_memory(command);
  }
  cli_output_json(text, size);
  return true;
}

bool cli_json_print(const cli_command *command, tw_json *json) {
  char *text = tw_json_print(json);
  bool is_printed = print(command, text, json->text_size);
  free(text);
  tw_json_free(json);
  return is_printed;
}

void cli_json_text(tw_json *json, tw_json_node *parent, const char *key, const char *text) {
  size_t size = strlen(text);
  size_t capacity = 3 * size + 4; /* a byte becomes three at most */
  uint8_t *repaired = malloc(capacity + 1);
  if (repaired == NULL) {
    json->is_out_of_memory = true;
    return;
  }
  size_t consumed = size;
  size_t written = tw_utf8_repair((const uint8_t *)text, &consumed, 1, repaired, capacity);
  repaired[written] = '\0';
  tw_json_text(json, parent, key, (const char *)repaired);
  free(repaired);
}

/* Removes the rows that were not selected, and counts the others. */
static size_t keep_rows(cJSON *rows, const bool *selected, size_t count) {
  size_t kept = 0;
  cJSON *row = rows->child;
  for (size_t i = 0; i < count && row != NULL; i++) {
    cJSON *next = row->next;
    if (selected[i]) {
      kept++;
    } else {
      cJSON_Delete(cJSON_DetachItemViaPointer(rows, row));
    }
    row = next;
  }
  return kept;
}

static bool print_selected(const cli_command *command, const tw_api_response *response,
                           const bool *selected, size_t count) {
  cJSON *answer = cJSON_ParseWithLength(response->body, response->body_size);
  cJSON *rows = cJSON_GetObjectItemCaseSensitive(answer, "data");
  cJSON *meta = cJSON_GetObjectItemCaseSensitive(answer, "meta");
  cJSON *total = cJSON_GetObjectItemCaseSensitive(meta, "total");
  if (rows == NULL || total == NULL) {
    cJSON_Delete(answer);
    return report_memory(command);
  }
  cJSON_SetNumberValue(total, (double)keep_rows(rows, selected, count));
  char *text = cJSON_PrintUnformatted(answer);
  cJSON_Delete(answer);
  bool is_printed = print(command, text, text == NULL ? 0 : strlen(text));
  cJSON_free(text);
  return is_printed;
}

cli_exit cli_json_print_rows(const cli_command *command, const char *route, const bool *selected,
                             size_t count) {
  tw_api_response response;
  if (!cli_route_ask(command, "GET", route, NULL, NULL, &response)) {
    return CLI_BAD_DATA;
  }
  bool printed = print_selected(command, &response, selected, count);
  tw_api_response_free(&response, NULL);
  return printed ? CLI_OK : CLI_BAD_DATA;
}
