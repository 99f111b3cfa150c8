import type { IncidentChange, IncidentEvent, IncidentFact } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GENESIS, link } from './chain.ts';
import { exportCsv, exportIncident, type IncidentExport } from './incident-export.ts';
import { verifyExport } from './verify-export.ts';

const MADE = { exportedAt: '2026-03-02T10:00:00.000Z', exportedBy: 'edge' } as const;

test('an export that nobody touched verifies, also after it was printed and read again', () => {
  const made = exported();
  expect(verifyExport(JSON.parse(JSON.stringify(made)))).toEqual({
    ok: true,
    events: 5,
    links: 1,
    gaps: [],
    unchecked: [],
    faults: [],
  });
});

test.each<[string, (made: Draft) => void, string]>([
  [
    'an arrival that was moved',
    (made) => Object.assign(made.events[3]!, { at: '2026-03-02T08:06:59.000Z' }),
    'altered',
  ],
  ['an event that was taken out', (made) => void made.events.splice(2, 1), 'does not say what follows'],
  ['a link that was swapped', (made) => Object.assign(made.links[0]!, { hash: 'f'.repeat(64) }), 'does not follow'],
  ['a verdict in the summary', (made) => Object.assign(made.incident, { sla: 'met' }), 'the incident does not say'],
  [
    'a sentence of the story',
    (made) => Object.assign(made.story[1]!, { zh: '李娜提前到场' }),
    'the story does not say',
  ],
  ['a page that was never sent', (made) => Object.assign(made.pages[0]!, { state: 'seen' }), 'the pages does not say'],
  ['another incident’s event', (made) => Object.assign(made.incident, { id: 'inc-2' }), 'of another incident'],
])('%s is found', (_, change, fault) => {
  const made = JSON.parse(JSON.stringify(exported())) as Draft;
  change(made);
  const verdict = verifyExport(made);
  expect(verdict.ok).toBe(false);
  expect(verdict.faults.join('; ')).toContain(fault);
});

test('any single letter that is changed in an event is found', () => {
  const text = JSON.stringify(exported().events);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length - 1 }), (i) => {
      fc.pre(/[a-z0-9]/.test(text[i] ?? ''));
      const other = text[i] === '1' ? '2' : '1';
      const changed = `${text.slice(0, i)}${other}${text.slice(i + 1)}`;
      fc.pre(changed !== text && isJson(changed));
      expect(verifyExport({ ...exported(), events: JSON.parse(changed) }).ok).toBe(false);
    }),
  );
});

test('what lies between and is not in the file is told as a gap, and is no fault', () => {
  const made = { ...exported(), links: [] };
  expect(verifyExport(made)).toMatchObject({ ok: true, gaps: [{ after: 2, before: 4 }] });
});

test('an export of an earlier release, which said less and in other words, still verifies', () => {
  const { episode: _, ...incident } = exported().incident;
  const story = exported().story.map((line) => ({ ...line, zh: '旧版措辞' }));
  expect(verifyExport({ ...exported(), incident, story, words: 0 })).toMatchObject({
    ok: true,
    unchecked: [expect.stringContaining('another release')],
  });
  expect(verifyExport({ ...exported(), story: story.slice(1), words: 0 }).ok).toBe(false);
});

test('what is no export is told so in one sentence', () => {
  for (const value of [null, [], {}, { format: 'keepsite-incident-export', version: 2 }])
    expect(verifyExport(value)).toMatchObject({ ok: false, faults: [expect.stringContaining('no incident export')] });
});

test('the story is told in both languages, with the page’s state and the hash of every event', () => {
  const { story } = exported();
  expect(story.map(({ zh }) => zh)).toEqual([
    '发生（紧急）：3 号梯困人，开始计时',
    '通过 duty-robot 呼叫 李娜',
    '呼叫 inc-1.0.0.li.duty-robot：通道已受理',
    'li 已到场（自报）',
    '备注：=HYPERLINK("http://evil")',
  ]);
  expect(story[3]?.en).toBe('li is on site (as they said)');
});

test('the CSV opens in a spreadsheet, and nothing in it is a formula', () => {
  const csv = exportCsv(exported());
  const lines = csv.slice(1).trimEnd().split('\r\n');
  expect(csv.startsWith('\uFEFFseq,at,recorded_at,')).toBe(true);
  expect(lines).toHaveLength(6);
  expect(lines[3]).toContain(',accepted,');
  expect(lines[5]).toContain('"Note: =HYPERLINK(""http://evil"")"');
});

type Draft = {
  -readonly [K in keyof IncidentExport]: IncidentExport[K] extends readonly (infer T)[] ? T[] : IncidentExport[K];
} & {
  events: object[];
};

function exported(note = '=HYPERLINK("http://evil")'): IncidentExport {
  const all = chain(note);
  const own = all.filter(({ incident }) => incident === 'inc-1');
  return exportIncident(own, all, MADE);
}

/** Five events of one incident, and one of another between the second and the third. */
function chain(note: string): IncidentEvent[] {
  const page = {
    id: 'inc-1.0.0.li.duty-robot',
    step: 0,
    to: { person: 'li', name: '李娜', channel: 'duty-robot', address: '@li' },
    channel: 'duty-robot',
    state: 'queued',
    at: '2026-03-02T08:00:00.000Z',
    possibleDuplicate: false,
    reason: null,
  } as const;
  const facts: [string, IncidentChange][] = [
    ['inc-1', OPENED],
    ['inc-1', { kind: 'paged', page }],
    ['inc-2', OPENED],
    ['inc-1', { kind: 'page', page: page.id, state: 'accepted', reason: null, possibleDuplicate: false }],
    ['inc-1', { kind: 'on_site', responder: 'li', proof: 'declared' }],
    ['inc-1', { kind: 'noted', text: note }],
  ];
  const events: IncidentEvent[] = [];
  for (const [incident, change] of facts) {
    const at = new Date(Date.UTC(2026, 2, 2, 8, events.length)).toISOString();
    const fact: IncidentFact = { incident, at, by: { kind: 'system', id: 'edge-1' }, change };
    const place = { edge: 'edge-1', seq: events.length + 1, prev: events.at(-1)?.hash ?? GENESIS, recordedAt: at };
    events.push(link(fact, place));
  }
  return events;
}

const OPENED: IncidentChange = {
  kind: 'opened',
  site: 'park',
  zone: null,
  asset: 'lift-3',
  device: null,
  fault: 'entrapment',
  vendorCode: null,
  severity: 'critical',
  source: 'device:monitor-3',
  summary: { en: 'Passenger trapped in Lift 3', zh: '3 号梯困人' },
  clients: ['acme'],
  deviceAt: null,
  detectionLagMs: null,
  episode: 1,
  evidence: [],
  plan: null,
  clocks: [
    {
      term: 'on_site',
      startedAt: '2026-03-02T08:00:00.000Z',
      dueAt: '2026-03-02T08:07:00.000Z',
      metAt: null,
      verdict: 'running',
      proof: null,
    },
  ],
  simulated: false,
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
