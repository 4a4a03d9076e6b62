// SPDX-License-Identifier: MIT
import { testLines } from './lines-suite.mjs';

testLines('chromium');
