// SPDX-License-Identifier: MIT
import { testExtension } from './extension-suite.mjs';

testExtension('firefox');
