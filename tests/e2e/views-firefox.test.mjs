// SPDX-License-Identifier: MIT
import { testViews } from './views-suite.mjs';

testViews('firefox');
