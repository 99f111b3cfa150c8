import { fstatSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isEdgeError } from '../../errors.ts';
import { openLogFile } from './log-file.ts';

test('what was written before is on the disk once it says so, and what comes while the disk works is brought with the next go', async () => {
  const { log, syncs } = bench();
  const heard: string[] = [];
  const hear = (name: string) => log.synced().then(() => heard.push(name));

  await log.synced();
  expect(syncs).toHaveLength(0);

  log.written();
  const first = hear('first');
  log.written();
  const others = Promise.all([hear('second'), hear('third')]);
  expect(syncs).toHaveLength(1);
  syncs[0]?.resolve();
  await first;
  await vi.waitFor(() => expect(syncs).toHaveLength(2));
  expect(heard).toEqual(['first']);
  syncs[1]?.resolve();
  await others;
  await log.synced();
  expect(heard).toEqual(['first', 'second', 'third']);
  expect(syncs).toHaveLength(2);
});

test('it is the log that is brought to the disk', async () => {
  const { log, path, syncs } = bench();
  log.written();
  const done = log.synced();
  expect(fstatSync(syncs[0]?.file ?? -1).ino).toBe(statSync(path).ino);
  syncs[0]?.resolve();
  await done;
});

test('a disk that does not take it tells all who wait that the file is not to be trusted', async () => {
  const { log, syncs } = bench();
  log.written();
  const waiting = [log.synced(), log.synced()];
  syncs[0]?.reject(new Error('EIO: i/o error, fdatasync'));
  for (const one of waiting)
    await expect(one).rejects.toSatisfy(
      (error) => isEdgeError(error, 'STORE_DAMAGED') && error.message.includes('EIO: i/o error'),
    );
});

test('a disk that lost what it had is not believed when it says afterwards that all is well', async () => {
  const { log, syncs } = bench();
  log.written();
  const lost = log.synced();
  syncs[0]?.reject(new Error('EIO: i/o error, fdatasync'));
  await expect(lost).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  log.written();
  const after = log.synced();
  syncs[1]?.resolve();
  await expect(after).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
});

test('closed while the disk works, it is let go after that', async () => {
  const { log, syncs } = bench();
  log.written();
  const done = log.synced();
  const { file } = syncs[0] ?? { file: -1 };
  log.close();
  expect(() => fstatSync(file)).not.toThrow();
  syncs[0]?.resolve();
  await done;
  expect(() => fstatSync(file)).toThrow('EBADF');
  log.close();
});

test('a log that is not there is said as what it is', () => {
  expect(() => openLogFile(join(tmpdir(), 'no-such-folder', 'store.sqlite-wal'))).toThrow(
    expect.toSatisfy((error: unknown) => isEdgeError(error, 'STORE_FAILED')),
  );
});

/** A log whose disk takes what it is brought when the test says so. */
function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'keepsite-log-'));
  const path = join(folder, 'store.sqlite-wal');
  writeFileSync(path, 'frames');
  const syncs: { readonly file: number; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  const log = openLogFile(path, (file) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    syncs.push({ file, resolve, reject });
    return promise;
  });
  onTestFinished(() => {
    log.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { log, path, syncs };
}
