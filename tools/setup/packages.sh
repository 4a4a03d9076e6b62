#!/bin/sh
# SPDX-License-Identifier: MIT
# Sees to it that what some targets need is there. What counts is the tool or the library, wherever
# it came from; what is missing is installed with apt-get (as root on Debian and Ubuntu), or named.
#
#   sh tools/setup/packages.sh build|test|lint|bench-rows|bench-server...
set -eu

missing="" # Debian packages
absent=""  # the same things by the names that other systems know
want() { # THING PACKAGES...: something is not there
  absent="$absent $1"
  shift
  missing="$missing $*"
}
tool() { # COMMAND PACKAGES...
  command -v "$1" >/dev/null 2>&1 || want "$@"
}
library() { # PKG-CONFIG-NAME PACKAGE
  pkg-config --exists "$1" 2>/dev/null || want "$@"
}
header() { # FILE PACKAGE: of a library that pkg-config does not know
  echo "#include <$1>" | gcc -E - >/dev/null 2>&1 || want "$2" "$2"
}
browser() { # VARIABLE'S-VALUE DEFAULT PACKAGE: as tests/dom/browsers.mjs looks for them
  [ -x "${1:-$2}" ] || want "$3" "$3"
}
compiles() { # a compiler without the headers of the C library is of no use
  echo '#include <stdio.h>' | gcc -E - >/dev/null 2>&1
}
has_postgresql() { # Debian keeps a server's programs off PATH
  command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}
has_sanitizers() {
  ls "$(clang -print-resource-dir)"/lib/*/*clang_rt.asan* >/dev/null 2>&1
}

look() { # SET
  case $1 in
  build)
    compiles || want gcc gcc libc6-dev
    tool cmake cmake
    tool ninja ninja-build
    tool pkg-config pkg-config
    library libcjson libcjson-dev
    library libmicrohttpd libmicrohttpd-dev
    header hpdf.h libhpdf-dev
    library sqlite3 libsqlite3-dev
    library libpq libpq-dev
    library nettle nettle-dev
    library libutf8proc libutf8proc-dev
    library cmocka libcmocka-dev
    tool emcc emscripten
    tool node nodejs
    tool npm npm
    [ -d /etc/ssl/certs ] || want ca-certificates ca-certificates
    ! command -v apt-get >/dev/null 2>&1 || tool dpkg-source dpkg-dev # unpacks cJSON's source
    ;;
  test)
    tool clang clang
    tool openssl openssl
    has_postgresql || want 'a PostgreSQL server' postgresql
    browser "${TOKENWATT_CHROMIUM:-}" /usr/bin/chromium chromium
    browser "${TOKENWATT_FIREFOX:-}" /usr/bin/firefox-esr firefox-esr
    ;;
  bench-rows)
    tool sqlite3 sqlite3
    ;;
  bench-server)
    tool wrk wrk
    ;;
  sanitizers) # after clang, because the package's name has clang's version in it
    has_sanitizers || want 'the sanitizer runtime of clang' \
      "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
    ;;
  lint)
    tool clang clang
    tool clang-format clang-format
    tool clang-tidy clang-tidy
    tool shellcheck shellcheck
    tool git git
    ;;
  *)
    echo "packages.sh: unknown set '$1'" >&2
    exit 2
    ;;
  esac
}

install() {
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "tokenwatt: these are missing:$absent" >&2
    echo "Install them (on Debian they are called:$missing) and run make again." >&2
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    echo "tokenwatt: these packages are missing:$missing" >&2
    echo "Install them as root, then run make again:" >&2
    echo "    apt-get install --no-install-recommends$missing" >&2
    exit 1
  fi
  echo "tokenwatt: installing$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update >&2
  # shellcheck disable=SC2086 # a list of words is what is meant
  apt-get -q install -y --no-install-recommends $missing >&2 || {
    echo "tokenwatt: apt-get could not install$missing" >&2
    echo "If this system has them under other names or from elsewhere, install them and run make" >&2
    echo "again; TOKENWATT_CHROMIUM and TOKENWATT_FIREFOX name browsers in other places." >&2
    exit 1
  }
  missing=""
  absent=""
}

sanitizers=
for set in "$@"; do
  look "$set"
  [ "$set" != test ] || sanitizers=yes
done
install
if [ -n "$sanitizers" ]; then
  look sanitizers
  install
fi
