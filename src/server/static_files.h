/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_STATIC_FILES_H
#define TW_SERVER_STATIC_FILES_H

#include "request.h"

/**
 * Answers GET and HEAD with a file below a folder. No path leads out of it: "..", names that begin
 * with a dot, and symbolic links are all "not found".
 *
 * folder_fd   an open directory; -1 if there is none.
 */
enum MHD_Result tw_static_files_answer(tw_request *request, int folder_fd);

#endif
