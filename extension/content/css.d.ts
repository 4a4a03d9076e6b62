// SPDX-License-Identifier: MIT
declare module '*.css' {
  const text: string;
  export default text;
}
