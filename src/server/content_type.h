/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_CONTENT_TYPE_H
#define TW_SERVER_CONTENT_TYPE_H

#include <stdbool.h>

/** The media type of a file, by its name's extension; "application/octet-stream" for others. */
const char *tw_content_type_of(const char *file_name);

/** Whether a Content-Type header names JSON ("application/json; charset=utf-8"). NULL does not. */
bool tw_content_type_is_json(const char *header);

#endif
