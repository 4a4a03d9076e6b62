/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_REPORT_TEXT_H
#define TW_SERVER_REPORT_TEXT_H

#include "report_figures.h"

#include <stdio.h>

/** Writes a report as one HTML page that needs nothing else. Errors stay with the file. */
void tw_report_write_html(const tw_report *report, FILE *file);

/** Writes a report as CSV (RFC 4180), a line for the month and for each of its parts. */
void tw_report_write_csv(const tw_report *report, FILE *file);

#endif
