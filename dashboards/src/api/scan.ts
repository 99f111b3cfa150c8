import type { Image } from 'qr/decode.js';

/** Finer than the squares of a sticker at arm's length, and quick on an old phone. */
const LONGEST_SIDE = 1_000;

/** Loads what reads a picture; called early, so that it is there when the line is not. */
export const scanner = () => import('qr/decode.js');

/** The text of the QR code on a photograph; null: there is none that can be read. */
export async function readQr(file: Blob): Promise<string | null> {
  try {
    const { decodeQR } = await scanner();
    return decodeQR(await pixelsOf(file));
  } catch {
    return null;
  }
}

async function pixelsOf(file: Blob): Promise<Image> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen?.drawImage(picture, 0, 0, width, height);
  picture.close();
  const { data } = pen?.getImageData(0, 0, width, height) ?? { data: new Uint8ClampedArray() };
  return { width, height, data };
}
