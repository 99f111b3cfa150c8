import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JPEG, jpegOfAPhone, PNG, pngChunk, WEBP, webpChunk } from '../../src/testing/photo-samples.ts';
import { cleanPhoto } from './photo-bytes.ts';

const GPS = Buffer.from('GPS 31.2304');

function cleaned(bytes: Uint8Array): Buffer {
  const photo = cleanPhoto(bytes);
  if (!photo.ok) throw new Error(photo.reason);
  return Buffer.from(photo.bytes);
}

test.each([
  ['image/jpeg', JPEG],
  ['image/png', PNG],
  ['image/webp', WEBP],
])('a %s without metadata stays as it is, byte for byte', (type, bytes) => {
  expect(cleanPhoto(bytes)).toMatchObject({ ok: true, type });
  expect(cleaned(bytes).equals(bytes)).toBe(true);
});

test('a telephone’s JPEG loses its place, its comments and the film behind it, and nothing of the picture', () => {
  const photo = jpegOfAPhone();
  expect(photo.includes('GPS')).toBe(true);
  expect(cleaned(photo).equals(JPEG)).toBe(true);
});

test('which side is up is kept', () => {
  const turned = cleaned(jpegOfAPhone(6));
  expect(turned.includes('GPS')).toBe(false);
  expect(turned.includes('Exif')).toBe(true);
  expect(turned.length).toBeLessThan(JPEG.length + 50);
  expect(cleaned(turned).equals(turned), 'cleaning once more changes nothing').toBe(true);
});

test('a PNG loses its text and its Exif', () => {
  const end = PNG.length - 12;
  const extra = ['eXIf', 'tEXt', 'iTXt', 'zTXt', 'tIME', 'unKn'].map((name) => pngChunk(name, GPS));
  const photo = Buffer.concat([PNG.subarray(0, end), ...extra, PNG.subarray(end), GPS]);
  expect(cleaned(photo).equals(PNG)).toBe(true);
});

test('a WebP loses Exif and XMP, and no longer promises them', () => {
  const photo = Buffer.concat([WEBP, webpChunk('EXIF', GPS), webpChunk('XMP ', GPS)]);
  photo.writeUInt32LE(photo.length - 8, 4);
  photo[20] = (photo[20] ?? 0) | 0x0c;
  expect(cleaned(Buffer.concat([photo, GPS])).equals(WEBP)).toBe(true);
});

test.each([
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
  ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['a GIF', Buffer.from('GIF89a......')],
  ['nothing', Buffer.alloc(0)],
  ['a film in a WebP’s clothes', Buffer.from('RIFF\0\0\0\0AVI LIST')],
])('%s is no photograph', (_, bytes) => {
  expect(cleanPhoto(bytes).ok).toBe(false);
});

test('whatever is cut off or changed, it never throws, and nothing that it keeps says where it was taken', () => {
  const photos = [jpegOfAPhone(3), PNG, WEBP];
  fc.assert(
    fc.property(fc.constantFrom(...photos), fc.nat(), fc.nat(), fc.nat(255), (photo, cut, at, byte) => {
      const changed = Buffer.from(photo.subarray(0, cut % (photo.length + 1)));
      if (changed.length > 0) changed[at % changed.length] = byte;
      const result = cleanPhoto(changed);
      expect(result.ok ? result.bytes.length <= changed.length + 40 : result.reason.length > 0).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  for (let length = 0; length < JPEG.length; length += 1) expect(cleanPhoto(JPEG.subarray(0, length)).ok).toBe(false);
});
