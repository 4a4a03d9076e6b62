// SPDX-License-Identifier: MIT
// The names that the table generator makes: of models, of families, of regions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayName, familySlug, regionName } from '../../tools/tables/names.mjs';

test('models are called as people call them', () => {
  const names = {
    'meta-llama/llama-3.1-8b-instruct': 'Llama 3.1 8B',
    'google/gemma-3n-e4b-it:free': 'Gemma 3n E4B (free)',
    'openai/gpt-4o': 'GPT-4o',
    'openai/gpt-4o-2024-08-06': 'GPT-4o (2024-08-06)',
    'openai/gpt-oss-120b': 'GPT-OSS 120B',
    'openai/o4-mini-high': 'o4 Mini High',
    'anthropic/claude-opus-4.5': 'Claude Opus 4.5',
    'mistralai/mixtral-8x22b-instruct': 'Mixtral 8x22B',
    'deepseek/deepseek-v3.2-exp': 'DeepSeek V3.2 Exp',
    'z-ai/glm-4.6v': 'GLM 4.6V',
    'amazon/nova-lite-v1': 'Nova Lite',
    'cohere/command-r-08-2024': 'Command R (08-2024)',
    'eleutherai/llemma_7b': 'Llemma 7B',
  };
  const ids = new Set(Object.keys(names));
  for (const [id, name] of Object.entries(names)) assert.equal(displayName(id, ids), name);
  const both = new Set(['x/y-7b', 'x/y-7b-instruct']);
  assert.equal(displayName('x/y-7b-instruct', both), 'Y 7B Instruct');
});

test('families go by one word', () => {
  const slugs = {
    'GPT-4o': 'gpt',
    'o-series': 'gpt',
    'gpt-oss MoE': 'gpt',
    'Llama 4 MoE': 'llama',
    'CodeLlama (Llama 2)': 'llama',
    'Mixtral MoE': 'mistral',
    'Qwen2.5-VL': 'qwen',
    'DeepSeek-V3.x MoE': 'deepseek',
    'Amazon Nova': 'nova',
    'Phi-4': 'phi',
  };
  for (const [family, slug] of Object.entries(slugs)) assert.equal(familySlug(family), slug);
});

test('regions have cloud, area and place', () => {
  const names = [
    ['us-west-2', 'AWS', 'Oregon', 'AWS US West (Oregon)'],
    ['us-gov-east-1', 'AWS', 'Ohio (GovCloud)', 'AWS US Gov East (Ohio)'],
    ['europe-west4', 'GCP', 'Netherlands', 'GCP Europe West (Netherlands)'],
    ['northamerica-northeast1', 'GCP', 'Montréal', 'GCP North America Northeast (Montréal)'],
    ['eastus2', 'Azure', 'Virginia', 'Azure East US 2 (Virginia)'],
    ['southeastasia', 'Azure', 'Singapore', 'Azure Southeast Asia (Singapore)'],
    ['newzealandnorth', 'Azure', 'Auckland', 'Azure New Zealand North (Auckland)'],
  ];
  for (const [code = '', cloud = '', location = '', name] of names) {
    assert.equal(regionName(code, cloud, location), name);
  }
});
