/* SPDX-License-Identifier: MIT */
/* tokenwatt keys: who may use a collector. */
#include "json_output.h"
#include "message.h"
#include "options.h"
#include "server/dates.h"
#include "store/key_secret.h"
#include "store_option.h"
#include "table.h"
#include "tokenwatt/status.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Usage: tokenwatt keys add --name NAME [OPTION]...\n"
    "       tokenwatt keys list [--json]\n"
    "       tokenwatt keys revoke --name NAME\n"
    "\n"
    "Makes, lists and revokes the API keys of a collector (tokenwatt serve --store). A running\n"
    "server knows of it at once. 'add' prints the key, this once: only its hash is stored.\n"
    "As long as a store has no key, everybody on the server's machine may use it.\n"
    "\n"
    "Options:\n" CLI_STORE_HELP
    "      --name NAME    what the key is called in the history; no two keys share a name,\n"
    "                     also not with one that was revoked\n"
    "      --scope LIST   what it may do, with commas between: record (post usage), history\n"
    "                     (read the history and sums), session (read developers' sessions);\n"
    "                     default: all three\n"
    "      --tenant T     it may post and see this tenant's usage only\n"
    "      --plain, --test, --live\n"
    "                     the kind: eco_… (default); isv_test_sk_…, whose records are in no\n"
    "                     report; isv_live_sk_…, which has a number of free events\n"
    "  -j, --json         list as JSON\n"
    "  -h, --help         print this help\n"
    "  -V, --version      print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt keys add --store sqlite:usage.db --name 'Laptop of Ada'\n"
    "  tokenwatt keys add --store sqlite:usage.db --name Auditor --scope history --tenant acme\n"
    "  tokenwatt keys revoke --store sqlite:usage.db --name Auditor\n"
    "\n"
    "Exit status: 0 done, 1 if the name is taken or unknown or the store cannot be opened, 2\n"
    "for a usage error.\n";

enum {
  OPTION_STORE = 256,
  OPTION_NAME,
  OPTION_SCOPE,
  OPTION_TENANT,
  OPTION_PLAIN,
  OPTION_TEST,
  OPTION_LIVE
};

static const struct {
  const char *name;
  tw_key_scope scope;
} scopes[] = {
    {"record", TW_SCOPE_RECORD}, {"history", TW_SCOPE_HISTORY}, {"session", TW_SCOPE_SESSION}};

enum { SCOPE_COUNT = sizeof scopes / sizeof scopes[0] };

/* What the options say. */
typedef struct keys {
  const cli_command *command;
  const char *store;
  const char *name;
  const char *tenant;
  unsigned scopes;
  tw_key_kind kind;
  bool as_json;
} keys;

static cli_exit report(const keys *k, const tw_store_error *error) {
  cli_message(k->command, "%s", error->text);
  return CLI_BAD_DATA;
}

static cli_exit read_scopes(keys *k, const char *list) {
  k->scopes = 0;
  while (*list != '\0') {
    size_t size = strcspn(list, ",");
    unsigned found = 0;
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
      if (strlen(scopes[i].name) == size && strncmp(scopes[i].name, list, size) == 0) {
        found = scopes[i].scope;
      }
    }
    if (found == 0) {
      return cli_usage_error(k->command, "'%.*s' is no scope: record, history, session", (int)size,
                             list);
    }
    k->scopes |= found;
    list += size + (list[size] == ',');
  }
  return k->scopes != 0 ? CLI_OK : cli_usage_error(k->command, "option '--scope' needs a scope");
}

/* A name that fits its column: UTF-8 without control characters. */
static bool is_name(const char *text, size_t size) {
  for (const char *c = text; *c != '\0'; c++) {
    if ((unsigned char)*c < 0x20 || *c == 0x7F) {
      return false;
    }
  }
  size_t length = strlen(text);
  uint8_t repaired[3 * TW_KEY_TENANT_SIZE + 4];
  size_t consumed = length;
  return length > 0 && length < size &&
         tw_utf8_repair((const uint8_t *)text, &consumed, 1, repaired, sizeof repaired) == length &&
         memcmp(repaired, text, length) == 0;
}

static cli_exit check_names(const keys *k) {
  if (k->name == NULL) {
    return cli_usage_error(k->command, "option '--name' is needed");
  }
  if (!is_name(k->name, TW_KEY_NAME_SIZE)) {
    return cli_usage_error(k->command, "a name has 1 to %d bytes of UTF-8, all to be seen",
                           TW_KEY_NAME_SIZE - 1);
  }
  if (k->tenant != NULL && !is_name(k->tenant, TW_KEY_TENANT_SIZE)) {
    return cli_usage_error(k->command, "a tenant has 1 to %d bytes of UTF-8, all to be seen",
                           TW_KEY_TENANT_SIZE - 1);
  }
  return CLI_OK;
}

static cli_exit add(const keys *k, tw_store *store) {
  tw_key key = {.scopes = k->scopes, .created_ms = cli_now_ms()};
  char secret[TW_SECRET_SIZE];
  tw_store_error error = {""};
  int failure = tw_secret_make(k->kind, secret, &key);
  if (failure != 0) {
    cli_message(k->command, "no random numbers: %s", strerror(failure));
    return CLI_BAD_DATA;
  }
  (void)snprintf(key.name, sizeof key.name, "%s", k->name);
  (void)snprintf(key.tenant, sizeof key.tenant, "%s", k->tenant == NULL ? "" : k->tenant);
  if (tw_store_add_key(store, &key, &error) != TW_STORE_OK) {
    return report(k, &error);
  }
  printf("%s\n", secret);
  (void)fprintf(stderr, "Keep it: it is not stored and will not be shown again.\n");
  return CLI_OK;
}

static cli_exit revoke(const keys *k, tw_store *store) {
  tw_store_error error = {""};
  return tw_store_revoke_key(store, k->name, cli_now_ms(), &error) == TW_STORE_OK
             ? CLI_OK
             : report(k, &error);
}

static void write_scopes(unsigned set, char *text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < SCOPE_COUNT; i++) {
    if ((set & scopes[i].scope) != 0) {
      used +=
          (size_t)snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ",", scopes[i].name);
    }
  }
}

static bool add_row(void *context, const tw_key *key) {
  cli_table *table = context;
  char text[64];
  char date[TW_DATE_SIZE];
  cli_table_add(table, key->name);
  cli_table_add(table, key->masked);
  cli_table_add(table, key->kind);
  write_scopes(key->scopes, text, sizeof text);
  cli_table_add(table, text);
  cli_table_add(table, key->tenant);
  tw_date_write(key->created_ms, date);
  date[10] = '\0';
  cli_table_add(table, date);
  tw_date_write(key->revoked_ms, date);
  date[10] = '\0';
  cli_table_add(table, key->revoked_ms == 0 ? "" : date);
  cli_table_add_number(table, (double)key->tracked, 0);
  return true;
}

typedef struct json_list {
  tw_json json;
  tw_json_node *data;
} json_list;

static bool add_object(void *context, const tw_key *key) {
  json_list *list = context;
  tw_json *json = &list->json;
  tw_json_node *row = tw_json_object(json, list->data, NULL);
  tw_json_text(json, row, "name", key->name);
  tw_json_text(json, row, "key", key->masked);
  tw_json_text(json, row, "kind", key->kind);
  tw_json_node *names = tw_json_array(json, row, "scopes");
  for (size_t i = 0; i < SCOPE_COUNT; i++) {
    if ((key->scopes & scopes[i].scope) != 0) {
      tw_json_text(json, names, NULL, scopes[i].name);
    }
  }
  tw_json_text(json, row, "tenant", key->tenant[0] == '\0' ? NULL : key->tenant);
  tw_json_time(json, row, "created", key->created_ms);
  if (key->revoked_ms == 0) {
    tw_json_text(json, row, "revoked", NULL);
  } else {
    tw_json_time(json, row, "revoked", key->revoked_ms);
  }
  tw_json_integer(json, row, "tracked_events", (double)key->tracked);
  return true;
}

static cli_exit list_as_json(const keys *k, tw_store *store) {
  json_list list = {0};
  tw_store_error error = {""};
  tw_json_node *root = tw_json_root(&list.json);
  list.data = tw_json_array(&list.json, root, "data");
  if (tw_store_list_keys(store, add_object, &list, &error) != TW_STORE_OK) {
    tw_json_free(&list.json);
    return report(k, &error);
  }
  return cli_json_print(k->command, &list.json) ? CLI_OK : CLI_BAD_DATA;
}

static cli_exit list(const keys *k, tw_store *store) {
  static const char *const titles[] = {"NAME",   "KEY",     "KIND",    "SCOPES",
                                       "TENANT", "CREATED", "REVOKED", "TRACKED"};
  if (k->as_json) {
    return list_as_json(k, store);
  }
  cli_table table = {.columns = sizeof titles / sizeof titles[0], .right = 0x80};
  for (size_t i = 0; i < table.columns; i++) {
    cli_table_add(&table, titles[i]);
  }
  tw_store_error error = {""};
  if (tw_store_list_keys(store, add_row, &table, &error) != TW_STORE_OK) {
    return report(k, &error);
  }
  return cli_table_print(k->command, &table) ? CLI_OK : CLI_BAD_DATA;
}

static cli_exit set_option(keys *k, int option) {
  switch (option) {
  case OPTION_STORE:
    k->store = optarg;
    break;
  case OPTION_NAME:
    k->name = optarg;
    break;
  case OPTION_SCOPE:
    return read_scopes(k, optarg);
  case OPTION_TENANT:
    k->tenant = optarg;
    break;
  case OPTION_PLAIN:
    k->kind = TW_KEY_PLAIN;
    break;
  case OPTION_TEST:
    k->kind = TW_KEY_TEST;
    break;
  case OPTION_LIVE:
    k->kind = TW_KEY_LIVE;
    break;
  default:
    k->as_json = true;
    break;
  }
  return CLI_OK;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {{"store", required_argument, NULL, OPTION_STORE},
                                               {"name", required_argument, NULL, OPTION_NAME},
                                               {"scope", required_argument, NULL, OPTION_SCOPE},
                                               {"tenant", required_argument, NULL, OPTION_TENANT},
                                               {"plain", no_argument, NULL, OPTION_PLAIN},
                                               {"test", no_argument, NULL, OPTION_TEST},
                                               {"live", no_argument, NULL, OPTION_LIVE},
                                               {"json", no_argument, NULL, 'j'},
                                               CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":jhV", long_options, CLI_OK};
  keys k = {.command = command,
            .scopes = TW_SCOPE_RECORD | TW_SCOPE_HISTORY | TW_SCOPE_SESSION,
            .kind = TW_KEY_PLAIN};
  for (int option; (option = cli_options_next(&options)) != CLI_OPTIONS_END;) {
    cli_exit exit = option == CLI_OPTIONS_EXIT ? options.exit : set_option(&k, option);
    if (option == CLI_OPTIONS_EXIT || exit != CLI_OK) {
      return exit;
    }
  }
  static const struct {
    const char *name;
    cli_exit (*run)(const keys *k, tw_store *store);
  } actions[] = {{"add", add}, {"list", list}, {"revoke", revoke}};
  const char *asked = optind < argc ? argv[optind] : "";
  for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
    if (strcmp(asked, actions[i].name) == 0 && argc - optind == 1) {
      tw_store *store = NULL;
      cli_exit exit = actions[i].run == list ? CLI_OK : check_names(&k);
      if (exit == CLI_OK) {
        exit = cli_store_open(command, k.store, actions[i].run == add, &store);
      }
      if (exit == CLI_OK) {
        exit = actions[i].run(&k, store);
      }
      tw_store_close(store);
      return exit;
    }
  }
  return cli_usage_error(command, "say what to do: keys add, keys list or keys revoke");
}

const cli_command cli_keys_command = {.name = "keys",
                                      .summary = "make, list and revoke a collector's API keys",
                                      .help = help,
                                      .run = run};
