// SPDX-License-Identifier: MIT
import { testSites } from './sites-suite.mjs';

testSites('firefox');
