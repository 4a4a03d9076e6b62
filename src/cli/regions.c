/* SPDX-License-Identifier: MIT */
/* tokenwatt regions: the table of cloud regions. */
#include "listing.h"
#include "table.h"
#include "tokenwatt/grid.h"

static const char help[] =
    "Usage: tokenwatt regions [OPTION]... [FILTER]\n"
    "\n"
    "Prints the cloud regions that estimates know, or only those with FILTER in their code,\n"
    "cloud, location, country or grid zone.\n"
    "\n"
    "Columns:\n"
    "  gCO2e/kWh  of the grid, mean of that year, life cycle\n"
    "  PUE        energy of the site per energy of its computers\n"
    "  WUE        litres evaporated at the site per kWh of its computers\n"
    "  WATER      litres consumed in making a kWh of electricity\n"
    "  SOURCE     of the grid's number; --json has the others' too\n"
    "\n"
    "Options:\n"
    "  -j, --json     print everything that is known, as GET /api/v1/regions answers it\n"
    "  -h, --help     print this help\n"
    "  -V, --version  print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt regions\n"
    "  tokenwatt regions frankfurt\n"
    "  tokenwatt regions --json gcp\n"
    "\n"
    "Exit status: 0, 1 if nothing fits FILTER, 2 for a usage error.\n";

static bool fits(size_t row, const char *filter) {
  const tw_region *region = tw_region_at(row);
  return cli_text_contains(region->code, filter) || cli_text_contains(region->cloud, filter) ||
         cli_text_contains(region->location, filter) || cli_text_contains(region->zone, filter) ||
         cli_text_contains(region->country, filter);
}

static bool print(const cli_command *command, const bool *selected) {
  static const char *const titles[] = {"REGION",    "CLOUD", "LOCATION", "COUNTRY", "ZONE",  "YEAR",
                                       "gCO2e/kWh", "PUE",   "WUE",      "WATER",   "SOURCE"};
  static const unsigned numbers = 0x3E0; /* the columns from YEAR to WATER */
  cli_table table = {.columns = sizeof titles / sizeof titles[0], .right = numbers};
  for (size_t i = 0; i < table.columns; i++) {
    cli_table_add(&table, titles[i]);
  }
  for (size_t i = 0; i < tw_region_count(); i++) {
    if (selected[i]) {
      const tw_region *region = tw_region_at(i);
      cli_table_add(&table, region->code);
      cli_table_add(&table, region->cloud);
      cli_table_add(&table, region->location);
      cli_table_add(&table, region->country);
      cli_table_add(&table, region->zone);
      cli_table_add_number(&table, region->grid_year, 0);
      cli_table_add_number(&table, region->grid_gco2e_per_kwh, 0);
      cli_table_add_number(&table, region->pue, 2);
      cli_table_add_number(&table, region->wue_onsite_l_per_kwh, 2);
      cli_table_add_number(&table, region->water_offsite_l_per_kwh, 2);
      cli_table_add(&table, region->grid_source);
    }
  }
  return cli_table_print(command, &table);
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  const cli_listing listing = {
      .route = "/api/v1/regions",
      .count = tw_region_count(),
      .fits = fits,
      .print = print,
  };
  return cli_listing_run(command, argc, argv, &listing);
}

const cli_command cli_regions_command = {
    .name = "regions", .summary = "print the table of cloud regions", .help = help, .run = run};
