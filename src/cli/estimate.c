/* SPDX-License-Identifier: MIT */
/* tokenwatt estimate: from the texts of a turn to its calculate payload and footprint. */
#include "estimate_report.h"
#include "json_output.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "route.h"
#include "suggest.h"
#include "token_ratios.h"
#include "tokenize.h"
#include "tokenwatt/footprint.h"
#include "vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: tokenwatt estimate --provider P --prompt FILE --completion FILE [OPTION]...\n"
    "\n"
    "Estimates what one turn of a chat cost, from its texts. Prints a table, or with --json\n"
    "the calculate payload and its answer: {\"usage\",\"footprint\"}. A FILE may be '-' for\n"
    "standard input, once.\n"
    "\n"
    "The turn:\n"
    "  -p, --provider P         who served it: OpenAI, Google, Anthropic, ... (needed)\n"
    "  -m, --model M            the model, in any usual spelling ('tokenwatt models' lists\n"
    "                           them); without it the provider's median stands in\n"
    "      --prompt FILE        what was sent (needed)\n"
    "      --completion FILE    the answer, without reasoning (needed)\n"
    "      --reasoning FILE     visible reasoning\n"
    "      --context FILE       earlier text of the chat, which is sent again with the turn:\n"
    "                           part of the prompt tokens, and cached; may be repeated\n"
    "      --origin text|page   where the texts come from (default text)\n"
    "      --region R           datacenter region, grid zone or country ('tokenwatt regions')\n"
    "      --start-ms N         when it was sent, in milliseconds since 1970-01-01 UTC\n"
    "      --first-token-ms N   when the answer began\n"
    "\n"
    "How to estimate:\n"
    "      --method METHOD      tokenwatt (default), ecologits, carbon-llm, carbonbench or\n"
    "                           hardware\n"
    "  -e, --encoding NAME      count with o200k_base or cl100k_base (default: the model's)\n"
    "  -v, --vocabulary FILE    count with the vocabulary of a .twv file: exact where its\n"
    "                           name is that of the model's family, such as llama3\n"
    "\n"
    "  -j, --json               print JSON\n"
    "  -h, --help               print this help\n"
    "  -V, --version            print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt estimate -p OpenAI -m gpt-4o --prompt question.md --completion answer.md\n"
    "  tokenwatt estimate -p Google -m 'Gemini 2.5 Pro' --prompt q.md --completion a.md \\\n"
    "      --region europe-west4 --json\n"
    "\n"
    "Exit status: 0, 1 for bad data, 2 for a usage error.\n";

/* Options that have a long form only. */
enum {
  OPTION_PROMPT = 256,
  OPTION_COMPLETION,
  OPTION_REASONING,
  OPTION_CONTEXT,
  OPTION_ORIGIN,
  OPTION_REGION,
  OPTION_START_MS,
  OPTION_FIRST_TOKEN_MS,
  OPTION_METHOD
};

enum { MOST_CONTEXTS = 64 };

/* The options; NULL and -1 where not given. */
typedef struct turn_options {
  const char *provider;
  const char *model;
  const char *prompt;
  const char *completion;
  const char *reasoning;
  const char *contexts[MOST_CONTEXTS];
  size_t context_count;
  const char *origin;
  const char *region;
  const char *method;
  const char *encoding;
  const char *vocabulary_file;
  int64_t start_ms;
  int64_t first_token_ms;
  bool as_json;
} turn_options;

static const struct option long_options[] = {
    {"provider", required_argument, NULL, 'p'},
    {"model", required_argument, NULL, 'm'},
    {"prompt", required_argument, NULL, OPTION_PROMPT},
    {"completion", required_argument, NULL, OPTION_COMPLETION},
    {"reasoning", required_argument, NULL, OPTION_REASONING},
    {"context", required_argument, NULL, OPTION_CONTEXT},
    {"origin", required_argument, NULL, OPTION_ORIGIN},
    {"region", required_argument, NULL, OPTION_REGION},
    {"start-ms", required_argument, NULL, OPTION_START_MS},
    {"first-token-ms", required_argument, NULL, OPTION_FIRST_TOKEN_MS},
    {"method", required_argument, NULL, OPTION_METHOD},
    {"json", no_argument, NULL, 'j'},
    CLI_VOCABULARY_OPTIONS,
    CLI_COMMON_OPTIONS};

static cli_exit add_context(const cli_command *command, turn_options *turn) {
  if (turn->context_count == MOST_CONTEXTS) {
    return cli_usage_error(command, "at most %d --context files", MOST_CONTEXTS);
  }
  turn->contexts[turn->context_count++] = optarg;
  return CLI_OK;
}

static cli_exit set_time(const cli_command *command, const char *option, int64_t *time_ms) {
  return cli_number_read(command, option, optarg, time_ms) ? CLI_OK : CLI_USAGE;
}

static void set_text(turn_options *turn, int option) {
  const struct {
    int option;
    const char **text;
  } texts[] = {
      {'p', &turn->provider},
      {'m', &turn->model},
      {'e', &turn->encoding},
      {'v', &turn->vocabulary_file},
      {OPTION_PROMPT, &turn->prompt},
      {OPTION_COMPLETION, &turn->completion},
      {OPTION_REASONING, &turn->reasoning},
      {OPTION_ORIGIN, &turn->origin},
      {OPTION_REGION, &turn->region},
      {OPTION_METHOD, &turn->method},
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    if (texts[i].option == option) {
      *texts[i].text = optarg;
    }
  }
}

static cli_exit set_option(const cli_command *command, turn_options *turn, int option) {
  switch (option) {
  case OPTION_CONTEXT:
    return add_context(command, turn);
  case OPTION_START_MS:
    return set_time(command, "--start-ms", &turn->start_ms);
  case OPTION_FIRST_TOKEN_MS:
    return set_time(command, "--first-token-ms", &turn->first_token_ms);
  case 'j':
    turn->as_json = true;
    return CLI_OK;
  default:
    set_text(turn, option);
    return CLI_OK;
  }
}

static cli_exit check_method(const cli_command *command, const char *method) {
  const char *nearest = NULL;
  char names[128] = "";
  size_t used = 0;
  for (size_t i = 0; i < tw_method_count(); i++) {
    if (strcmp(method, tw_method_name(i)) == 0) {
      return CLI_OK;
    }
    if (used < sizeof names) {
      used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ",
                               tw_method_name(i));
    }
    if (cli_word_is_near(method, tw_method_name(i))) {
      nearest = tw_method_name(i);
    }
  }
  if (nearest != NULL) {
    return cli_usage_error(command, "unknown method '%s': did you mean '%s'?", method, nearest);
  }
  return cli_usage_error(command, "unknown method '%s': there are %s", method, names);
}

static bool is_standard_input(const char *path) {
  return path != NULL && strcmp(path, "-") == 0;
}

static int count_standard_inputs(const turn_options *turn) {
  int count = is_standard_input(turn->prompt) + is_standard_input(turn->completion) +
              is_standard_input(turn->reasoning);
  for (size_t i = 0; i < turn->context_count; i++) {
    count += is_standard_input(turn->contexts[i]);
  }
  return count;
}

static cli_exit check_options(const cli_command *command, const turn_options *turn) {
  const struct {
    const char *option;
    const char *value;
  } needed[] = {
      {"--provider", turn->provider},
      {"--prompt", turn->prompt},
      {"--completion", turn->completion},
  };
  for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
    if (needed[i].value == NULL) {
      return cli_usage_error(command, "option '%s' is needed", needed[i].option);
    }
  }
  if (count_standard_inputs(turn) > 1) {
    return cli_usage_error(command, "only one FILE can be standard input");
  }
  if (turn->origin != NULL && strcmp(turn->origin, "text") != 0 &&
      strcmp(turn->origin, "page") != 0) {
    return cli_usage_error(command, "option '--origin' takes 'text' or 'page', not '%s'",
                           turn->origin);
  }
  return turn->method == NULL ? CLI_OK : check_method(command, turn->method);
}

/* What the files are counted with, and the sum of their doubts. */
typedef struct counting {
  const cli_command *command;
  const tw_vocabulary *vocabulary;
  const tw_token_ratios *ratios; /* NULL where the vocabulary's own tokens are wanted */
  uint64_t tokens;
  uint64_t doubt;
} counting;

/* The tokens of a file under way. */
typedef struct reading {
  const tw_vocabulary *vocabulary;
  tw_token_features features;
} reading;

static bool add_features(const uint32_t *ids, size_t count, void *context) {
  reading *file = context;
  tw_token_features_add(&file->features, file->vocabulary, ids, count);
  return true;
}

/* Adds the tokens of a file; NULL has none. */
static bool count_file(counting *all, const char *path, uint64_t *tokens) {
  cli_input input;
  if (path == NULL) {
    return true;
  }
  if (!cli_input_open(all->command, path, &input)) {
    return false;
  }
  cli_text_size size;
  reading file = {.vocabulary = all->vocabulary};
  tw_token_features_init(&file.features);
  bool counted = cli_tokenize(all->vocabulary, &input, all->ratios == NULL ? NULL : add_features,
                              &file, NULL, &size);
  cli_input_close(&input);
  if (all->ratios != NULL) {
    tw_token_features_end(&file.features);
    tw_token_estimate estimate = tw_token_ratios_apply(all->ratios, &file.features);
    size.tokens = estimate.tokens;
    all->doubt += estimate.doubt;
  }
  all->tokens += size.tokens;
  *tokens += size.tokens;
  return counted;
}

/* The ratios from o200k_base to the model's tokenizer; NULL if there are none. */
static const tw_token_ratios *ratios_of(const tw_vocabulary *vocabulary, const turn_options *turn) {
  const tw_tokenizer *tokenizer = tw_tokenizer_of_model(turn->model, turn->provider);
  bool fits = tokenizer != NULL && strcmp(tw_vocabulary_name(vocabulary), "o200k_base") == 0;
  return fits ? tokenizer->ratios : NULL;
}

static bool count_turn(const cli_command *command, const tw_vocabulary *vocabulary,
                       const turn_options *turn, tw_json *json, tw_json_node *body) {
  counting all = {command, vocabulary, ratios_of(vocabulary, turn), 0, 0};
  uint64_t prompt = 0;
  uint64_t completion = 0;
  uint64_t reasoning = 0;
  uint64_t context = 0;
  bool counted = count_file(&all, turn->prompt, &prompt) &&
                 count_file(&all, turn->completion, &completion) &&
                 count_file(&all, turn->reasoning, &reasoning);
  for (size_t i = 0; i < turn->context_count && counted; i++) {
    counted = count_file(&all, turn->contexts[i], &context);
  }
  tw_json_integer(json, body, "prompt_tokens", (double)(context + prompt));
  tw_json_integer(json, body, "completion_tokens", (double)completion);
  tw_json_integer(json, body, "reasoning_tokens", (double)reasoning);
  tw_json_integer(json, body, "cached_tokens", (double)context);
  tw_json_integer(json, body, "messages", (double)turn->context_count + 1);
  tw_json_integer(json, body, "cached_messages", (double)turn->context_count);
  tw_json_text(json, body, "encoding", tw_vocabulary_name(vocabulary));
  if (all.ratios != NULL) {
    tw_json_bool(json, body, "has_ratios", true);
    tw_json_number(json, body, "token_doubt",
                   all.tokens == 0 ? 0 : (double)all.doubt / (double)all.tokens);
  }
  return counted;
}

static void write_options(const turn_options *turn, tw_json *json, tw_json_node *body) {
  const struct {
    const char *field;
    const char *text;
  } texts[] = {
      {"provider", turn->provider}, {"model", turn->model},   {"region", turn->region},
      {"origin", turn->origin},     {"method", turn->method},
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    if (texts[i].text != NULL) {
      cli_json_text(json, body, texts[i].field, texts[i].text);
    }
  }
  if (turn->start_ms >= 0) {
    tw_json_integer(json, body, "startTimeMs", (double)turn->start_ms);
  }
  if (turn->first_token_ms >= 0) {
    tw_json_integer(json, body, "firstTokenTimeMs", (double)turn->first_token_ms);
  }
}

/* Asks the estimator, and frees the body; false, after a message, for want of memory. */
static bool ask(const cli_command *command, tw_json *json, tw_api_response *response) {
  char *text = tw_json_print(json);
  tw_status status =
      text == NULL ? TW_ERR_MEMORY : tw_api_estimate(text, json->text_size, NULL, response);
  free(text);
  tw_json_free(json);
  if (status != TW_OK) {
    cli_message(command, "%s", tw_status_text(status));
  }
  return status == TW_OK;
}

static cli_exit estimate(const cli_command *command, const tw_vocabulary *vocabulary,
                         const turn_options *turn) {
  tw_json json = {0};
  tw_json_node *body = tw_json_root(&json);
  if (!count_turn(command, vocabulary, turn, &json, body)) {
    tw_json_free(&json);
    return CLI_BAD_DATA;
  }
  write_options(turn, &json, body);
  tw_api_response response;
  if (!ask(command, &json, &response)) {
    return CLI_BAD_DATA;
  }
  cli_exit exit = CLI_OK;
  if (response.http_status != 200) {
    exit = cli_route_report(command, NULL, &response);
  } else if (turn->as_json) {
    cli_output_json(response.body, response.body_size);
  } else {
    exit = cli_estimate_report(command, &response);
  }
  tw_api_response_free(&response, NULL);
  return exit;
}

static cli_exit open_and_estimate(const cli_command *command, const turn_options *turn) {
  const char *encoding = turn->encoding;
  if (encoding == NULL && turn->vocabulary_file == NULL) {
    const tw_tokenizer *tokenizer = tw_tokenizer_of_model(turn->model, turn->provider);
    encoding = tokenizer != NULL && tokenizer->is_exact ? tokenizer->vocabulary : "o200k_base";
  }
  tw_vocabulary *vocabulary = NULL;
  cli_exit exit = cli_vocabulary_open(command, encoding, turn->vocabulary_file, &vocabulary);
  if (exit == CLI_OK) {
    exit = estimate(command, vocabulary, turn);
  }
  tw_vocabulary_close(vocabulary);
  return exit;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  cli_options options = {command, argc, argv, ":p:m:e:v:jhV", long_options, CLI_OK};
  turn_options turn = {.start_ms = -1, .first_token_ms = -1};
  for (int option; (option = cli_options_next(&options)) != CLI_OPTIONS_END;) {
    cli_exit exit = option == CLI_OPTIONS_EXIT ? options.exit : set_option(command, &turn, option);
    if (option == CLI_OPTIONS_EXIT || exit != CLI_OK) {
      return exit;
    }
  }
  if (optind < argc) {
    return cli_usage_error(command,
                           "unexpected '%s': texts are given as --prompt FILE and --completion "
                           "FILE",
                           argv[optind]);
  }
  cli_exit exit = check_options(command, &turn);
  return exit == CLI_OK ? open_and_estimate(command, &turn) : exit;
}

const cli_command cli_estimate_command = {
    .name = "estimate",
    .summary = "estimate energy, CO2e and water of one turn of a chat",
    .help = help,
    .run = run};
