/* SPDX-License-Identifier: MIT */
#include "report_font.h"

#include "font_file.h"

#include <stddef.h>

const char *tw_report_font_find(void) {
  static const char *const files[] = {
      "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",   /* Debian, Ubuntu */
      "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf", /* Fedora */
      "/usr/share/fonts/TTF/DejaVuSans.ttf",               /* Arch */
      "/usr/share/fonts/dejavu/DejaVuSans.ttf",            /* Alpine, older Fedora */
  };
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    size_t size = 0;
    if (tw_font_file_is_sound(files[i], &size)) {
      return files[i];
    }
  }
  return NULL;
}
