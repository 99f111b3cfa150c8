import { beforeEach, expect, test } from 'vitest';
import { createCommandHome, runEdgeCommand as run } from '../testing/command-line.ts';
import type { EdgeHome } from '../testing/whole-edge.ts';
import { waitLonger } from '../testing/patience.ts';

waitLonger();

let home: EdgeHome;
beforeEach(() => {
  home = createCommandHome(REGISTRY);
});

const REGISTRY = `
version: 1
sites: []
zones: []
assets: []
devices: []
people:
  - { id: an, name: An, addresses: [{ channel: mqtt, to: an }] }
  - { id: bo, name: Bo, addresses: [{ channel: mqtt, to: bo }] }
rosters:
  - id: duty
    version: 1
    name: { en: Duty, zh: 值班 }
    zone: Asia/Shanghai
    calendar: china
    layers:
      - { id: workdays, members: [an, bo], from: 2026-01-05T08:00, hours: [{ days: [workday], from: '08:00', to: '20:00' }] }
plans:
  - { id: p, version: 1, steps: [{ afterSeconds: 0, page: [duty] }, { afterSeconds: 60, page: [an, bo] }], alert: [an] }
`;

/** What the check says of a file with this text. */
function check(text: string) {
  home.write('plans.yaml', text);
  return run('plans', 'check', home.file('plans.yaml'));
}

test('who is on call is told for any instant, with a make-up Saturday as a workday', async () => {
  const saturday = await run('on-call', '--at', '2026-02-14T10:00:00+08:00', '--json');
  expect(saturday.code).toBe(0);
  expect(JSON.parse(saturday.out)).toMatchObject({ items: [{ roster: 'duty', now: [{ person: 'bo' }] }] });
  const holiday = await run('on-call', '--at', '2026-02-16T10:00:00+08:00');
  expect(holiday.out).toMatch(/duty +NOBODY +2026-02-24T08:00 +Bo/);
});

test('a sound file can be used, and its gaps are told', async () => {
  const { code, out, err } = await run('plans', 'check', home.file('registry.yaml'), '--days', '2');
  expect(code).toBe(0);
  expect(out).toContain('can be used');
  expect(err).toMatch(/^warning +rosters\.duty: nobody is on call from/m);
});

test('a file with a step that reaches nobody is refused, with the place and the reason', async () => {
  const text = REGISTRY.replace('page: [an, bo]', 'page: [an, bo], channels: [sms]');
  const { code, err } = await check(text);
  expect(code).toBe(2);
  expect(err).toMatch(/^error +plans\.p\.steps\.2: the step reaches nobody: An, Bo cannot be reached over sms$/m);
});

test('what is no plan at all is told with its place', async () => {
  const { code, err } = await check('plans: [{ id: p }]');
  expect(code).toBe(2);
  expect(err).toMatch(/^error +plans\.0\.version: /m);
});
