#!/bin/sh
# SPDX-License-Identifier: MIT
# Every check of the sources that needs no run: formats, warnings of two compilers, clang-tidy,
# types, and a few rules of our own. Goes on after a failure, so that one run shows all.
set -u
cd "$(dirname "$0")/.." || exit 1
failed=0
check() { # NAME COMMAND...
  name=$1
  shift
  if output=$("$@" 2>&1); then
    echo "ok      $name"
  else
    echo "not ok  $name"
    echo "$output" | grep -v ' warnings generated\.$' | tail -60
    failed=1
  fi
}
# Tracked files and new ones that are not ignored.
files() {
  git ls-files --cached --others --exclude-standard -- "$@"
}

c_format() { files '*.c' '*.h' | xargs clang-format --dry-run -Werror; }
build() { cmake --preset "$1" && cmake --build --preset "$1"; }
tidy() {
  # Headers are seen through the sources. In parallel, because each takes seconds.
  files 'tokenizer/*.c' 'src/*.c' ':!src/wasm' |
    xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/dev --warnings-as-errors='*'
}
shell() {
  files '*.sh' .ci/run | xargs shellcheck --severity=warning
}
licence_lines() {
  bare=$(files '*.c' '*.h' '*.mjs' '*.js' '*.sh' '*.css' '*.S' Makefile .ci/run |
    xargs grep -L 'SPDX-License-Identifier: MIT')
  [ -z "$bare" ] || { echo "no SPDX line:" "$bare"; false; }
}
lengths() {
  files '*.c' '*.h' '*.mjs' '*.js' '*.css' '*.sh' | xargs wc -l |
    awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines, and 500 are enough for one concept"; long = 1 }
         END { exit long }'
}
# A registry's or an archive's address, a lockfile's addresses, the paths of one machine.
places() {
  ! files | grep -vx 'tools/lint.sh' | xargs grep -nIE \
    'registry\.[a-z]+\.(org|com)|deb\.[a-z]+\.org|"resolved": "http|/home/[a-z]+/|(^|[^[:alnum:]_./$}])/(work|tmp/w)/'
}

check 'clang-format' c_format
check 'gcc, warnings as errors' build dev
check 'clang, warnings as errors' build clang
check 'clang-tidy' tidy
# Straight from the platform's package: the wrapper wants all platforms to be in the registry.
check 'biome' node_modules/@biomejs/cli-*/biome ci --colors=off --error-on-warnings
check 'types' node_modules/.bin/tsc -p tsconfig.json --noEmit
check 'types of tests and tools' node_modules/.bin/tsc -p tests/tsconfig.json --noEmit
check 'shell scripts' shell
check 'licence lines' licence_lines
check 'lengths of files' lengths
check 'no addresses or paths of machines' places
exit $failed
