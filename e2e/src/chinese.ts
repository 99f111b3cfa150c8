import type { Page } from 'playwright-core';
import { type Picture, readPng } from './png.ts';

interface Spot {
  readonly glyph: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Fewer different characters than this say nothing about a page. */
const ENOUGH = 12;

/**
 * Where each different Chinese character stands that can be seen whole, in pixels of the screen.
 * Text, because it runs in the page, whose types this room does not have.
 */
const SPOTS = `(() => {
  const spots = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const size = Number.parseFloat(getComputedStyle(parent).fontSize);
    for (let i = 0; i < node.data.length && size >= 12; i++) {
      const glyph = node.data[i];
      if (!/\\p{Script=Han}/u.test(glyph) || spots.has(glyph)) continue;
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const { x, y, width, height } = range.getBoundingClientRect();
      const inSight = width >= 5 && x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
      if (!inSight || document.elementFromPoint(x + width / 2, y + height / 2) !== parent) continue;
      const scale = devicePixelRatio;
      spots.set(glyph, { glyph, x: x * scale, y: y * scale, width: width * scale, height: height * scale });
    }
  }
  return [...spots.values()];
})()`;

/**
 * Looks at the Chinese characters in sight as a person would, and resolves to those that are empty
 * in the middle. That is 口 and few others in Chinese; but every box that stands for a missing glyph
 * is. Rejects when the page shows too few characters to tell.
 */
export async function hollowGlyphs(page: Page): Promise<{ hollow: string[]; seen: number }> {
  await page.evaluate('document.fonts.ready.then(() => null)');
  const spots = await page.evaluate<Spot[]>(SPOTS);
  if (spots.length < ENOUGH) throw new Error(`only ${spots.length} Chinese characters are in sight`);
  const picture = readPng(await page.screenshot({ scale: 'device' }));
  const hollow = spots.filter((spot) => isHollow(spot, picture)).map(({ glyph }) => glyph);
  return { hollow, seen: spots.length };
}

/** No ink in the middle third, although there is ink around it. */
function isHollow({ x, y, width, height }: Spot, picture: Picture): boolean {
  // A line of text is taller than its characters, which are as tall as they are wide.
  const top = y + (height - width) / 2;
  const middle = contrast(picture, x + width / 3, top + width / 3, width / 3);
  const whole = contrast(picture, x, top, width);
  return whole < 40 || middle < whole / 4;
}

/** Brightest minus darkest of a square. */
function contrast({ light, width }: Picture, x: number, y: number, side: number): number {
  let [least, most] = [255, 0];
  for (let row = Math.round(y); row < Math.round(y + side); row++) {
    for (let column = Math.round(x); column < Math.round(x + side); column++) {
      const here = light[row * width + column] ?? 0;
      least = Math.min(least, here);
      most = Math.max(most, here);
    }
  }
  return most - least;
}

/** Words that are the same in every language: names, units, formats, and the way back to English. */
const ALIKE = /Keepsite|English|MQTT|PDF|SLA|P50|P90|P95|NPS|CNY|kWh|kW|UTC|ID/g;
const LABELS =
  'nav a, h1, h2, h3, button, th, dt, label > span, legend, summary, .tag, .chip, .digits-label, .side-clock > span';

/** Main labels of a page that still hold an English word. People's, devices' and plans' own names are no labels. */
export async function englishLeftovers(page: Page): Promise<string[]> {
  const texts = await page.locator(LABELS).filter({ visible: true }).allInnerTexts();
  return texts.map((text) => text.trim()).filter((text) => /[A-Za-z]{2,}/.test(text.replaceAll(ALIKE, '')));
}
