#!/bin/sh
# SPDX-License-Identifier: MIT
# What `make run` shows: the estimate of a sample chat, then the demo page and the APIs.
set -eu
cd "$(dirname "$0")/.."
cli=build/native/tokenwatt

$cli estimate --provider OpenAI --model gpt-5.2 \
  --prompt examples/prompt.md --completion examples/answer.md
echo
exec $cli serve --listen "${LISTEN:-127.0.0.1:8787}" --web web/dist
