// SPDX-License-Identifier: MIT
import { testFaults } from './faults-suite.mjs';

testFaults('chromium');
