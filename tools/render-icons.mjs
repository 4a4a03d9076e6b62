// SPDX-License-Identifier: MIT
// Draws extension/icons/*.png from icon.svg in headless Chromium. The pictures are committed: run
// this by hand after a change of the drawing.
import { readFile, writeFile } from 'node:fs/promises';
import puppeteer from 'puppeteer-core';

const folder = new URL('../extension/icons/', import.meta.url);
const sizes = [16, 32, 48, 128];

const svg = await readFile(new URL('icon.svg', folder), 'utf8');
const address = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
const browser = await puppeteer.launch({
  executablePath: process.env.TOKENWATT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
for (const size of sizes) {
  const data = await page.evaluate(
    async (source, pixels) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = pixels;
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(image, 0, 0, pixels, pixels);
      return canvas.toDataURL('image/png').split(',')[1];
    },
    address,
    size,
  );
  await writeFile(new URL(`${size}.png`, folder), Buffer.from(data, 'base64'));
}
await browser.close();
