# SPDX-License-Identifier: MIT
# The front door. Each target installs what it lacks (as root on Debian and Ubuntu; elsewhere it says
# what to install) and does nothing the second time. The work is done by CMake and the scripts in
# tools/ and tests/.

SHELL := /bin/sh
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
JOBS := $(shell nproc 2>/dev/null || echo 2)
# A Node that is new enough comes first; see tools/setup/node.sh.
WITH_NODE := node_path=$$(sh tools/setup/node.sh) && PATH=$${node_path:+$$node_path:}$$PATH

## run     build, estimate a sample chat, then serve the demo page until Ctrl-C; LISTEN=127.0.0.1:9000 moves it
.PHONY: run
run: build
	@sh tools/run.sh

## build   the command line, the WebAssembly modules, the web package and the extension
.PHONY: build
build: native wasm web extension

## test    build and run every test; SUITES="unit cli" runs some
.PHONY: test
test: build
	@sh tools/setup/packages.sh test
	@$(WITH_NODE) node tests/run.mjs $(SUITES)

## bench   sizes, start and speed beside other tokenizers; BENCH="--rounds 9" passes options
.PHONY: bench
bench: build
	@sh tools/setup/packages.sh test
	@cmake --build --preset wasm --target splitter --target calculate
	@cmake --build --preset release --target native_calculate
	@$(WITH_NODE) node tests/bench/run.mjs $(BENCH)

## accuracy  tables of how well answers are read back from pages; BROWSER=firefox for the other one
.PHONY: accuracy
accuracy: build
	@sh tools/setup/packages.sh test
	@$(WITH_NODE) node tests/accuracy/report.mjs $(BROWSER)

## disclosures  our figures beside what vendors and papers state, as docs/accuracy.md has them
.PHONY: disclosures
disclosures: web
	@$(WITH_NODE) node tools/disclosures.mjs

## bench-native   one thread beside quicktok: QUICKTOK=/path/to/checkout; BENCH passes options
.PHONY: bench-native
bench-native: native npm
	@sh tools/setup/packages.sh test
	@$(WITH_NODE) QUICKTOK='$(QUICKTOK)' sh tests/bench/native.sh $(BENCH)

## bench-server   the collector under load: posts that are stored beside /api/health; BENCH passes options
.PHONY: bench-server
bench-server: native
	@sh tools/setup/packages.sh test bench-server
	@$(WITH_NODE) node tests/bench/server.mjs $(BENCH)

## bench-extension   the extension with 100,000 turns, and how much it slows a page down
.PHONY: bench-extension
bench-extension: build
	@sh tools/setup/packages.sh test
	@$(WITH_NODE) node tests/bench/extension.mjs chromium
	@$(WITH_NODE) node tests/bench/extension.mjs firefox
	@$(WITH_NODE) node tests/bench/slow-down.mjs $(BENCH)

## bench-rows     the history and sums of a store of 100,000 and of ROWS (1000000) records
.PHONY: bench-rows
bench-rows: native
	@sh tools/setup/packages.sh test bench-rows
	@cmake --build --preset release --target store_rows
	@$(WITH_NODE) node tests/bench/rows.mjs --rows $(or $(ROWS),1000000) $(BENCH)

## fuzz    every fuzz target for SECONDS (60) each
.PHONY: fuzz
fuzz: packages
	@sh tools/setup/packages.sh test
	@$(WITH_NODE) node tests/fuzz/run.mjs --seconds $(or $(SECONDS),60)

## soak    the long tests in full: an hour of fuzzing a target, SESSIONS (1000) random chat sessions and TURNS (1000) under faults a browser, KILLS (200) of the collector, ROWS (10000000) records
.PHONY: soak
soak: build
	@sh tools/setup/packages.sh test
	@$(WITH_NODE) node tests/soak/run.mjs --sessions $(or $(SESSIONS),1000)
	@$(WITH_NODE) TOKENWATT_FAULT_TURNS=$(or $(TURNS),1000) node --test --test-concurrency=1 tests/e2e/faults-*.test.mjs
	@$(WITH_NODE) node tests/soak/kills.mjs --kills $(or $(KILLS),200)
	@$(MAKE) bench-rows ROWS=$(or $(ROWS),10000000)
	@$(MAKE) fuzz SECONDS=$(or $(SECONDS),3600)

## lint    formats, the warnings of two compilers, clang-tidy, types, rules of our own
.PHONY: lint
lint: npm
	@sh tools/setup/packages.sh lint
	@$(WITH_NODE) sh tools/lint.sh

## format  bring all sources into the project's format
.PHONY: format
format: npm
	@sh tools/setup/packages.sh lint
	@git ls-files '*.c' '*.h' | xargs clang-format -i
	@$(WITH_NODE) node_modules/@biomejs/cli-*/biome check --write --log-level=error

## dist    what is published: the npm package, the extension's archives, the command line
.PHONY: dist
dist: build
	@$(WITH_NODE) node tools/make-dist.mjs

## vocabularies     make data/*.twv again from the published ranks and compare
.PHONY: vocabularies
vocabularies: npm
	@$(WITH_NODE) sh tools/vocabularies.sh

## token-ratios     fit data/token_ratios.csv again (fetches 300 MB of tokenizers; TOKENWATT_SAMPLES)
.PHONY: token-ratios
token-ratios: build
	@$(WITH_NODE) node tools/fit-token-ratios.mjs

## vocabularies-differential  build published vocabularies and compare them; NAMES="llama3 qwen3" for some
.PHONY: vocabularies-differential
vocabularies-differential: native npm
	@$(WITH_NODE) node tests/differential/published.mjs $(NAMES)

## unicode-classes  make tokenizer/unicode_classes.inc again
.PHONY: unicode-classes
unicode-classes: npm
	@$(WITH_NODE) node tools/build-unicode-classes.mjs > tokenizer/unicode_classes.inc.tmp
	@mv tokenizer/unicode_classes.inc.tmp tokenizer/unicode_classes.inc
	@$(WITH_NODE) node tools/build-punctuation.mjs > tokenizer/punctuation.inc.tmp
	@mv tokenizer/punctuation.inc.tmp tokenizer/punctuation.inc

## clean   remove everything that was built; what was fetched stays in build/ and node_modules/
.PHONY: clean
clean:
	@rm -rf web/dist extension/dist dist
	@if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name deps ! -name tools -exec rm -rf {} +; fi

## help    this list
.PHONY: help
help:
	@sed -n 's/^## /  make /p' Makefile

# What the targets stand on. Each of these looks and, if all is there, does nothing.

.PHONY: packages npm cjson
packages:
	@sh tools/setup/packages.sh build

npm: packages
	@$(WITH_NODE) sh tools/setup/npm.sh

cjson: packages
	@sh tools/setup/cjson.sh

# The parts of build. Ninja knows what is out of date natively and in WebAssembly; make knows it for
# the web package and the extension, by their last written files.

.PHONY: native wasm web extension
native: build/native/build.ninja
	@cmake --build --preset release --parallel $(JOBS)

wasm: build/wasm/build.ninja
	@cmake --build --preset wasm --parallel $(JOBS)

web: web/dist/tokenwatt.html

extension: extension/dist/firefox/manifest.json

build/native/build.ninja: CMakePresets.json | packages
	@mkdir -p build/native
	@cmake --preset release >build/native/configure.log || { cat build/native/configure.log; exit 1; }
	@touch $@

build/wasm/build.ninja: CMakePresets.json | cjson
	@mkdir -p build/wasm
	@emcmake cmake --preset wasm >build/wasm/configure.log 2>&1 || { cat build/wasm/configure.log; exit 1; }
	@touch $@

# The empty recipes make make look again at what Ninja may have changed.
WASM := build/wasm/tokenizer.wasm build/wasm/tokenwatt.wasm
$(WASM): wasm ;

WEB := $(shell find web -type f -not -path 'web/dist/*')
web/dist/tokenwatt.html: $(WEB) $(WASM) $(wildcard data/*.twv tools/vocabulary/*.mjs) tools/build-vocabulary.mjs tools/build-web.mjs package-lock.json VERSION | npm
	@$(WITH_NODE) node tools/build-web.mjs

EXTENSION := $(shell find extension -type f -not -path 'extension/dist/*')
extension/dist/firefox/manifest.json: $(EXTENSION) web/dist/tokenwatt.html tools/build-extension.mjs VERSION
	@$(WITH_NODE) node tools/build-extension.mjs
