/**
 * Loads the Chinese webfont where the machine has no font of its own for it (a bare kiosk). Chinese
 * glyphs are one em wide and differ from each other; the box that stands for a missing one is neither.
 */
export async function ensureChineseFont(): Promise<void> {
  if (hasChineseFont()) return;
  await import('@fontsource-variable/noto-sans-sc/wght.css');
  document.documentElement.toggleAttribute('data-webfont', true);
  // Chromium remembers the empty boxes of words that it shaped before their slice of the font came,
  // for as long as the font's description is the same. A feature that no font has makes it another one.
  let slices = 0;
  document.fonts.addEventListener('loadingdone', () => {
    document.documentElement.style.fontFeatureSettings = `"k${String(++slices % 1000).padStart(3, '0')}" 1`;
  });
}

function hasChineseFont(): boolean {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!context) return true;
  context.font = '24px system-ui, sans-serif';
  if (Math.abs(context.measureText('永').width - 24) > 1) return false;
  return picture(context, '永') !== picture(context, '龘');
}

function picture(context: CanvasRenderingContext2D, glyph: string): string {
  context.clearRect(0, 0, 32, 32);
  context.fillText(glyph, 0, 26);
  return context.getImageData(0, 0, 32, 32).data.join();
}
