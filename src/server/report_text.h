/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_REPORT_TEXT_H
#define TW_SERVER_REPORT_TEXT_H

#include "report_figures.h"
#include "report_look.h"

#include <stdio.h>

/** Writes what a report says, in the terms of a look. */
void tw_report_write_body(const tw_report *report, const tw_report_look *look, void *page);

/** Writes a report as one HTML page that needs nothing else. Errors stay with the file. */
void tw_report_write_html(const tw_report *report, FILE *file);

/** Writes a report as CSV (RFC 4180), a line for the month and for each of its parts. */
void tw_report_write_csv(const tw_report *report, FILE *file);

/**
 * Writes a report as PDF. Errors stay with the file; false for want of memory.
 *
 * font_file   a TrueType font for names that Latin-1 cannot write; NULL for none.
 */
bool tw_report_write_pdf(const tw_report *report, const char *font_file, FILE *file);

#endif
