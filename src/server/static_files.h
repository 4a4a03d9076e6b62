/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_STATIC_FILES_H
#define TW_SERVER_STATIC_FILES_H

#include "request.h"

/**
 * Answers GET and HEAD with a file below a folder. No path leads out of it: "..", names that begin
 * with a dot, and symbolic links are all "not found".
 *
 * folder_fd   an open directory; -1 if there is none.
 * front       the file that "/" is, if the folder has it; else index.html, as in every folder. NULL
 *             for none.
 */
enum MHD_Result tw_static_files_answer(tw_request *request, int folder_fd, const char *front);

#endif
