/* SPDX-License-Identifier: MIT */
#include "postgresql_connection.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * A commit is only told after it is on the disk, whatever the server's default is. Reading plans
 * its queries for the values at hand: which index is best depends on them.
 */
static const char settings[] =
    "SET TIME ZONE 'UTC';"
    "SELECT set_config('synchronous_commit', 'on', false) FROM pg_settings"
    "  WHERE name = 'synchronous_commit' AND setting = 'off';"
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', false) FROM pg_settings"
    "  WHERE name = 'plan_cache_mode';";

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What is said of why, without where the database is: clients read it, too. One line. */
static void explain(const char *doing, const char *message, tw_store_error *error) {
  const char *failed = strstr(message, "failed: ");
  const char *text = failed == NULL ? message : failed + strlen("failed: ");
  static const char *const levels[] = {"FATAL:", "ERROR:", "PANIC:"};
  for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
    if (strncmp(text, levels[i], strlen(levels[i])) == 0) {
      text += strlen(levels[i]);
    }
  }
  text += strspn(text, " \n");
  (void)tw_store_fail(error, TW_STORE_UNAVAILABLE, "cannot %s: %.*s", doing,
                      (int)(strcspn(text, "\n") < 250 ? strcspn(text, "\n") : 250), text);
}

static void be_silent(void *context, const PGresult *notice) {
  (void)context;
  (void)notice;
}

/* Whether trying again later may help: not with a wrong password or a database that is not there,
 * which a server that is up says. */
static tw_store_status connection_status(const char *message) {
  static const char *const final[] = {"authentication failed", "does not exist",
                                      "no password supplied", "no pg_hba.conf entry",
                                      "permission denied for database"};
  for (size_t i = 0; i < sizeof final / sizeof final[0]; i++) {
    if (strstr(message, final[i]) != NULL) {
      return TW_STORE_REFUSED;
    }
  }
  return TW_STORE_UNAVAILABLE;
}

/* Texts are sent as they are. A database of another encoding cannot hold the names of all models
 * and tenants, and would refuse a record for them long after its client was told of no fault. One
 * without an encoding, SQL_ASCII, keeps what it gets. */
static bool can_hold_every_text(PGconn *connection) {
  const char *encoding = PQparameterStatus(connection, "server_encoding");
  return encoding == NULL || strcmp(encoding, "UTF8") == 0 || strcmp(encoding, "SQL_ASCII") == 0;
}

tw_store_status tw_pg_connect(const char *address, tw_pg_connection **connection,
                              tw_store_error *error) {
  *connection = NULL;
  tw_pg_connection *opened = calloc(1, sizeof *opened);
  if (opened == NULL) {
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  opened->longest_query_ms = TW_PG_LONGEST_QUERY_MS;
  /* What comes first is what holds if the address does not say otherwise. */
  const char *const names[] = {
      "connect_timeout",           "keepalives_idle", "keepalives_interval", "tcp_user_timeout",
      "fallback_application_name", "dbname",          "client_encoding",     NULL};
  const char *const values[] = {"3", "10", "5", "10000", "tokenwatt", address, "UTF8", NULL};
  opened->connection = PQconnectdbParams(names, values, 1);
  tw_store_status status = TW_STORE_OK;
  if (PQstatus(opened->connection) != CONNECTION_OK) {
    const char *message = PQerrorMessage(opened->connection);
    explain("reach the database", message, error);
    status = connection_status(message);
  } else if (!can_hold_every_text(opened->connection)) {
    status = tw_store_fail(error, TW_STORE_REFUSED,
                           "the database's encoding is %s: it cannot hold every text. Make it with "
                           "ENCODING 'UTF8'",
                           PQparameterStatus(opened->connection, "server_encoding"));
  } else {
    PQsetNoticeReceiver(opened->connection, be_silent, NULL);
    (void)PQsetnonblocking(opened->connection, 1);
    if (tw_pg_run(opened, "use the database", settings, error) != TW_PG_OK) {
      status = TW_STORE_UNAVAILABLE;
    }
  }
  if (status == TW_STORE_OK) {
    *connection = opened;
  } else {
    tw_pg_disconnect(opened);
  }
  return status;
}

void tw_pg_disconnect(tw_pg_connection *connection) {
  if (connection == NULL) {
    return;
  }
  for (unsigned i = 0; i < TW_PG_STATEMENTS; i++) {
    free(connection->statements[i].sql);
  }
  PQfinish(connection->connection);
  free(connection);
}

void tw_pg_set_patience(tw_pg_connection *connection, int64_t longest_query_ms) {
  connection->longest_query_ms = longest_query_ms;
}

bool tw_pg_is_lost(tw_pg_connection *connection) {
  struct pollfd socket = {.fd = PQsocket(connection->connection), .events = POLLIN};
  /* An idle connection has nothing to say but its end. */
  if (poll(&socket, 1, 0) > 0) {
    (void)PQconsumeInput(connection->connection);
  }
  return PQstatus(connection->connection) != CONNECTION_OK;
}

/* Waits until a result can be had without waiting; false if it takes too long. */
static bool wait_for_result(PGconn *connection, int64_t longest_ms) {
  int64_t until_ms = now_ms() + longest_ms;
  for (;;) {
    int unsent = PQflush(connection);
    if (PQstatus(connection) != CONNECTION_OK || unsent < 0) {
      return true; /* PQgetResult() says what is wrong */
    }
    if (unsent == 0 && !PQisBusy(connection)) {
      return true;
    }
    int64_t left_ms = until_ms - now_ms();
    struct pollfd socket = {.fd = PQsocket(connection),
                            .events = (short)(unsent > 0 ? POLLIN | POLLOUT : POLLIN)};
    if (left_ms <= 0 || (poll(&socket, 1, (int)left_ms) < 0 && errno != EINTR)) {
      return false;
    }
    if ((socket.revents & ~POLLOUT) != 0 && PQconsumeInput(connection) == 0) {
      return true;
    }
  }
}

static tw_pg_outcome outcome_of(PGconn *connection, const PGresult *result) {
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (PQstatus(connection) != CONNECTION_OK || state == NULL || strncmp(state, "57P0", 4) == 0) {
    return TW_PG_LOST; /* 57P0x: it is shut down */
  }
  /* could not be serialised, deadlock, and another made the schema or table just now */
  static const char *const again[] = {"40001", "40P01", "42P06", "42P07"};
  for (size_t i = 0; i < sizeof again / sizeof again[0]; i++) {
    if (strcmp(state, again[i]) == 0) {
      return TW_PG_AGAIN;
    }
  }
  return strcmp(state, "23505") == 0 ? TW_PG_UNIQUE : TW_PG_FAILED;
}

/* Takes what was sent to its end. *last is the last result, if asked for. */
static tw_pg_outcome finish(tw_pg_connection *connection, const char *doing, PGresult **last,
                            tw_store_error *error) {
  PGconn *pg = connection->connection;
  tw_pg_outcome outcome = TW_PG_OK;
  PGresult *kept = NULL;
  for (;;) {
    if (!wait_for_result(pg, connection->longest_query_ms)) {
      PQclear(kept);
      (void)tw_store_fail(error, TW_STORE_UNAVAILABLE, "cannot %s: it does not answer", doing);
      return TW_PG_LOST;
    }
    PGresult *result = PQgetResult(pg);
    if (result == NULL) {
      break;
    }
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && outcome == TW_PG_OK) {
      const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
      outcome = outcome_of(pg, result);
      explain(doing, primary != NULL ? primary : PQresultErrorMessage(result), error);
    }
    PQclear(kept);
    kept = result;
  }
  if (outcome == TW_PG_OK && PQstatus(pg) != CONNECTION_OK) {
    outcome = TW_PG_LOST;
    explain(doing, PQerrorMessage(pg), error);
  }
  if (last != NULL && outcome == TW_PG_OK) {
    *last = kept;
  } else {
    PQclear(kept);
  }
  return outcome;
}

static tw_pg_outcome not_sent(tw_pg_connection *connection, const char *doing,
                              tw_store_error *error) {
  explain(doing, PQerrorMessage(connection->connection), error);
  return TW_PG_LOST;
}

tw_pg_outcome tw_pg_run(tw_pg_connection *connection, const char *doing, const char *sql,
                        tw_store_error *error) {
  if (PQsendQuery(connection->connection, sql) == 0) {
    return not_sent(connection, doing, error);
  }
  return finish(connection, doing, NULL, error);
}

static void write_name(unsigned number, char name[16]) {
  (void)snprintf(name, 16, "s%u", number);
}

/* Sees to it that a statement is prepared, and names it. */
static tw_pg_outcome prepare(tw_pg_connection *connection, const char *doing, const char *sql,
                             int parameters, char name[16], tw_store_error *error) {
  for (unsigned i = 0; i < TW_PG_STATEMENTS && connection->statements[i].sql != NULL; i++) {
    if (strcmp(connection->statements[i].sql, sql) == 0) {
      write_name(connection->statements[i].number, name);
      return TW_PG_OK;
    }
  }
  unsigned number = connection->prepared++;
  unsigned place = number % TW_PG_STATEMENTS;
  if (connection->statements[place].sql != NULL) {
    char forget[40];
    (void)snprintf(forget, sizeof forget, "DEALLOCATE s%u", connection->statements[place].number);
    free(connection->statements[place].sql);
    connection->statements[place].sql = NULL;
    tw_pg_outcome outcome = tw_pg_run(connection, doing, forget, error);
    if (outcome != TW_PG_OK) {
      return outcome;
    }
  }
  write_name(number, name);
  char *copy = strdup(sql);
  if (copy == NULL) {
    (void)tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
    return TW_PG_FAILED;
  }
  tw_pg_outcome outcome = TW_PG_LOST;
  if (PQsendPrepare(connection->connection, name, sql, parameters, NULL) == 0) {
    outcome = not_sent(connection, doing, error);
  } else {
    outcome = finish(connection, doing, NULL, error);
  }
  if (outcome != TW_PG_OK) {
    free(copy);
    return outcome;
  }
  connection->statements[place].sql = copy;
  connection->statements[place].number = number;
  return TW_PG_OK;
}

/* Sends a statement that is prepared. */
static bool send_prepared(tw_pg_connection *connection, const char *name,
                          const tw_pg_parameters *parameters) {
  int count = parameters == NULL ? 0 : parameters->count;
  const char *values[TW_PG_PARAMETERS];
  int sizes[TW_PG_PARAMETERS];
  int formats[TW_PG_PARAMETERS];
  for (int i = 0; i < count; i++) {
    values[i] = tw_pg_parameter_value(parameters, i);
    sizes[i] = (int)parameters->list[i].size;
    formats[i] = 1;
  }
  return PQsendQueryPrepared(connection->connection, name, count, values, sizes, formats, 1) != 0;
}

static bool send_plain(PGconn *connection, const char *sql) {
  return PQsendQueryParams(connection, sql, 0, NULL, NULL, NULL, NULL, 1) != 0;
}

static tw_pg_outcome prepare_for(tw_pg_connection *connection, const char *doing, const char *sql,
                                 const tw_pg_parameters *parameters, char name[16],
                                 tw_store_error *error) {
  return prepare(connection, doing, sql, parameters == NULL ? 0 : parameters->count, name, error);
}

tw_pg_outcome tw_pg_query(tw_pg_connection *connection, const char *doing, const char *sql,
                          const tw_pg_parameters *parameters, PGresult **result,
                          tw_store_error *error) {
  *result = NULL;
  char name[16];
  tw_pg_outcome outcome = prepare_for(connection, doing, sql, parameters, name, error);
  if (outcome != TW_PG_OK) {
    return outcome;
  }
  return send_prepared(connection, name, parameters) ? finish(connection, doing, result, error)
                                                     : not_sent(connection, doing, error);
}

/* Takes the answers of so many statements, and of the mark behind them. */
static tw_pg_outcome finish_together(tw_pg_connection *connection, const char *doing, size_t count,
                                     tw_store_error *error) {
  tw_pg_outcome outcome = TW_PG_OK;
  tw_store_error ignored; /* what follows a failure says only that */
  for (size_t i = 0; i < count && outcome != TW_PG_LOST; i++) {
    tw_pg_outcome next = finish(connection, doing, NULL, outcome == TW_PG_OK ? error : &ignored);
    outcome = outcome == TW_PG_OK ? next : outcome;
  }
  if (outcome == TW_PG_LOST ||
      !wait_for_result(connection->connection, connection->longest_query_ms)) {
    return outcome == TW_PG_LOST ? outcome : not_sent(connection, doing, error);
  }
  PGresult *mark = PQgetResult(connection->connection);
  bool is_mark = PQresultStatus(mark) == PGRES_PIPELINE_SYNC;
  PQclear(mark);
  return is_mark && PQexitPipelineMode(connection->connection) != 0
             ? outcome
             : not_sent(connection, doing, error);
}

tw_pg_outcome tw_pg_commit_together(tw_pg_connection *connection, const char *doing,
                                    const tw_pg_statement *statements, size_t count,
                                    tw_store_error *error) {
  char names[TW_PG_TOGETHER][16];
  tw_pg_outcome outcome = TW_PG_OK;
  for (size_t i = 0; i < count && outcome == TW_PG_OK; i++) {
    outcome = prepare_for(connection, doing, statements[i].sql, statements[i].parameters, names[i],
                          error);
  }
  if (outcome != TW_PG_OK) {
    return outcome;
  }
  PGconn *pg = connection->connection;
  bool is_sent = PQenterPipelineMode(pg) != 0 && send_plain(pg, "BEGIN");
  for (size_t i = 0; i < count && is_sent; i++) {
    is_sent = send_prepared(connection, names[i], statements[i].parameters);
  }
  if (!is_sent || !send_plain(pg, "COMMIT") || PQpipelineSync(pg) == 0) {
    return not_sent(connection, doing, error);
  }
  outcome = finish_together(connection, doing, count + 2, error);
  if (outcome != TW_PG_OK && outcome != TW_PG_LOST) {
    tw_store_error ignored;
    outcome = tw_pg_run(connection, doing, "ROLLBACK", &ignored) == TW_PG_OK ? outcome : TW_PG_LOST;
  }
  return outcome;
}

tw_pg_outcome tw_pg_plan_once(tw_pg_connection *connection, const char *doing,
                              tw_store_error *error) {
  tw_pg_outcome outcome =
      tw_pg_run(connection, doing,
                "SELECT set_config('plan_cache_mode', 'force_generic_plan', false)"
                "  FROM pg_settings WHERE name = 'plan_cache_mode'",
                error);
  connection->plans_once = outcome == TW_PG_OK;
  return outcome;
}

tw_pg_outcome tw_pg_execute(tw_pg_connection *connection, const char *doing, const char *sql,
                            const tw_pg_parameters *parameters, tw_store_error *error) {
  PGresult *result = NULL;
  tw_pg_outcome outcome = tw_pg_query(connection, doing, sql, parameters, &result, error);
  PQclear(result);
  return outcome;
}

const char *tw_pg_text(const PGresult *result, int row, int column) {
  return PQgetvalue(result, row, column); /* "" for NULL */
}

static bool read_bits(const PGresult *result, int row, int column, uint64_t *bits) {
  if (PQgetisnull(result, row, column) != 0 || PQgetlength(result, row, column) != sizeof *bits) {
    return false;
  }
  memcpy(bits, PQgetvalue(result, row, column), sizeof *bits);
  *bits = be64toh(*bits);
  return true;
}

int64_t tw_pg_integer(const PGresult *result, int row, int column) {
  uint64_t bits;
  return read_bits(result, row, column, &bits) ? (int64_t)bits : TW_RECORD_UNKNOWN;
}

double tw_pg_real(const PGresult *result, int row, int column) {
  uint64_t bits;
  double value = 0;
  if (read_bits(result, row, column, &bits)) {
    memcpy(&value, &bits, sizeof value);
  }
  return value;
}
