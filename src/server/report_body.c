/* SPDX-License-Identifier: MIT */
/* What a report says. */
#include "dates.h"
#include "report_amounts.h"
#include "report_text.h"

#include <string.h>

#define CO2E                                                                                       \
  "CO\xE2\x82\x82"                                                                                 \
  "e"
#define TIMES "\xC3\x97"
#define QUOTED(text) "\xE2\x80\x9C" text "\xE2\x80\x9D"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const double worth_a_tip = 0.05; /* of all energy */

/* A report on its way to a page. */
typedef struct writing {
  const tw_report *report;
  const tw_report_look *look;
  void *page;
} writing;

static void put_text(const writing *w, tw_report_style style, const char *id, const char *text) {
  const tw_report_run run = {.text = text};
  w->look->put_paragraph(w->page, style, id, &run, 1);
}

static tw_report_cell text_cell(const char *text) {
  return (tw_report_cell){{.text = text}, ""};
}

static tw_report_cell amount_cell(const tw_amount *amount) {
  return (tw_report_cell){{.text = amount->text, .is_figure = true, .exact = amount->exact},
                          amount->range};
}

static tw_report_run amount_run(const tw_amount *amount) {
  return (tw_report_run){.text = amount->text, .is_figure = true, .exact = amount->exact};
}

static void put_head(const writing *w) {
  const tw_report *report = w->report;
  const tw_report_run runs[] = {
      {.text = "Of "},
      {.text = report->tenant == NULL ? "all tenants" : report->tenant,
       .is_strong = report->tenant != NULL},
      {.text = report->made_ms < report->to_ms ? ", of a month that is not over" : ""},
      {.text = ". All figures are estimates."}};
  w->look->put_paragraph(w->page, TW_REPORT_PLAIN, "", runs, COUNT_OF(runs));
}

static void put_disclosures(const writing *w) {
  static const tw_report_table table = {
      "disclosures",
      "For the sustainability report",
      {{"Where", 26, true}, {"What", 48, true}, {"How much", 26, false}},
      3};
  const tw_totals *total = &w->report->total;
  tw_amount tonnes;
  tw_amount energy;
  tw_amount water;
  tw_amount_make_tonnes(&tonnes, total->co2_g, total->co2_g_low, total->co2_g_high);
  tw_amount_make(&energy, &tw_scale_energy, total->energy_wh, total->energy_wh_low,
                 total->energy_wh_high);
  tw_amount_make(&water, &tw_scale_water, total->water_ml, total->water_ml_low,
                 total->water_ml_high);
  const tw_report_cell rows[][3] = {
      {text_cell("ESRS E1-6 (Delegated Regulation (EU) 2023/2772)"),
       text_cell("Towards gross Scope 3 emissions, category 1: purchased goods and services; where "
                 "it is shown, its optional sub-category cloud computing and data centre services. "
                 "Estimated " CO2E " of the electricity"),
       amount_cell(&tonnes)},
      {text_cell("GHG Protocol, Corporate Value Chain (Scope 3) Standard"),
       text_cell("Towards category 1, purchased goods and services, by the average-data method: "
                 "tokens " TIMES " energy of a token " TIMES " emission factor of the grid. The "
                 "same emissions, not more of them"),
       amount_cell(&tonnes)},
      {text_cell("ESRS E1-6, quality of the data (AR 46 (g))"),
       text_cell("Share calculated with primary data of suppliers"), text_cell("0 %")},
      {text_cell("For information"),
       text_cell("Electricity at the providers. It is no part of the own energy consumption of "
                 "ESRS E1-5"),
       amount_cell(&energy)},
      {text_cell("For information"),
       text_cell("Water consumed at the providers and in making the electricity. It is no part of "
                 "the own water consumption of ESRS E3-4"),
       amount_cell(&water)}};
  w->look->begin_section(w->page, "", table.title);
  w->look->begin_table(w->page, &table);
  for (size_t i = 0; i < COUNT_OF(rows); i++) {
    w->look->put_row(w->page, &table, rows[i], false);
  }
  w->look->end_table(w->page);
  put_text(w, TW_REPORT_QUIET, "boundary",
           "Boundary: the electricity that the providers use to answer, with cooling and idle "
           "machines. Category 1 asks for all emissions from cradle to gate, so these are a part "
           "of it, not the whole. Not in the figures: making the hardware (but for records by the "
           "method ecologits, and by the table of carbon-llm where it says life cycle), training "
           "the models, networks and end devices.");
  put_text(w, TW_REPORT_QUIET, "electricity",
           "The emission factors are averages of the grid where the machines stand, or are thought "
           "to: location-based. Providers' contracts for clean electricity (market-based) and "
           "carbon credits are not counted. Records by the method carbon-llm take grams a token "
           "from that project's table.");
  put_text(w, TW_REPORT_QUIET, "",
           "Ranges are the sums of each estimate's bounds, as if all erred the same way.");
  w->look->end_section(w->page);
}

static void put_tip(const writing *w) {
  const tw_report_tip *tip = &w->report->tip;
  if (tip->share < worth_a_tip || tip->model == NULL) {
    return;
  }
  char share[160];
  tw_amount energy;
  tw_amount co2e;
  tw_amount water;
  (void)snprintf(share, sizeof share,
                 "Had all answers been shorter by a quarter, the month would have taken %.0f %% "
                 "less: ",
                 tip->share * 100);
  tw_amount_make(&energy, &tw_scale_energy, tip->energy_wh, 0, 0);
  tw_amount_make(&co2e, &tw_scale_co2e, tip->co2_g, 0, 0);
  tw_amount_make(&water, &tw_scale_water, tip->water_ml, 0, 0);
  const tw_report_run runs[] = {
      {.text = share},
      amount_run(&energy),
      {.text = ", "},
      amount_run(&co2e),
      {.text = " " CO2E " and "},
      amount_run(&water),
      {.text = " of water, most of it with "},
      {.text = tip->model[0] == '\0' ? "models that are not named" : tip->model},
      {.text =
           ". A word of an answer costs several times one of a prompt: ask for brief answers "
           "(" QUOTED("in three sentences") ", " QUOTED("code only") "), and limit their "
                                                                     "length where programs ask."}};
  w->look->begin_section(w->page, "tip", "Where it would save");
  w->look->put_paragraph(w->page, TW_REPORT_TIP, "", runs, COUNT_OF(runs));
  put_text(w, TW_REPORT_QUIET, "",
           "By the weights of the method tokenwatt, whichever made the estimates.");
  w->look->end_section(w->page);
}

static void put_sums(const writing *w, const tw_report_table *table, const char *name,
                     const tw_totals *sums, bool is_sum) {
  tw_amount requests;
  tw_amount tokens;
  tw_amount energy;
  tw_amount co2e;
  tw_amount water;
  tw_amount_make_count(&requests, (double)sums->requests);
  tw_amount_make_count(&tokens,
                       sums->prompt_tokens + sums->completion_tokens + sums->reasoning_tokens);
  tw_amount_make(&energy, &tw_scale_energy, sums->energy_wh, sums->energy_wh_low,
                 sums->energy_wh_high);
  tw_amount_make(&co2e, &tw_scale_co2e, sums->co2_g, sums->co2_g_low, sums->co2_g_high);
  tw_amount_make(&water, &tw_scale_water, sums->water_ml, sums->water_ml_low, sums->water_ml_high);
  const tw_report_cell cells[] = {text_cell(name),      amount_cell(&requests),
                                  amount_cell(&tokens), amount_cell(&energy),
                                  amount_cell(&co2e),   amount_cell(&water)};
  w->look->put_row(w->page, table, cells, is_sum);
}

/* One table for each of these. */
typedef struct part_words {
  const char *id;
  const char *title;
  const char *column;
  const char *none; /* for those without a name */
} part_words;

static void put_part(const writing *w, const part_words *words, const tw_report_part *part) {
  const tw_report_table table = {words->id,
                                 words->title,
                                 {{words->column, 28, true},
                                  {"Requests", 12, false},
                                  {"Tokens", 15, false},
                                  {"Energy", 15, false},
                                  {CO2E, 15, false},
                                  {"Water", 15, false}},
                                 TW_REPORT_COLUMNS};
  w->look->begin_section(w->page, "", table.title);
  w->look->begin_table(w->page, &table);
  for (size_t i = 0; i < part->count; i++) {
    const tw_report_row *row = &part->rows[i];
    put_sums(w, &table, row->name[0] == '\0' ? words->none : row->name, &row->sums, false);
  }
  put_sums(w, &table, "In all", &w->report->total, true);
  w->look->end_table(w->page);
  w->look->end_section(w->page);
}

/* "Confidence: estimated (40), benchmarked (3)" */
static void write_tally(char *text, size_t size, const char *title, const tw_report_tally *tally) {
  size_t used = (size_t)snprintf(text, size, "%s: ", title);
  for (size_t i = 0; i < tally->count && used < size; i++) {
    tw_amount records;
    tw_amount_make_count(&records, (double)tally->words[i].records);
    used += (size_t)snprintf(text + used, size - used, "%s%s (%s)", i == 0 ? "" : ", ",
                             tally->words[i].word, records.text);
  }
}

static void put_methods(const writing *w) {
  const tw_report *report = w->report;
  enum { TALLY_SIZE = 800 };
  char tallies[3][TALLY_SIZE];
  write_tally(tallies[0], TALLY_SIZE, "Method of the estimate, with the number of records",
              &report->methods);
  write_tally(tallies[1], TALLY_SIZE, "Confidence", &report->confidences);
  write_tally(tallies[2], TALLY_SIZE,
              "How the place was found, whose grid and water factors were used", &report->places);
  const char *const items[] = {tallies[0], tallies[1], tallies[2]};
  w->look->begin_section(w->page, "", "Methods and sources");
  w->look->put_list(w->page, "methods", items, COUNT_OF(items));
  if (report->tallied < report->total.requests) {
    char counted[128];
    tw_amount records;
    tw_amount_make_count(&records, (double)report->tallied);
    (void)snprintf(counted, sizeof counted, "Counted over the first %s records of the month.",
                   records.text);
    put_text(w, TW_REPORT_QUIET, "", counted);
  }
  put_text(w, TW_REPORT_PLAIN, "",
           "The method tokenwatt takes the energy of a token from a fit to 259 measurements of "
           "open models on H100 accelerators (ML.ENERGY, version 3), times 1/0.58 for hosts, idle "
           "machines and cooling (Google, arXiv 2508.15734). The methods of other projects are "
           "EcoLogits 0.9.1, carbon-llm and CarbonBench.");
  put_text(w, TW_REPORT_PLAIN, "",
           "Grid factors: Electricity Maps (ODbL) for regions and zones, Ember (CC BY 4.0) for "
           "countries and the world. Water: the clouds' own pages, and the World Resources "
           "Institute. Each formula and number, with unit, year and source, is in "
           "docs/methodology.md and the tables of Tokenwatt; each record with its method, place "
           "and confidence is in the history of the collector.");
  put_text(w, TW_REPORT_PLAIN, "",
           "Rules: ESRS E1, numbered as in Delegated Regulation (EU) 2023/2772; GHG Protocol, "
           "Corporate Value Chain (Scope 3) Accounting and Reporting Standard (2011) and Technical "
           "Guidance for Calculating Scope 3 Emissions (2013).");
  w->look->end_section(w->page);
}

void tw_report_write_body(const tw_report *report, const tw_report_look *look, void *page) {
  static const part_words parts[] = {
      {"by-model", "By model", "Model", "Not named"},
      {"by-provider", "By provider", "Provider", "Not named"},
      {"by-key", "By key", "Key", "Without a key"},
  };
  const tw_report_part *const of[] = {&report->models, &report->providers, &report->keys};
  const writing w = {report, look, page};
  char text[160];
  char made[TW_DATE_SIZE];
  (void)snprintf(text, sizeof text, "Use of language models, %s", report->month);
  look->begin(page, text);
  put_head(&w);
  if (report->total.requests == 0) {
    put_text(&w, TW_REPORT_PLAIN, "empty", "Nothing was used in this month.");
  } else {
    put_disclosures(&w);
    put_tip(&w);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
      put_part(&w, &parts[i], of[i]);
    }
    put_methods(&w);
  }
  tw_date_write(report->made_ms, made);
  (void)snprintf(text, sizeof text,
                 "Made by Tokenwatt %s on %s. Months are those of UTC; what test keys posted is "
                 "left out.",
                 TW_VERSION, made);
  look->end(page, text);
}
