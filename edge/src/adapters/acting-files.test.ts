import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCodeVersions } from './code-versions.ts';
import { createPhotoFiles } from './photo-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepsite-acting-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const picture = (size: number) => new Uint8Array(size).fill(7);

test('photographs are there after a restart, once each, and never take more than their share', () => {
  const directory = join(folder, 'photos');
  const files = createPhotoFiles(directory, 100);
  files.put('a', picture(60));
  files.put('a', picture(60));
  expect(() => files.put('b', picture(50))).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
  const again = createPhotoFiles(directory, 100);
  expect(again.get('a')).toEqual(Buffer.from(picture(60)));
  expect(again.get('b')).toBeNull();
  expect(() => again.put('b', picture(50))).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
  again.put('c', picture(40));
  expect(readdirSync(directory).toSorted()).toEqual(['a', 'c']);
});

test('a disk that takes no photograph says so', () => {
  writeFileSync(join(folder, 'photos'), 'a file where the directory should be');
  expect(() => createPhotoFiles(join(folder, 'photos', 'deeper'), 100).put('a', picture(1))).toThrow(
    expect.objectContaining({ code: 'STORE_FAILED' }),
  );
});

test('versions of codes are kept; a damaged file makes no old code good again', () => {
  const path = join(folder, 'edge', 'codes.json');
  const versions = createCodeVersions(path);
  expect(versions.read()).toEqual({});
  versions.write({ 'lift-3': 2 });
  expect(createCodeVersions(path).read()).toEqual({ 'lift-3': 2 });
  for (const damaged of ['{"lift-3":', '{"lift-3":0}', '[]', '{"lift-3":"2"}']) {
    writeFileSync(path, damaged);
    expect(() => versions.read(), damaged).toThrow(expect.objectContaining({ code: 'EDGE_CONFIG_INVALID' }));
  }
});
