// SPDX-License-Identifier: MIT
import { testKilled } from './killed-suite.mjs';

testKilled('chromium');
