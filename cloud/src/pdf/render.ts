import { fileURLToPath } from 'node:url';
import pdfmake from 'pdfmake';
import type { DocumentDefinition } from './document.ts';

/** The font of every report: all Chinese characters, in two weights. */
export const PDF_FONT = 'Noto Sans SC';

const FONTS = fileURLToPath(new URL('../fonts/', import.meta.resolve('@embedpdf/fonts-sc')));

pdfmake.addFonts({
  [PDF_FONT]: { normal: `${FONTS}NotoSansHans-Regular.otf`, bold: `${FONTS}NotoSansHans-Bold.otf` },
});
// A report holds what it shows: nothing is fetched, and no file but the fonts is read.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => path.startsWith(FONTS));

/** Renders a document; its text can be found and copied, its charts are vectors. */
export async function renderPdf(document: DocumentDefinition): Promise<Buffer> {
  return await pdfmake
    .createPdf({
      ...document,
      defaultStyle: { font: PDF_FONT, fontSize: 9, lineHeight: 1.2, ...document.defaultStyle },
    })
    .getBuffer();
}
