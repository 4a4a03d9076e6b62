/* SPDX-License-Identifier: MIT */
/* tokenwatt serve: the APIs and the demo page over HTTP, until it is told to stop. */
#include "command.h"
#include "message.h"
#include "options.h"
#include "server/font_file.h"
#include "server/host_names.h"
#include "server/report_font.h"
#include "server/server.h"
#include "store_option.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "Usage: tokenwatt serve [OPTION]...\n"
    "\n"
    "Serves the APIs and the demo page over HTTP until it gets SIGINT (Ctrl-C) or SIGTERM.\n"
    "Only this machine can reach it, unless told otherwise. With a store it is a collector and\n"
    "records what is posted to it; without one it keeps no data.\n"
    "\n"
    "Options:\n"
    "  -l, --listen ADDRESS  IP:PORT, [IPv6]:PORT, localhost:PORT or PORT; port 0 takes any\n"
    "                        free one (default 127.0.0.1:8787)\n"
    "      --store STORE     record usage in sqlite:FILE, which is made if there is none, or in\n"
    "                        postgresql://HOST/DATABASE; default: what TOKENWATT_STORE says,\n"
    "                        else nowhere\n"
    "      --allow-remote    permit an ADDRESS that other machines can reach; there is no\n"
    "                        encryption. With a store it needs a key (tokenwatt keys add)\n"
    "      --allow-origin ORIGIN\n"
    "                        let pages of this origin (https://example.org) use stored data\n"
    "                        while there is no key; may be repeated\n"
    "      --free-events N   events that a live key may track (default 100000)\n"
    "      --billing-url URL what a live key without free events is told (default /)\n"
    "      --report-font FILE\n"
    "                        a TrueType font for names in PDF reports that Latin letters cannot\n"
    "                        write (default: DejaVu Sans where the system has it)\n"
    "      --host NAME       also answer requests to this host name; may be repeated. With a\n"
    "                        store it needs a key, unless it is a name of this machine alone\n"
    "  -w, --web FOLDER      serve this folder (default: the demo page that came with the\n"
    "                        program)\n"
    "      --log[=FILE]      log requests as JSON lines to standard output or to the end of\n"
    "                        FILE: time, method, path, status, bytes, duration_us\n"
    "      --timeout SECONDS drop clients that take longer over a request, or take less than\n"
    "                        1 KiB a second of an answer meanwhile (default 30)\n"
    "  -h, --help            print this help\n"
    "  -V, --version         print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt serve\n"
    "  tokenwatt serve --store sqlite:usage.db\n"
    "  tokenwatt serve --listen 127.0.0.1:0 --log=requests.jsonl\n"
    "  tokenwatt serve --listen 0.0.0.0:8787 --allow-remote --host watt.example.org\n"
    "\n"
    "Exit status: 0 when told to stop, 1 if it cannot listen, open its store or write its\n"
    "log, 2 for a usage error.\n";

enum {
  GRACE_MS = 5000, /* for requests under way when told to stop */
  GRACE_STEP_MS = 20,
  MOST_HOST_NAMES = 16,
  MOST_ORIGINS = 16,
  FREE_EVENTS = 100000,
  LONGEST_URL = 200,
  LONGEST_TIMEOUT_S = 3600
};

/* Options that have a long form only. */
enum {
  OPTION_ALLOW_REMOTE = 256,
  OPTION_HOST,
  OPTION_LOG,
  OPTION_TIMEOUT,
  OPTION_STORE,
  OPTION_ALLOW_ORIGIN,
  OPTION_FREE_EVENTS,
  OPTION_BILLING_URL,
  OPTION_REPORT_FONT
};

/* What the options say, and what must outlive the server. */
typedef struct serving {
  const cli_command *command;
  tw_server_options server;
  const char *host_names[MOST_HOST_NAMES];
  const char *origins[MOST_ORIGINS];
  const char *store;    /* of --store */
  const char *log_file; /* NULL for standard output */
  bool logs;
  char web_folder[PATH_MAX];
} serving;

/* Whether the demo page lies in `folder`, relative to the executable's own. */
static bool find_web_folder(serving *s, const char *folder) {
  char page[PATH_MAX];
  ssize_t size = readlink("/proc/self/exe", page, sizeof page - 1);
  if (size <= 0) {
    return false;
  }
  page[size] = '\0';
  char *slash = strrchr(page, '/');
  if (slash == NULL) {
    return false;
  }
  *slash = '\0';
  if (snprintf(s->web_folder, sizeof s->web_folder, "%s/%s", page, folder) >=
          (int)sizeof s->web_folder ||
      snprintf(page, sizeof page, "%s/index.html", s->web_folder) >= (int)sizeof page) {
    return false;
  }
  return access(page, R_OK) == 0;
}

static bool choose_report_font(serving *s) {
  if (s->server.report_font == NULL) {
    s->server.report_font = tw_report_font_find();
  } else if (access(s->server.report_font, R_OK) != 0) {
    cli_message(s->command, "%s: %s", s->server.report_font, strerror(errno));
    return false;
  } else {
    size_t size = 0;
    if (!tw_font_file_is_sound(s->server.report_font, &size)) {
      cli_message(s->command, "%s is no whole TrueType font", s->server.report_font);
      return false;
    }
  }
  return true;
}

static void choose_web_folder(serving *s) {
  if (s->server.web_folder != NULL) {
    return;
  }
  /* Where "cmake --install" puts the page, and where it is in the source tree's build/native. */
  if (find_web_folder(s, "../share/tokenwatt/web") || find_web_folder(s, "../../web/dist")) {
    s->server.web_folder = s->web_folder;
  } else {
    cli_message(s->command, "no demo page found beside the program: serving the APIs only "
                            "(--web FOLDER serves one)");
  }
}

static bool open_log(serving *s) {
  s->server.log_fd = -1;
  if (!s->logs) {
    return true;
  }
  s->server.log_fd = s->log_file == NULL
                         ? STDOUT_FILENO
                         : open(s->log_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (s->server.log_fd < 0) {
    cli_message(s->command, "%s: %s", s->log_file, strerror(errno));
    return false;
  }
  return true;
}

/* Requests under way may end; a second signal or five seconds end the patience. */
static void stop_gracefully(tw_server *server, const sigset_t *signals) {
  tw_server_stop_accepting(server);
  const struct timespec step = {0, GRACE_STEP_MS * 1000000L};
  for (int waited = 0; waited < GRACE_MS && tw_server_active_requests(server) > 0;
       waited += GRACE_STEP_MS) {
    if (sigtimedwait(signals, NULL, &step) > 0) {
      break;
    }
  }
}

/* What lets others than this machine's users reach the server; NULL for nothing. */
static const char *option_for_others(const serving *s) {
  if (s->server.allow_remote) {
    return "--allow-remote";
  }
  for (size_t i = 0; i < s->server.host_name_count; i++) {
    if (!tw_host_name_is_loopback(s->host_names[i])) {
      return "--host"; /* a name that others know: there is a proxy, and it hides who asks */
    }
  }
  return NULL;
}

/* Whoever can reach the server could read and write: with others, keys must say who may. */
static cli_exit check_keys(serving *s) {
  tw_store_error error = {""};
  bool has_keys = false;
  const char *option = option_for_others(s);
  if (option == NULL) {
    return CLI_OK;
  }
  if (tw_store_has_keys(s->server.store, &has_keys, &error) != TW_STORE_OK) {
    cli_message(s->command, "%s", error.text);
    return CLI_BAD_DATA;
  }
  return has_keys ? CLI_OK
                  : cli_usage_error(s->command,
                                    "with %s a store needs an API key: make one with "
                                    "'tokenwatt keys add' first",
                                    option);
}

static cli_exit serve(serving *s) {
  /* Blocked before the server starts its threads, so that only the wait below gets them. */
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a failed write, like a full disk */

  tw_server *server = NULL;
  tw_server_error error = {""};
  switch (tw_server_open(&s->server, &server, &error)) {
  case TW_SERVER_OK:
    break;
  case TW_SERVER_BAD_OPTION:
    return cli_usage_error(s->command, "%s", error.text);
  default:
    cli_message(s->command, "%s", error.text);
    return CLI_BAD_DATA;
  }
  (void)fprintf(stderr, "listening on %s\n", tw_server_url(server));
  int number = 0;
  sigwait(&signals, &number);
  stop_gracefully(server, &signals);
  uint64_t lost = tw_server_log_lines_lost(server);
  if (s->server.store != NULL) {
    tw_store_stop_adding(s->server.store); /* what was taken is written, and answered */
  }
  tw_server_close(server);
  if (lost > 0) {
    cli_message(s->command, "%" PRIu64 " lines of the request log could not be written", lost);
    return CLI_BAD_DATA;
  }
  return CLI_OK;
}

static cli_exit add_host_name(serving *s, const char *name) {
  if (s->server.host_name_count == MOST_HOST_NAMES) {
    return cli_usage_error(s->command, "at most %d host names", MOST_HOST_NAMES);
  }
  if (name[0] == '\0' || strpbrk(name, "/: ") != NULL) {
    return cli_usage_error(s->command, "'%s' is no host name: give it without scheme and port",
                           name);
  }
  s->host_names[s->server.host_name_count++] = name;
  return CLI_OK;
}

static cli_exit add_origin(serving *s, const char *origin) {
  if (s->server.origin_count == MOST_ORIGINS) {
    return cli_usage_error(s->command, "at most %d origins", MOST_ORIGINS);
  }
  const char *host = strstr(origin, "://");
  if (host == NULL || host == origin || host[3] == '\0' || strpbrk(host + 3, "/ *") != NULL) {
    return cli_usage_error(s->command,
                           "'%s' is no origin: write it as https://example.org, with its port if "
                           "it has one and without a path",
                           origin);
  }
  s->origins[s->server.origin_count++] = origin;
  return CLI_OK;
}

static cli_exit set_billing_url(serving *s, const char *url) {
  size_t size = strlen(url);
  for (size_t i = 0; i < size; i++) {
    if (url[i] < 0x21 || url[i] > 0x7E || url[i] == '"' || url[i] == '\\') {
      size = 0;
    }
  }
  if (size == 0 || size > LONGEST_URL) {
    return cli_usage_error(s->command,
                           "option '--billing-url' needs an address of at most %d "
                           "printable ASCII characters",
                           LONGEST_URL);
  }
  s->server.billing_url = url;
  return CLI_OK;
}

static cli_exit set_timeout(serving *s, const char *text) {
  int64_t seconds = 0;
  if (!cli_number_read(s->command, "--timeout", text, &seconds)) {
    return CLI_USAGE;
  }
  if (seconds < 1 || seconds > LONGEST_TIMEOUT_S) {
    return cli_usage_error(s->command, "option '--timeout' takes 1 to %d seconds",
                           LONGEST_TIMEOUT_S);
  }
  s->server.timeout_s = (unsigned)seconds;
  return CLI_OK;
}

static cli_exit set_option(serving *s, int option) {
  switch (option) {
  case 'l':
    s->server.listen = optarg;
    return CLI_OK;
  case 'w':
    s->server.web_folder = optarg;
    return CLI_OK;
  case OPTION_ALLOW_REMOTE:
    s->server.allow_remote = true;
    return CLI_OK;
  case OPTION_HOST:
    return add_host_name(s, optarg);
  case OPTION_LOG:
    s->logs = true;
    s->log_file = optarg;
    return CLI_OK;
  case OPTION_TIMEOUT:
    return set_timeout(s, optarg);
  case OPTION_STORE:
    s->store = optarg;
    return CLI_OK;
  case OPTION_ALLOW_ORIGIN:
    return add_origin(s, optarg);
  case OPTION_REPORT_FONT:
    s->server.report_font = optarg;
    return CLI_OK;
  case OPTION_FREE_EVENTS:
    return cli_number_read(s->command, "--free-events", optarg, &s->server.free_events) ? CLI_OK
                                                                                        : CLI_USAGE;
  default:
    return set_billing_url(s, optarg);
  }
}

/* Opens the store if one is named, and serves. */
static cli_exit serve_with_store(serving *s) {
  tw_store *store = NULL;
  cli_exit exit = CLI_OK;
  if (cli_store_address(s->store) != NULL) {
    exit = cli_store_open(s->command, s->store, true, &store);
    s->server.store = store;
    if (exit == CLI_OK) {
      exit = check_keys(s);
    }
  }
  if (exit == CLI_OK) {
    exit = serve(s);
  }
  tw_store_close(store);
  return exit;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {
      {"listen", required_argument, NULL, 'l'},
      {"allow-remote", no_argument, NULL, OPTION_ALLOW_REMOTE},
      {"host", required_argument, NULL, OPTION_HOST},
      {"web", required_argument, NULL, 'w'},
      {"log", optional_argument, NULL, OPTION_LOG},
      {"timeout", required_argument, NULL, OPTION_TIMEOUT},
      {"store", required_argument, NULL, OPTION_STORE},
      {"allow-origin", required_argument, NULL, OPTION_ALLOW_ORIGIN},
      {"free-events", required_argument, NULL, OPTION_FREE_EVENTS},
      {"billing-url", required_argument, NULL, OPTION_BILLING_URL},
      {"report-font", required_argument, NULL, OPTION_REPORT_FONT},
      CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":l:w:hV", long_options, CLI_OK};
  serving s = {.command = command,
               .server = {.listen = "127.0.0.1:8787",
                          .log_fd = -1,
                          .free_events = FREE_EVENTS,
                          .billing_url = "/"}};
  s.server.host_names = s.host_names;
  s.server.origins = s.origins;
  for (int option; (option = cli_options_next(&options)) != CLI_OPTIONS_END;) {
    cli_exit exit = option == CLI_OPTIONS_EXIT ? options.exit : set_option(&s, option);
    if (option == CLI_OPTIONS_EXIT || exit != CLI_OK) {
      return exit;
    }
  }
  if (optind < argc) {
    return cli_usage_error(command, "unexpected '%s'%s", argv[optind],
                           s.logs && s.log_file == NULL ? ": a log file is given as --log=FILE"
                                                        : "");
  }
  if (!choose_report_font(&s) || !open_log(&s)) {
    return CLI_BAD_DATA;
  }
  choose_web_folder(&s);
  cli_exit exit = serve_with_store(&s);
  if (s.server.log_fd > STDOUT_FILENO) {
    close(s.server.log_fd);
  }
  return exit;
}

const cli_command cli_serve_command = {
    .name = "serve",
    .summary = "serve the APIs and the demo page over HTTP, and collect usage",
    .help = help,
    .run = run};
