// SPDX-License-Identifier: MIT
// Info strings of code fences, for pages that show only a language's display name.

/** Display names whose info string is not simply their lower case. */
const renamed = {
  'c++': 'cpp',
  'c#': 'csharp',
  'f#': 'fsharp',
  'objective-c': 'objectivec',
  'visual basic': 'vb',
  'visual basic .net': 'vbnet',
  'plain text': '',
  plaintext: '',
  text: 'text',
  'shell session': 'shell',
  'vim script': 'vim',
  'asp.net': 'aspnet',
  'protocol buffers': 'protobuf',
  assembly: 'asm',
};

/** Known by their lower case. A label that is not known may be a localized word: then no info. */
const known = new Set(
  `abap actionscript ada agda apache apex apl applescript arduino arm asciidoc asm autohotkey awk
  bash basic bat batch bibtex bicep brainfuck c chapel clojure cmake cmd cobol coffeescript coq
  cpp cron crystal csharp css csv cuda cypher cython d dart delphi dhall diff django dockerfile
  dos dot eiffel elixir elm env erb erlang excel fish forth fortran fsharp gcode gdscript gherkin
  git gitignore gleam glsl go golang gradle graphql groovy hack haml handlebars haskell haxe hcl
  hlsl hocon html http idris ini java javascript jinja js json json5 jsonc jsonl jsx julia kotlin
  kql latex lean less lisp llvm logo lolcode lua makefile markdown mathematica matlab md mercury
  mermaid mips modelica mongodb mysql nasm nginx nim nix objectivec ocaml octave opencl openscad
  pascal perl php pine plantuml plsql pony postgresql postscript powershell prisma prolog
  properties protobuf pseudocode pug puppet purescript py python qml qsharp r racket razor rb
  reasonml regex rescript rest rexx ruby rust sas sass scala scheme scratch scss sh shell
  smalltalk sml solidity sparql spice sql stata stylus supercollider svelte svg swift
  systemverilog tcl terraform tex thrift toml ts tsx twig txt typescript typst v vala vb vba
  vbnet vbscript verilog vhdl vim vue wasm webassembly wgsl xml xquery xslt yaml yml zig zsh`.split(
    /\s+/,
  ),
);

const renames = new Map(Object.entries(renamed));

/** @param {string} label a language's display name @returns {string} '' where it is not known */
export function infoStringOf(label) {
  const name = label.trim().toLowerCase();
  return renames.get(name) ?? (known.has(name) ? name : '');
}
