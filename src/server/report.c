/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "access.h"
#include "api_call.h"
#include "dates.h"
#include "report_figures.h"
#include "report_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A page of its own: it runs nothing and loads nothing. */
static const char content_security_policy[] =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

static bool write_csv(const tw_report *report, const tw_collector *collector, FILE *file) {
  (void)collector;
  tw_report_write_csv(report, file);
  return true;
}

static bool write_html(const tw_report *report, const tw_collector *collector, FILE *file) {
  (void)collector;
  tw_report_write_html(report, file);
  return true;
}

static bool write_pdf(const tw_report *report, const tw_collector *collector, FILE *file) {
  return tw_report_write_pdf(report, collector->report_font, file);
}

/* What a report may be written as. */
typedef struct report_format {
  const char *name; /* in the query and of the file */
  const char *type;
  const char *disposition;
  bool (*write)(const tw_report *report, const tw_collector *collector, FILE *file);
} report_format;

static const report_format *find_format(const char *name) {
  static const report_format formats[] = {
      {"html", "text/html; charset=utf-8", "inline", write_html},
      {"csv", "text/csv; charset=utf-8", "attachment", write_csv},
      {"pdf", "application/pdf", "inline", write_pdf}};
  for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
    if (strcmp(formats[i].name, name) == 0) {
      return &formats[i];
    }
  }
  return NULL;
}

/* What the query asks. */
typedef struct question {
  tw_query query; /* holds what the texts point to */
  const char *month;
  const char *tenant;
  const char *format;
  int64_t from_ms;
  int64_t to_ms;
} question;

/* "2026-11" */
static bool read_month(question *asked) {
  char day[] = "0000-00-01";
  int64_t length_ms = 0;
  if (strlen(asked->month) != strlen("0000-00")) {
    return false;
  }
  memcpy(day, asked->month, strlen("0000-00"));
  if (!tw_date_read(day, &asked->from_ms, &length_ms)) {
    return false;
  }
  /* The first day of a month after this one: no month has less than 28 days, or more than 31. */
  char date[TW_DATE_SIZE];
  asked->to_ms = asked->from_ms + 27 * length_ms;
  do {
    asked->to_ms += length_ms;
    tw_date_write(asked->to_ms, date);
  } while (strncmp(date, day, strlen("0000-00")) == 0);
  return true;
}

static void read_question(tw_api_call *call) {
  question *asked = call->context;
  const tw_api_parameter parameters[] = {{.name = "month", .text = &asked->month},
                                         {.name = "tenant", .text = &asked->tenant},
                                         {.name = "format", .text = &asked->format}};
  if (!tw_api_read_query(call, parameters, sizeof parameters / sizeof parameters[0],
                         &asked->query)) {
    return;
  }
  if (asked->month == NULL) {
    tw_api_refuse_field(call, "month", "is required: a month such as 2025-12");
  } else if (!read_month(asked)) {
    tw_api_refuse_field(call, "month", "must be a month such as 2025-12");
  } else if (find_format(asked->format) == NULL) {
    tw_api_refuse_field(call, "format", "must be 'html', 'csv' or 'pdf'");
  } else {
    tw_api_succeed(call);
  }
}

/* The document; NULL for want of memory. */
static struct MHD_Response *make_document(const tw_report *report, const tw_collector *collector,
                                          const report_format *format, uint64_t *size) {
  char *text = NULL;
  size_t text_size = 0;
  FILE *file = open_memstream(&text, &text_size);
  if (file == NULL) {
    return NULL;
  }
  bool written = format->write(report, collector, file) && ferror(file) == 0;
  written = fclose(file) == 0 && written;
  struct MHD_Response *response =
      written ? MHD_create_response_from_buffer(text_size, text, MHD_RESPMEM_MUST_FREE) : NULL;
  if (response == NULL) {
    free(text);
    return NULL;
  }
  char disposition[64];
  (void)snprintf(disposition, sizeof disposition, "%s; filename=\"tokenwatt-%s.%s\"",
                 format->disposition, report->month, format->name);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, format->type);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, disposition);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_SECURITY_POLICY,
                          content_security_policy);
  *size = text_size;
  return response;
}

void tw_report_answer(tw_collector *collector, tw_request *request, const tw_key *key,
                      struct MHD_Response **response, uint64_t *size, tw_api_response *error) {
  *response = NULL;
  *error = (tw_api_response){0};
  tw_store_error failure = {"not enough memory"};
  question asked = {.format = "html"};
  tw_api_request call = {.method = request->method, .path = request->path, .query = request->query};
  if (tw_api_run(&call, read_question, &asked, NULL, error) != TW_OK) {
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &failure);
    return;
  }
  if (error->http_status != MHD_HTTP_OK) {
    return;
  }
  tw_api_response_free(error, NULL);
  bool is_bound = key->tenant[0] != '\0';
  if (is_bound && asked.tenant != NULL && strcmp(asked.tenant, key->tenant) != 0) {
    tw_request_refuse(request, MHD_HTTP_FORBIDDEN, "forbidden",
                      "The API key is for another tenant.", "{\"field\":\"tenant\"}");
    return;
  }
  tw_report report = {.from_ms = asked.from_ms,
                      .to_ms = asked.to_ms,
                      .made_ms = request->time_ms,
                      .tenant = is_bound ? key->tenant : asked.tenant};
  memcpy(report.month, asked.month, sizeof report.month);
  tw_store_status status = tw_report_read(&report, collector->store, &failure);
  if (status == TW_STORE_OK) {
    *response = make_document(&report, collector, find_format(asked.format), size);
    status = *response == NULL ? TW_STORE_UNAVAILABLE : TW_STORE_OK;
  }
  if (status != TW_STORE_OK) {
    tw_access_refuse_store(request, status, &failure);
  }
  tw_report_free(&report);
}
