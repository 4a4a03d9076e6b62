#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds what native.mjs compares, and runs it: quicktok as its Makefile does it for this machine, and
# our library twice, as it ships and for this machine.
#
#   QUICKTOK=/path/to/checkout sh tests/bench/native.sh [OPTIONS OF native.mjs]
set -eu
cd "$(dirname "$0")/../.."

if [ -z "${QUICKTOK:-}" ] || [ ! -f "$QUICKTOK/include/quicktok.hpp" ]; then
  echo "bench-native compares with quicktok, which is not installed by anything here. Get it:" >&2
  echo "    git clone https://github.com/dmatth1/quicktok" >&2
  echo "and run: make bench-native QUICKTOK=\$PWD/quicktok" >&2
  exit 2
fi
here=tests/bench/native
out=build/bench
mkdir -p "$out"

quietly() { # LOG COMMAND...
  log=$out/$1
  shift
  "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
  }
}

quietly quicktok.log make -C "$QUICKTOK" lib CXX=clang++
clang -O3 -march=native -c "$here/driver.c" -o "$out/driver.o"
clang++ -std=c++20 -O3 -march=native -I "$QUICKTOK/include" "$here/quicktok.cpp" "$out/driver.o" \
  "$QUICKTOK/build/libquicktok.a" -o "$out/native_quicktok"

quietly ours.log cmake --build --preset release --target native_tokenwatt
quietly ours-here.log cmake --preset release -B "$out/march-native" -DCMAKE_C_FLAGS=-march=native
quietly ours-here.log cmake --build "$out/march-native" --target native_tokenwatt

exec node tests/bench/native.mjs "$@"
