import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/**
 * The simulators' encoders and the edge's decoders were written apart, from the vendors' documents.
 * What an encoder says a message means is exactly what the decode command must print.
 */
const root = join(import.meta.dirname, '..');
const ROUNDS = 12;

interface Line {
  readonly [key: string]: unknown;
}
interface Sample {
  readonly family: string;
  readonly topic: string;
  readonly payload: unknown;
  readonly says: readonly Line[];
}

const samples = (await run('simulators/src/main.ts', ['samples', '--rounds', String(ROUNDS)])).map(
  (line) => JSON.parse(line) as Sample,
);
const families = [...new Set(samples.map(({ family }) => family))];

test('every dialect that the edge decodes has an encoder of the simulators’ own', () => {
  const folders = readdirSync(join(root, 'edge/src/devices'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'mapped')
    .map(({ name }) => name);
  expect(families.toSorted()).toEqual(folders.toSorted());
});

const printed = await run(
  'edge/src/cli/decode.ts',
  ['--lines', '-', '--zone', 'Asia/Shanghai'],
  samples.map((sample) => JSON.stringify({ ...sample, family: undefined, says: undefined })).join('\n'),
);
const lines = Map.groupBy(
  printed.map((line) => JSON.parse(line) as Line & { message: number }),
  ({ message }) => message,
);

test.each(families)('%s: what was meant is what is read', (family) => {
  for (const [index, { family: own, topic, payload, says }] of samples.entries()) {
    if (own !== family) continue;
    const came = lines.get(index + 1) ?? [];
    expect(unmatched(came, says), `${topic} ${JSON.stringify(payload)}\nsaid ${JSON.stringify(came)}`).toEqual({
      missing: [],
      unexpected: [],
    });
  }
});

/** Pairs each line that was meant with one that came. */
function unmatched(came: readonly Line[], says: readonly Line[]): { missing: Line[]; unexpected: Line[] } {
  const unexpected = [...came];
  const missing = says.filter((wanted) => {
    const place = unexpected.findIndex((line) => matches(line, wanted));
    if (place >= 0) unexpected.splice(place, 1);
    return place < 0;
  });
  return { missing, unexpected };
}

function matches(line: Line, wanted: Line): boolean {
  return Object.entries(wanted).every(([key, value]) => same(key, line[key], value));
}

function same(key: string, came: unknown, wanted: unknown): boolean {
  if (key === 'at' && typeof wanted === 'string') return Date.parse(String(came)) === Date.parse(wanted);
  if (key === 'vendorCode') return String(came) === String(wanted);
  if (typeof wanted === 'number' && typeof came === 'number')
    return Math.abs(came - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
  return came === wanted;
}

async function run(file: string, args: readonly string[], input = ''): Promise<string[]> {
  const command = promisify(execFile)(process.execPath, [join(root, file), ...args], { maxBuffer: 64 * 2 ** 20 });
  command.child.stdin?.end(input);
  const { stdout } = await command;
  return stdout.split('\n').filter((line) => line !== '');
}
