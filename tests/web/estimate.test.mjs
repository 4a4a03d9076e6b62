// SPDX-License-Identifier: MIT
import { inEveryEnvironment } from './environments.mjs';

await inEveryEnvironment('estimate', 'tests/web/estimate-suite.js', 'web/src/index.js');
