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
  `ada apache applescript arduino arm asciidoc asm awk bash basic bat batch bibtex c clojure cmake
  cmd cobol coffeescript cpp cron crystal csharp css csv cuda cypher cython d dart delphi diff
  django dockerfile dos dot elixir elm env erb erlang excel fish fortran fsharp gcode gherkin git
  gitignore glsl go golang gradle graphql groovy haml handlebars haskell haxe hcl html http ini
  java javascript jinja js json json5 jsonc jsonl jsx julia kotlin kql latex less lisp llvm lua
  makefile markdown mathematica matlab md mermaid mongodb mysql nasm nginx nim nix objectivec ocaml
  octave pascal perl php pine plantuml plsql postgresql powershell prisma prolog properties protobuf
  pseudocode pug puppet py python qml r racket razor rb reasonml regex rest ruby rust sas sass scala
  scheme scss sh shell smalltalk sml solidity sparql sql stata stylus svelte svg swift systemverilog
  tcl terraform tex thrift toml ts tsx twig txt typescript v vb vbnet vba verilog vhdl vim vue wasm
  webassembly wgsl xml yaml yml zig zsh`.split(/\s+/),
);

const renames = new Map(Object.entries(renamed));

/** @param {string} label a language's display name @returns {string} '' where it is not known */
export function infoStringOf(label) {
  const name = label.trim().toLowerCase();
  return renames.get(name) ?? (known.has(name) ? name : '');
}
