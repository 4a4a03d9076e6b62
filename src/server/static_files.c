/* SPDX-License-Identifier: MIT */
#include "static_files.h"

#include "content_type.h"
#include "reply.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * The page runs its own scripts and WebAssembly only; it may post to any endpoint that its user
 * enters; nobody may frame it.
 */
static const char content_security_policy[] =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self' http: https:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

static enum MHD_Result refuse(tw_request *request, unsigned status, const char *code,
                              const char *message) {
  tw_refusal refusal = {status, code, message, "{}", NULL};
  return tw_reply_refusal(request, &refusal, NULL, 0);
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes percent-encoding; false for "%zz", "%00" and an encoded "/", which no file name has. */
static bool decode_path(const char *path, char *decoded, size_t capacity) {
  size_t used = 0;
  for (; *path != '\0'; path++) {
    char c = *path;
    if (c == '%') {
      int high = hex_value(path[1]);
      int low = high < 0 ? -1 : hex_value(path[2]);
      if (low < 0) {
        return false;
      }
      c = (char)(high << 4 | low);
      if (c == '\0' || c == '/') {
        return false;
      }
      path += 2;
    }
    if (used + 1 >= capacity) {
      return false;
    }
    decoded[used++] = c;
  }
  decoded[used] = '\0';
  return true;
}

/*
 * Opens what a decoded path names, a folder or file at a time, following no symbolic link. -1 if
 * there is none. O_NONBLOCK: opening a pipe must not wait for its writer.
 */
static int open_below(int folder_fd, char *path) {
  int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char *state = NULL;
  for (char *name = strtok_r(path, "/", &state); name != NULL && fd >= 0;
       name = strtok_r(NULL, "/", &state)) {
    int next =
        name[0] == '.' ? -1 : openat(fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    close(fd);
    fd = next;
  }
  return fd;
}

/* Whether an If-None-Match header ("a", W/"b" or *) names this tag. */
static bool names_tag(const char *header, const char *tag) {
  return strcmp(header, "*") == 0 || strstr(header, tag) != NULL;
}

static bool is_unchanged(const tw_request *request, const char *tag, const char *modified) {
  const char *tags = tw_request_header(request, MHD_HTTP_HEADER_IF_NONE_MATCH);
  if (tags != NULL) {
    return names_tag(tags, tag);
  }
  const char *since = tw_request_header(request, MHD_HTTP_HEADER_IF_MODIFIED_SINCE);
  return since != NULL && strcmp(since, modified) == 0;
}

/* Sends an open regular file, and closes it. */
static enum MHD_Result send_file(tw_request *request, int fd, const struct stat *info,
                                 const char *name) {
  char tag[64];
  char modified[64];
  struct tm utc;
  (void)snprintf(tag, sizeof tag, "\"%" PRIx64 "-%" PRIx64 "%08lx\"", (uint64_t)info->st_size,
                 (uint64_t)info->st_mtim.tv_sec, (unsigned long)info->st_mtim.tv_nsec);
  gmtime_r(&info->st_mtim.tv_sec, &utc);
  (void)strftime(modified, sizeof modified, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  const tw_header headers[] = {
      {MHD_HTTP_HEADER_CONTENT_TYPE, tw_content_type_of(name)},
      {MHD_HTTP_HEADER_ETAG, tag},
      {MHD_HTTP_HEADER_LAST_MODIFIED, modified},
      {MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache"}, /* ask each time: a rebuild shows at once */
      {MHD_HTTP_HEADER_CONTENT_SECURITY_POLICY, content_security_policy},
      {"Referrer-Policy", "no-referrer"},
  };
  size_t header_count = sizeof headers / sizeof headers[0];
  if (is_unchanged(request, tag, modified)) {
    close(fd);
    struct MHD_Response *empty = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    return tw_reply_send(request, MHD_HTTP_NOT_MODIFIED, empty, 0, headers + 1, header_count - 1);
  }
  uint64_t size = (uint64_t)info->st_size;
  struct MHD_Response *response = MHD_create_response_from_fd64(size, fd);
  if (response == NULL) {
    close(fd);
  }
  return tw_reply_send(request, MHD_HTTP_OK, response, size, headers, header_count);
}

/* A folder is its index.html; without the slash, relative addresses in it would be wrong. */
static enum MHD_Result redirect_to_folder(tw_request *request) {
  char location[PATH_MAX + 2];
  (void)snprintf(location, sizeof location, "%s/", request->path);
  const tw_header header = {MHD_HTTP_HEADER_LOCATION, location};
  return tw_reply_json(request, MHD_HTTP_MOVED_PERMANENTLY, "", 0, &header, 1);
}

static enum MHD_Result not_found(tw_request *request, int folder_fd) {
  return refuse(request, MHD_HTTP_NOT_FOUND, "not_found",
                folder_fd < 0 ? "No web folder is served: start the server with --web FOLDER."
                              : "There is no such file.");
}

enum MHD_Result tw_static_files_answer(tw_request *request, int folder_fd, const char *front) {
  if (request->refusal.code != NULL) {
    return tw_reply_refusal(request, &request->refusal, NULL, 0);
  }
  if (!tw_request_has_method(request, MHD_HTTP_METHOD_GET) &&
      !tw_request_has_method(request, MHD_HTTP_METHOD_HEAD)) {
    tw_refusal refusal = {MHD_HTTP_METHOD_NOT_ALLOWED, "method_not_allowed",
                          "Files can only be read: GET or HEAD.", "{}", NULL};
    const tw_header allow = {MHD_HTTP_HEADER_ALLOW, "GET, HEAD"};
    return tw_reply_refusal(request, &refusal, &allow, 1);
  }
  char path[PATH_MAX];
  static const char index_name[] = "index.html";
  if (folder_fd < 0 || !decode_path(request->path, path, sizeof path - sizeof index_name) ||
      strstr(path, "//") != NULL) {
    return not_found(request, folder_fd);
  }
  size_t size = strlen(path);
  bool is_folder = size == 0 || path[size - 1] == '/';
  if (strcmp(path, "/") == 0 && front != NULL && faccessat(folder_fd, front, R_OK, 0) == 0) {
    (void)snprintf(path + size, sizeof path - size, "%s", front);
  } else if (is_folder) {
    memcpy(path + size, index_name, sizeof index_name);
  }
  char opened[PATH_MAX];
  memcpy(opened, path, sizeof opened);
  int fd = open_below(folder_fd, opened);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0) {
    return not_found(request, folder_fd);
  }
  if (S_ISREG(info.st_mode)) {
    return send_file(request, fd, &info, path);
  }
  close(fd);
  return S_ISDIR(info.st_mode) && !is_folder ? redirect_to_folder(request)
                                             : not_found(request, folder_fd);
}
