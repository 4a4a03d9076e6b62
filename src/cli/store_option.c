/* SPDX-License-Identifier: MIT */
#include "store_option.h"

#include "message.h"

#include <stdlib.h>
#include <time.h>

const char *cli_store_address(const char *given) {
  const char *address = given != NULL ? given : getenv(CLI_STORE_VARIABLE);
  return address != NULL && address[0] != '\0' ? address : NULL;
}

cli_exit cli_store_open(const cli_command *command, const char *given, bool create,
                        tw_store **store) {
  const char *address = cli_store_address(given);
  *store = NULL;
  if (address == NULL) {
    return cli_usage_error(command, "which store? Give --store sqlite:FILE or --store "
                                    "postgresql://HOST/DATABASE, or set " CLI_STORE_VARIABLE);
  }
  tw_store_error error = {""};
  if (tw_store_open(address, create, store, &error) != TW_STORE_OK) {
    cli_message(command, "%s", error.text);
    return CLI_BAD_DATA;
  }
  return CLI_OK;
}

int64_t cli_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
