/* SPDX-License-Identifier: MIT */
#include "report_text.h"

#include "dates.h"

#include <inttypes.h>
#include <stdlib.h>

static const double worth_a_tip = 0.05; /* of all energy */

static const char style[] =
    ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}"
    "body{max-width:60rem;margin:0 auto;padding:1.5rem}"
    "h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.15rem;margin-top:2rem}"
    ".scroll{overflow-x:auto}table{width:100%;border-collapse:collapse;"
    "font-variant-numeric:tabular-nums}"
    "th,td{padding:.4rem .6rem;border-bottom:1px solid light-dark(#d5dfdd,#33403f);"
    "text-align:right;vertical-align:top}"
    "th:first-child,.text{text-align:left;overflow-wrap:anywhere}"
    "thead th{font-size:.85rem}tbody th{font-weight:500}"
    ".range,.quiet{color:light-dark(#536361,#a0b0ae);font-size:.85rem}.range{display:block}"
    ".tip{padding:.8rem 1rem;border-radius:10px;background:light-dark(#e8f3f1,#17312d)}"
    "@media print{body{max-width:none;padding:0}section{break-inside:avoid}}";

/* A unit for each factor of a thousand; the second is that of the store. */
typedef struct scale {
  const char *units[4];
} scale;

static const scale energy = {{"mWh", "Wh", "kWh", "MWh"}};
static const scale co2e = {{"mg", "g", "kg", "t"}};
static const scale water = {{"\xC2\xB5L", "mL", "L", "m\xC2\xB3"}};

static void put_text(FILE *file, const char *text) {
  for (; *text != '\0'; text++) {
    switch (*text) {
    case '&':
      (void)fputs("&amp;", file);
      break;
    case '<':
      (void)fputs("&lt;", file);
      break;
    case '>':
      (void)fputs("&gt;", file);
      break;
    case '"':
      (void)fputs("&quot;", file);
      break;
    default:
      (void)fputc(*text, file);
    }
  }
}

/* Three digits say all that is known. */
static void put_rounded(FILE *file, double value) {
  (void)fprintf(file, "%.*f", value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2, value);
}

/* A count with commas. */
static void put_count(FILE *file, double count) {
  char digits[400];
  int size = snprintf(digits, sizeof digits, "%.0f", count);
  for (int i = 0; i < size; i++) {
    (void)fprintf(file, "%s%c", i > 0 && (size - i) % 3 == 0 ? "," : "", digits[i]);
  }
}

/* A value, which is also there to its last digit, and its range below. */
static void put_amount(FILE *file, const scale *of, double value, double low, double high) {
  double factor = 1000;
  size_t unit = 0;
  while (unit < 3 && value * factor >= 999.5 && value > 0) {
    factor /= 1000;
    unit++;
  }
  unit = value > 0 ? unit : 1;
  factor = value > 0 ? factor : 1;
  (void)fprintf(file, "<data value=\"%.10g\">", value);
  put_rounded(file, value * factor);
  (void)fprintf(file, " %s</data>", of->units[unit]);
  if (high > low) {
    (void)fputs("<span class=\"range\">", file);
    put_rounded(file, low * factor);
    (void)fputs("\xE2\x80\x93", file);
    put_rounded(file, high * factor);
    (void)fprintf(file, " %s</span>", of->units[unit]);
  }
}

static void put_amounts(FILE *file, const tw_totals *sums) {
  double tokens = sums->prompt_tokens + sums->completion_tokens + sums->reasoning_tokens;
  (void)fprintf(file, "<td><data value=\"%" PRId64 "\">", sums->requests);
  put_count(file, (double)sums->requests);
  (void)fprintf(file, "</data></td><td><data value=\"%.0f\">", tokens);
  put_count(file, tokens);
  (void)fputs("</data></td><td>", file);
  put_amount(file, &energy, sums->energy_wh, sums->energy_wh_low, sums->energy_wh_high);
  (void)fputs("</td><td>", file);
  put_amount(file, &co2e, sums->co2_g, sums->co2_g_low, sums->co2_g_high);
  (void)fputs("</td><td>", file);
  put_amount(file, &water, sums->water_ml, sums->water_ml_low, sums->water_ml_high);
  (void)fputs("</td></tr>\n", file);
}

static void put_part(FILE *file, const char *title, const char *none, const tw_report_part *part,
                     const tw_totals *total) {
  (void)fprintf(
      file,
      "<section><h2>By %s</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"By %s\"><table id=\"by-%s\"><thead><tr><th scope=\"col\">%c%s</th>"
      "<th scope=\"col\">Requests</th><th scope=\"col\">Tokens</th><th scope=\"col\">Energy</th>"
      "<th scope=\"col\">CO\xE2\x82\x82"
      "e</th><th scope=\"col\">Water</th></tr></thead><tbody>\n",
      title, title, title, title[0] - 'a' + 'A', title + 1);
  for (size_t i = 0; i < part->count; i++) {
    const tw_report_row *row = &part->rows[i];
    (void)fputs("<tr><th scope=\"row\">", file);
    put_text(file, row->name[0] == '\0' ? none : row->name);
    (void)fputs("</th>", file);
    put_amounts(file, &row->sums);
  }
  (void)fputs("</tbody><tfoot><tr><th scope=\"row\">In all</th>", file);
  put_amounts(file, total);
  (void)fputs("</tfoot></table></div></section>\n", file);
}

/* In tonnes to the gram, as sustainability reports add them up. */
static void put_tonnes(FILE *file, const tw_totals *total) {
  (void)fprintf(file,
                "<td><data value=\"%.10g\">%.6f t</data><span class=\"range\">%.6f\xE2\x80\x93%.6f "
                "t</span></td>",
                total->co2_g / 1e6, total->co2_g / 1e6, total->co2_g_low / 1e6,
                total->co2_g_high / 1e6);
}

static void put_disclosures(FILE *file, const tw_totals *total) {
  (void)fputs(
      "<section><h2>For the sustainability report</h2><div class=\"scroll\" tabindex=\"0\" "
      "role=\"region\" aria-label=\"For the sustainability report\"><table "
      "id=\"disclosures\"><thead>"
      "<tr><th scope=\"col\">Where</th><th scope=\"col\" class=\"text\">What</th><th "
      "scope=\"col\">How "
      "much</th></tr></thead><tbody>\n"
      "<tr><th scope=\"row\">ESRS E1-6 (Delegated Regulation (EU) 2023/2772)</th><td "
      "class=\"text\">Gross Scope 3 emissions, category 1: purchased goods and services; where it "
      "is shown, its sub-category cloud computing and data centre services. CO\xE2\x82\x82"
      "e, location-based</td>",
      file);
  put_tonnes(file, total);
  (void)fputs(
      "</tr>\n<tr><th scope=\"row\">GHG Protocol, Corporate Value Chain (Scope 3) Standard</th><td "
      "class=\"text\">Category 1, purchased goods and services, by the average-data method: tokens "
      "\xC3\x97 energy of a token \xC3\x97 emission factor of the grid. The same emissions, not "
      "more of them</td>",
      file);
  put_tonnes(file, total);
  (void)fputs(
      "</tr>\n<tr><th scope=\"row\">ESRS E1-6, quality of the data</th><td class=\"text\">Share "
      "calculated with primary data of suppliers</td><td>0 %</td></tr>\n"
      "<tr><th scope=\"row\">For information</th><td class=\"text\">Electricity at the "
      "providers. It "
      "is no part of the own energy consumption of ESRS E1-5</td><td>",
      file);
  put_amount(file, &energy, total->energy_wh, total->energy_wh_low, total->energy_wh_high);
  (void)fputs(
      "</td></tr>\n<tr><th scope=\"row\">For information</th><td class=\"text\">Water consumed at "
      "the providers and in making the electricity. It is no part of the own water consumption of "
      "ESRS E3-4</td><td>",
      file);
  put_amount(file, &water, total->water_ml, total->water_ml_low, total->water_ml_high);
  (void)fputs(
      "</td></tr>\n</tbody></table></div><p class=\"quiet\">Ranges are the sums of each estimate's "
      "bounds, as if all erred the same way. Not in the figures: making the hardware (but for "
      "records by the method ecologits, and by the table of carbon-llm where it says life cycle), "
      "training the models, networks and end devices.</p></section>\n",
      file);
}

static void put_tally(FILE *file, const char *title, const tw_report_tally *tally) {
  (void)fprintf(file, "<li>%s: ", title);
  for (size_t i = 0; i < tally->count; i++) {
    (void)fputs(i == 0 ? "" : ", ", file);
    put_text(file, tally->words[i].word);
    (void)fputs(" (", file);
    put_count(file, (double)tally->words[i].records);
    (void)fputs(")", file);
  }
  (void)fputs("</li>\n", file);
}

static void put_methods(FILE *file, const tw_report *report) {
  (void)fputs("<section><h2>Methods and sources</h2><ul id=\"methods\">\n", file);
  put_tally(file, "Method of the estimate, with the number of records", &report->methods);
  put_tally(file, "Confidence", &report->confidences);
  put_tally(file, "How the place was found, whose grid and water factors were used",
            &report->places);
  (void)fputs("</ul>\n", file);
  if (report->tallied < report->total.requests) {
    (void)fputs("<p class=\"quiet\">Counted over the first ", file);
    put_count(file, (double)report->tallied);
    (void)fputs(" records of the month.</p>\n", file);
  }
  (void)fputs(
      "<p>The method tokenwatt takes the energy of a token from a fit to 259 measurements of open "
      "models on H100 accelerators (ML.ENERGY, version 3), times 1/0.58 for hosts, idle machines "
      "and "
      "cooling (Google, arXiv 2508.15734). The methods of other projects are EcoLogits 0.9.1, "
      "carbon-llm and CarbonBench.</p>\n"
      "<p>Grid factors: Electricity Maps (ODbL) for regions and zones, Ember (CC BY 4.0) for "
      "countries and the world. Water: the clouds' own pages, and the World Resources Institute. "
      "Each formula and number, with unit, year and source, is in docs/methodology.md and the "
      "tables "
      "of Tokenwatt; each record with its method, place and confidence is in the history of the "
      "collector.</p></section>\n",
      file);
}

static void put_tip(FILE *file, const tw_report_tip *tip) {
  if (tip->share < worth_a_tip || tip->model == NULL) {
    return;
  }
  (void)fprintf(
      file,
      "<section id=\"tip\"><h2>Where it would save</h2><p class=\"tip\">Had all answers been "
      "shorter by a quarter, the month would have taken %.0f %% less: ",
      tip->share * 100);
  put_amount(file, &energy, tip->energy_wh, 0, 0);
  (void)fputs(", ", file);
  put_amount(file, &co2e, tip->co2_g, 0, 0);
  (void)fputs(" CO\xE2\x82\x82"
              "e and ",
              file);
  put_amount(file, &water, tip->water_ml, 0, 0);
  (void)fputs(" of water, most of it with ", file);
  put_text(file, tip->model[0] == '\0' ? "models that are not named" : tip->model);
  (void)fputs(". A word of an answer costs several times one of a prompt: ask for brief answers "
              "(\xE2\x80\x9Cin "
              "three sentences\xE2\x80\x9D, \xE2\x80\x9C"
              "code only\xE2\x80\x9D), and limit their length where programs ask.</p><p "
              "class=\"quiet\">By the "
              "weights of the method tokenwatt, whichever made the estimates.</p></section>\n",
              file);
}

void tw_report_write_html(const tw_report *report, FILE *file) {
  char made[TW_DATE_SIZE];
  tw_date_write(report->made_ms, made);
  (void)fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
              file);
  (void)fprintf(file, "Use of language models, %s", report->month);
  (void)fprintf(file, "</title><style>%s</style></head><body><main>\n", style);
  (void)fprintf(file, "<h1>Use of language models, %s</h1>\n<p>Of ", report->month);
  if (report->tenant == NULL) {
    (void)fputs("all tenants", file);
  } else {
    (void)fputs("<b>", file);
    put_text(file, report->tenant);
    (void)fputs("</b>", file);
  }
  (void)fprintf(file, "%s. All figures are estimates.</p>\n",
                report->made_ms < report->to_ms ? ", of a month that is not over" : "");
  if (report->total.requests == 0) {
    (void)fputs("<p id=\"empty\">Nothing was used in this month.</p>\n", file);
  } else {
    put_disclosures(file, &report->total);
    put_tip(file, &report->tip);
    put_part(file, "model", "Not named", &report->models, &report->total);
    put_part(file, "provider", "Not named", &report->providers, &report->total);
    put_part(file, "key", "Without a key", &report->keys, &report->total);
    put_methods(file, report);
  }
  (void)fprintf(
      file,
      "<footer class=\"quiet\"><p>Made by Tokenwatt %s on %s. Months are those of UTC; what test "
      "keys posted is left out.</p></footer></main></body></html>\n",
      TW_VERSION, made);
}
