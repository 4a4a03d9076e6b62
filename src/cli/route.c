/* SPDX-License-Identifier: MIT */
#include "route.h"

#include "input.h"
#include "message.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BODY_LIMIT = 1 << 20 }; /* bytes, as the server has it */

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool cli_route_ask(const cli_command *command, const char *method, const char *path,
                   const char *query, const char *body_path, tw_api_response *response) {
  char *body = NULL;
  size_t body_size = 0;
  if (body_path != NULL && !cli_input_read_all(command, body_path, BODY_LIMIT, &body, &body_size)) {
    return false;
  }
  tw_api_request request = {.method = method,
                            .path = path,
                            .query = query,
                            .body = body,
                            .body_size = body_size,
                            .now_ms = now_ms()};
  tw_status status = tw_api_handle(&request, NULL, response);
  free(body);
  if (status != TW_OK) {
    cli_message(command, "%s", tw_status_text(status));
  }
  return status == TW_OK;
}

cli_exit cli_route_report(const cli_command *command, const char *source,
                          const tw_api_response *response) {
  cJSON *answer = cJSON_ParseWithLength(response->body, response->body_size);
  const cJSON *error = cJSON_GetObjectItemCaseSensitive(answer, "error");
  const char *message = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(error, "message"));
  const cJSON *details = cJSON_GetObjectItemCaseSensitive(error, "details");
  const char *field = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(details, "field"));
  bool names_field = field == NULL || message == NULL || strstr(message, field) != NULL;
  const char *text = message == NULL ? "refused without a reason" : message;
  cli_message(command, "%s%s%s%s%s%s", source == NULL ? "" : source, source == NULL ? "" : ": ",
              text, names_field ? "" : " (field '", names_field ? "" : field,
              names_field ? "" : "')");
  cJSON_Delete(answer);
  return CLI_BAD_DATA;
}
