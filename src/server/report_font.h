/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_REPORT_FONT_H
#define TW_SERVER_REPORT_FONT_H

/**
 * A TrueType font of many scripts where systems have it (DejaVu Sans), for names in PDF reports;
 * NULL if there is none. A literal.
 */
const char *tw_report_font_find(void);

#endif
