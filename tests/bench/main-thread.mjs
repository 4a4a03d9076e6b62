// SPDX-License-Identifier: MIT
// What code of a page's main thread costs, from Chromium's own trace: each callback into that code
// with the CPU time of its thread, so that other work on the machine does not count.

/** @typedef {import('puppeteer-core').Page} Page */

/** @typedef {{ cpuMs: number, wallMs: number, gcMs: number, function: string, atMs: number }} Callback */

const categories = ['devtools.timeline', 'v8', 'disabled-by-default-v8.gc'];

/**
 * The callbacks into scripts whose address holds `script`, while `during` runs.
 * @param {Page} page @param {string} script @param {() => Promise<unknown>} during
 * @returns {Promise<Callback[]>}
 */
export async function callbacksInto(page, script, during) {
  await page.tracing.start({ categories });
  await during();
  const trace = await page.tracing.stop();
  /** @type {{ traceEvents: any[] }} */
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace));
  const whole = traceEvents.filter(({ ph }) => ph === 'X');
  const collections = whole.filter(({ name }) => /^(Minor|Major)GC$/.test(name));
  return whole
    .filter(({ name, args }) => name === 'FunctionCall' && args.data?.url?.includes(script))
    .map(({ ts, dur, tdur, tid, args }) => ({
      cpuMs: (tdur ?? dur) / 1000,
      wallMs: dur / 1000,
      gcMs:
        collections
          .filter((gc) => gc.tid === tid && gc.ts >= ts && gc.ts < ts + dur)
          .reduce((sum, gc) => sum + gc.dur, 0) / 1000,
      function: `${args.data.functionName} ${args.data.url.split('/').pop()}:${args.data.lineNumber}`,
      atMs: ts / 1000,
    }));
}
