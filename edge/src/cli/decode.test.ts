import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runDecode } from './decode.ts';

const LEAK = '{"at":"2026-05-04T10:00:00Z","metric":"leak","value":true}';
const TOPIC = 'keepsite/p/devices/d/reading';

function run(args: string[], files: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = runDecode(args, {
    read: (file) => {
      const text = files[file];
      if (text === undefined) throw new Error('no such file');
      return new TextEncoder().encode(text);
    },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  const lines = out.join('').split('\n').filter(Boolean);
  return { code, out: lines, err: err.join('') };
}

const parsed = (lines: string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('decode', () => {
  test('prints what one message says, with the keys of the surface', () => {
    const { code, out } = run(['--topic', TOPIC, 'm.json'], { 'm.json': LEAK });
    expect(code).toBe(0);
    expect(parsed(out)).toEqual([
      {
        kind: 'reading',
        family: 'keepsite',
        device: 'd',
        metric: 'leak',
        part: null,
        value: true,
        at: '2026-05-04T10:00:00.000Z',
        quality: 'good',
        historical: false,
      },
    ]);
  });

  test('reads standard input without a file, or with "-"', () => {
    expect(run(['--topic', TOPIC], { '-': LEAK }).out).toHaveLength(1);
    expect(run(['--topic', TOPIC, '-'], { '-': LEAK }).out).toHaveLength(1);
  });

  test('prints faults, availability and rejections with their own keys', () => {
    const file = [
      { topic: 'keepsite/p/devices/d/fault', payload: '{"fault":"leak","state":"raised","vendorCode":7}' },
      { topic: 'keepsite/p/devices/d/availability', payload: { base64: Buffer.from('offline').toString('base64') } },
      { topic: 'nobody/knows', payload: '?' },
    ];
    const { code, out } = run(['--lines', 'f'], { f: file.map((line) => JSON.stringify(line)).join('\n') });
    expect(code).toBe(0);
    expect(parsed(out)).toMatchObject([
      { kind: 'fault', device: 'd', fault: 'leak', vendorCode: 7, state: 'raised', at: null, message: 1 },
      { kind: 'availability', device: 'd', online: false, message: 2 },
      { kind: 'rejected', reason: 'no dialect recognises this message', message: 3 },
    ]);
  });

  test('state carries from line to line and lines count from 1, empty ones included', () => {
    const pair = (end: string) =>
      JSON.stringify({
        elevatorNo: 'E',
        ErrorListBean: [{ faultType: 1, faultBeginTime: '2026-05-04 10:00:00', faultEndTime: end }],
      });
    const line = (payload: string) => JSON.stringify({ topic: '/API/V1/Up/LiftFault', payload });
    const { out } = run(['--lines', 'f', '--zone', 'Asia/Shanghai'], {
      f: [line(pair('2026-05-04 10:05:00')), '', line(pair(''))].join('\n'),
    });
    expect(parsed(out)).toMatchObject([{ state: 'cleared', at: '2026-05-04T02:05:00.000Z', message: 1 }]);
  });

  test('retain and the time of reception decide whether a state is cached', () => {
    const quality = (...args: string[]) => parsed(run(['--topic', TOPIC, ...args], { '-': LEAK }).out)[0]?.['quality'];
    expect(quality()).toBe('good');
    expect(quality('--retain')).toBe('cached');
    expect(quality('--received-at', '2026-05-04T10:05:00Z')).toBe('good');
    expect(quality('--received-at', '2026-05-04T10:05:01Z')).toBe('cached');
    const line = JSON.stringify({ topic: TOPIC, payload: LEAK, receivedAt: '2026-05-04T11:00:00+00:00' });
    expect(parsed(run(['--lines', 'f'], { f: line }).out)[0]?.['quality']).toBe('cached');
  });

  test('a mapping file decodes what no dialect knows; its mistakes name line and column', () => {
    const good = 'family: my-probe\ntopic: p/{device}\nreadings: [{ path: v, metric: temperature_c }]\n';
    expect(
      parsed(run(['--mapping', 'm.yaml', '--topic', 'p/x'], { 'm.yaml': good, '-': '{"v":21}' }).out),
    ).toMatchObject([{ family: 'my-probe', device: 'x', value: 21 }]);
    const bad = run(['--mapping', 'm.yaml', '--topic', 'p/x'], { 'm.yaml': good.replace('path', 'pfad'), '-': '{}' });
    expect(bad.code).toBe(2);
    expect(bad.err).toContain('m.yaml:3:14 readings[0].pfad');
  });

  test('the file after --mapping is the payload, and mappings may be several', () => {
    const mapping = (name: string) =>
      `family: ${name}\ntopic: ${name}/{device}\nreadings: [{ path: v, metric: temperature_c }]\n`;
    const files = { a: mapping('my-a'), b: mapping('my-b'), payload: '{"v":21}' };
    const { out } = run(['--topic', 'my-b/x', '--mapping', 'a', '--mapping', 'b', 'payload'], files);
    expect(parsed(out)).toMatchObject([{ family: 'my-b', value: 21 }]);
  });

  test('a forced family decodes', () => {
    expect(
      parsed(run(['--family', 'tasmota', '--topic', 'a/b/SENSOR'], { '-': '{"ENERGY":{"Power":3}}' }).out),
    ).toMatchObject([{ family: 'tasmota', value: 3 }]);
  });

  test.each([
    [[], '--topic is missing'],
    [['--topic', 'a', 'nowhere.json'], 'cannot read nowhere.json'],
    [['--topic', 'a', '--zone', 'Moon/Base'], 'not an IANA zone'],
    [['--topic', 'a', '--family', 'nobody'], 'there is no "nobody"'],
    [['--topic', 'a', '--received-at', 'noon'], 'not an RFC 3339 instant'],
    [['--bogus'], 'unknown option'],
  ])('%j is bad usage', (args, reason) => {
    const { code, err } = run(args, { '-': '{}' });
    expect(code).toBe(2);
    expect(err).toContain(reason);
  });

  test('a line that is no message is told and the others are decoded all the same', () => {
    const good = JSON.stringify({ topic: TOPIC, payload: LEAK });
    const { code, out, err } = run(['--lines', 'f'], { f: ['{', '[]', '{"topic":"a"}', good].join('\n') });
    expect(code).toBe(2);
    expect(parsed(out)).toMatchObject([{ message: 4 }]);
    expect(err).toMatch(/line 1: not JSON\n.*line 2: .*\n.*line 3: "payload"/);
  });

  test('--help is no error', () => {
    const { code, out } = run(['--help']);
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('--received-at');
  });

  test.skipIf(process.platform === 'win32')(
    'reads a pipe to its end, however slowly and however much is written',
    () => {
      const line = JSON.stringify({ topic: TOPIC, payload: LEAK });
      const script = `{ sleep 0.4; yes '${line}' | head -n 3000; sleep 0.2; echo '${line}'; } | "$NODE" "$DECODE" --lines -`;
      const env = { ...process.env, NODE: process.execPath, DECODE: join(import.meta.dirname, 'decode.ts') };
      const out = execFileSync('sh', ['-c', script], { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
      const last = out.trimEnd().split('\n').at(-1) ?? '';
      expect(JSON.parse(last)).toMatchObject({ message: 3001 });
    },
  );
});
