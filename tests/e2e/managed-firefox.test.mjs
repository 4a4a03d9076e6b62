// SPDX-License-Identifier: MIT
import { testManaged } from './managed-suite.mjs';

testManaged('firefox');
