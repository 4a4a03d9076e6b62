// SPDX-License-Identifier: MIT
// Answers of real models, where TOKENWATT_SAMPLES names a folder whose chats/ has them: one JSON
// object a line, the answer in `markdown`.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns {string[]} */
export function answers() {
  const samples = process.env.TOKENWATT_SAMPLES;
  const folder = join(samples ?? '', 'chats');
  if (!samples || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line).markdown);
}
