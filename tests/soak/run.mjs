// SPDX-License-Identifier: MIT
// Random sessions in full:
//   node tests/soak/run.mjs [--sessions 1000] [--first 1] [--at-once 12] [--site Gemini] [BROWSER…]
// A seed plays the same session again, at the site where it was played.
import { parseArgs } from 'node:util';
import { browserNames } from '../dom/browsers.mjs';
import { runSessions } from './run-sessions.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sessions: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '12' },
    site: { type: 'string' },
  },
});
let failed = false;
for (const name of browserNames) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const began = performance.now();
  const result = await runSessions(name, {
    first: Number(values.first),
    count: Number(values.sessions),
    atOnce: Number(values['at-once']),
    site: values.site,
    onSite(site, { sessions, problems }) {
      console.log(`  ${site}: ${sessions} sessions, ${problems.length} problems`);
      for (const problem of problems) console.log(`    ${problem}`);
    },
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `${name}: ${result.sessions} sessions, ${result.turns} turns, ${result.problems.length} problems, ` +
      `times at most ${result.worstMs} ms off, ${seconds} s`,
  );
  failed ||= result.problems.length > 0;
}
process.exitCode = failed ? 1 : 0;
