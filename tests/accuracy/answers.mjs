// SPDX-License-Identifier: MIT
// The answers that accuracy is measured on: real ones where TOKENWATT_SAMPLES names a folder that
// has them, and always the few of our own in answers/.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} AnswerSet answers of one model
 * @property {string} model
 * @property {string[]} answers markdown as the model wrote it
 */

const own = fileURLToPath(new URL('./answers/', import.meta.url));

/** @returns {AnswerSet[] | null} null where there are none on this machine */
export function realAnswers() {
  const samples = process.env.TOKENWATT_SAMPLES;
  if (!samples) return null;
  const folder = path.join(samples, 'chats');
  if (!existsSync(folder)) return null;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) => ({
      model: file.slice(0, -'.jsonl'.length),
      answers: readFileSync(path.join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).markdown.trim()),
    }));
}

/** Answers written for this project, one file each, in the manner of GPT-4o. @returns {AnswerSet[]} */
export function ownAnswers() {
  const answers = readdirSync(own)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => readFileSync(path.join(own, file), 'utf8').trim());
  return [{ model: 'gpt-4o', answers }];
}

/**
 * Every second answer is what styles were counted on and rules tuned with; the others are kept out
 * of that.
 * @param {number} index of an answer
 * @returns {'tuned' | 'held out'}
 */
export const halfAt = (index) => (index % 2 === 0 ? 'tuned' : 'held out');
