// SPDX-License-Identifier: MIT

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process of driver.c: a line asks, a line answers. */
export class Driver {
  /** @param {string} program @param {string} vocabulary a file, or a folder with one */
  constructor(program, vocabulary) {
    this.#program = program;
    this.#process = spawn(program, [vocabulary], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdin.on('error', () => {}); // its end says more
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  #program;
  #process;
  #lines;

  /** @param {string} question @returns {Promise<string[]>} the words of the answer */
  async ask(question) {
    this.#process.stdin.write(`${question}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#program} did not answer "${question}"`);
    return value.split(' ');
  }

  close() {
    this.#process.stdin.end();
  }
}
