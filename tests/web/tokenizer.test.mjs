// SPDX-License-Identifier: MIT
import { inEveryEnvironment } from './environments.mjs';

await inEveryEnvironment('tokenizer', 'tests/web/tokenizer-suite.js', 'web/src/tokenizer.js');
