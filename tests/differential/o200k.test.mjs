// SPDX-License-Identifier: MIT
// A file for each encoding, so that they run side by side.
import { testTokens } from './tokens.mjs';

testTokens('o200k_base');
