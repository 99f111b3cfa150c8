import {
  type Command,
  foldAll,
  foldIncident,
  type Incident,
  type IncidentFact,
  instantMillis,
  type Millis,
  Registry,
} from '@keepsite/edge-contract';
import { freezePlan } from '@keepsite/edge-response';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Breach } from './breach.ts';
import { createDirectory } from './directory.ts';
import { CLOSE_AFTER_MS, decide, dueAt, type Input, open } from './incident.ts';
import { isOpen } from './incident-state.ts';
import { officePark } from './testing/office-park.ts';
import { trapped as trappedPassenger } from './testing/trapped.ts';

const T0 = Date.UTC(2026, 10, 22, 3, 0, 0);
const directory = createDirectory(officePark);

const trapped: Breach = { ...trappedPassenger, deviceAt: T0 - 1500, firstSeenAt: T0 };

describe('the seven minutes', () => {
  test('the ladder climbs by itself until somebody answers', () => {
    const watch = opened();
    watch.runTo(T0 + 130_000);
    expect(watch.pagedPeople()).toEqual([
      ['li', 0],
      ['li', 60],
      ['zhao', 60],
      ['li', 120],
      ['wang', 120],
      ['zhao', 120],
    ]);
  });

  test('an acknowledgement stops the ladder, and withdraws what was not sent yet', () => {
    const watch = opened();
    watch.at(T0 + 65_000).command('acknowledge', 'li');
    watch.runTo(T0 + 290_000);
    expect(watch.pagedPeople().filter(([, second]) => second > 65)).toEqual([]);
    expect(watch.incident.pages.every((page) => page.state === 'withdrawn')).toBe(true);
    expect(watch.verdict('acknowledge')).toBe('met');
  });

  test('on site at exactly 420.000 s is met', () => {
    const watch = opened();
    watch.at(T0 + 30_000).command('acknowledge', 'li');
    watch.at(T0 + 420_000).command('arrive', 'li');
    expect(watch.verdict('on_site')).toBe('met');
    expect(watch.incident.sla).toBe('met');
  });

  test('one millisecond later it is breached, at 420.000 s sharp', () => {
    const watch = opened();
    watch.at(T0 + 30_000).command('acknowledge', 'li');
    watch.at(T0 + 420_001).command('arrive', 'li');
    expect(watch.verdict('on_site')).toBe('breached');
    const breach = watch.incident.timeline.find(
      (told) => told.kind === 'clock' && told.detail['verdict'] === 'breached',
    );
    expect(breach?.at).toBe(new Date(T0 + 420_000).toISOString());
    expect(watch.clock('on_site').metAt).toBe(new Date(T0 + 420_001).toISOString());
  });

  test('a breach stands for ever, whatever people do after it', () => {
    const watch = opened();
    watch.runTo(T0 + 421_000);
    watch.at(T0 + 500_000).command('arrive', 'li');
    watch.at(T0 + 600_000).command('resolve', 'li');
    expect(watch.verdict('acknowledge')).toBe('breached');
    expect(watch.verdict('on_site')).toBe('breached');
    expect(watch.verdict('resolve')).toBe('met');
  });

  test('an order given in time that arrives late leaves the breach standing and adjusts the verdict', () => {
    const watch = opened();
    watch.runTo(T0 + 430_000);
    watch.at(T0 + 440_000).command('arrive', 'li', { receivedAt: T0 + 400_000 });
    const kinds = watch.incident.timeline.map((told) => `${told.kind}:${String(told.detail['term'] ?? '')}`);
    expect(kinds).toContain('clock:on_site');
    expect(kinds).toContain('adjusted:on_site');
    expect(watch.verdict('on_site')).toBe('met');
  });

  test('who was first but heard of last is refused the claim and still saves the promise', () => {
    const watch = opened();
    watch.at(T0 + 150_000).command('acknowledge', 'zhao');
    expect(watch.verdict('acknowledge')).toBe('breached');
    const refused = watch.at(T0 + 180_000).command('acknowledge', 'li', { receivedAt: T0 + 60_000 });
    expect(refused).toMatch(/zhao has it already/);
    expect(watch.incident.responder).toBe('zhao');
    expect(watch.verdict('acknowledge')).toBe('met');
  });

  test('an acknowledgement that nobody follows is released at 5:00 and the next crew is paged', () => {
    const watch = opened();
    watch.at(T0 + 50_000).command('acknowledge', 'li');
    watch.runTo(T0 + 300_000);
    expect(watch.incident.response).toBe('open');
    expect(watch.incident.responder).toBeNull();
    expect(watch.incident.acknowledgedAt).toBe(new Date(T0 + 50_000).toISOString());
    expect(watch.pagedPeople().filter(([, second]) => second === 300)).toEqual([['zhao', 300]]);
  });

  test('who gives it back is not paged again; the others are, with new pages', () => {
    const watch = opened();
    watch.runTo(T0 + 60_000);
    watch.at(T0 + 70_000).command('acknowledge', 'li');
    watch.at(T0 + 90_000).command('release', 'li');
    expect(watch.incident.response).toBe('open');
    expect(watch.pagedPeople().filter(([, second]) => second === 90)).toEqual([['zhao', 90]]);
    expect(new Set(watch.incident.pages.map((page) => page.id)).size).toBe(watch.incident.pages.length);
  });

  test('after an outage only the highest overdue step pages; the others are written down as skipped', () => {
    const watch = opened();
    watch.at(T0 + 200_000).tick();
    const steps = watch.incident.timeline
      .filter((told) => told.kind === 'step')
      .map(({ detail }) => [detail['step'], detail['skipped']]);
    expect(steps).toEqual([
      [0, false],
      [1, true],
      [2, false],
    ]);
    expect(watch.pagedPeople().filter(([, second]) => second === 200)).toHaveLength(3);
  });

  test('a step that falls due at the very millisecond of the return is the highest, and pages alone', () => {
    const watch = opened();
    watch.at(T0 + 120_000).tick();
    expect(watch.pagedPeople().filter(([, second]) => second > 0)).toEqual([
      ['li', 120],
      ['wang', 120],
      ['zhao', 120],
    ]);
    expect(watch.incident.stepsDone).toBe(3);
  });

  test('of several that are due the highest that still applies pages, not one that does not apply', () => {
    const steps = [
      { afterSeconds: 0, page: ['li'] },
      { afterSeconds: 60, page: ['zhao'] },
      { afterSeconds: 120, when: 'not_accepted', page: ['wang'] },
    ];
    const watch = opened(trapped, Registry.parse({ ...officePark, plans: [{ ...officePark.plans[0], steps }] }));
    const [first] = watch.incident.pages;
    const state = { state: 'accepted', reason: null, possibleDuplicate: false } as const;
    watch.at(T0 + 1_000).feed({ kind: 'page', page: first?.id ?? '', ...state });
    watch.at(T0 + 130_000).tick();
    expect(watch.pagedPeople()).toEqual([
      ['li', 0],
      ['zhao', 130],
    ]);
  });

  test('while time is in doubt no promise is judged that could have been kept; what was certainly over stays broken', () => {
    const watch = opened();
    const doubt = { since: T0 + 120_001, reason: 'the clock leapt' };
    watch.at(T0 + 500_000).feed({ kind: 'doubt', doubt });
    watch.tick();
    expect([watch.verdict('acknowledge'), watch.verdict('on_site'), watch.verdict('resolve')]).toEqual([
      'breached',
      'unknown',
      'unknown',
    ]);
    const told = watch.incident.timeline.filter(
      ({ kind, detail }) => kind === 'clock' && detail['verdict'] === 'unknown',
    );
    expect(told.map(({ detail }) => detail['reason'])).toEqual(['the clock leapt', 'the clock leapt']);
    watch.at(T0 + 510_000).command('arrive', 'li');
    expect(watch.verdict('on_site')).not.toBe('met');
  });

  test('a promise that was due in the last millisecond that is certain is in doubt', () => {
    const watch = opened();
    watch.at(T0 + 500_000).feed({ kind: 'doubt', doubt: { since: T0 + 420_000, reason: 'the clock leapt' } });
    expect([watch.verdict('acknowledge'), watch.verdict('on_site')]).toEqual(['running', 'unknown']);
  });

  test('a promise that was kept before time was in doubt stays kept', () => {
    const watch = opened();
    watch.at(T0 + 30_000).command('acknowledge', 'li');
    watch.at(T0 + 500_000).feed({ kind: 'doubt', doubt: { since: T0 + 60_000, reason: 'the clock leapt' } });
    expect([watch.verdict('acknowledge'), watch.verdict('on_site')]).toEqual(['met', 'unknown']);
  });

  test('a step with nobody on call is skipped aloud and the next one is taken at once', () => {
    const plans = officePark.plans.map((plan) => ({
      ...plan,
      steps: plan.steps.map((step, index) => (index === 0 ? { ...step, page: ['nobody'] } : step)),
    }));
    const watch = opened(trapped, { ...officePark, plans });
    const first = watch.incident.timeline.find((told) => told.kind === 'step');
    expect(first?.detail).toMatchObject({ step: 0, skipped: true, reason: 'nobody on call: nobody' });
    expect(watch.pagedPeople()).toEqual([
      ['li', 0],
      ['zhao', 0],
    ]);
  });

  test('whom the plan alerts is paged at once when a step finds nobody on call', () => {
    const plans = officePark.plans.map((plan) => ({
      ...plan,
      alert: ['wang'],
      steps: plan.steps.map((step, index) => (index === 0 ? { ...step, page: ['nobody'] } : step)),
    }));
    const watch = opened(trapped, { ...officePark, plans });
    expect(watch.pagedPeople()).toEqual([
      ['li', 0],
      ['wang', 0],
      ['zhao', 0],
    ]);
    expect(watch.incident.pages.find(({ to }) => to.person === 'wang')?.step).toBe(0);
  });

  test('an arrival that is only declared does not stop a clock that asks for proof', () => {
    const watch = opened(trapped, {
      ...officePark,
      plans: officePark.plans.map((plan) => ({ ...plan, proof: 'verified' as const })),
    });
    watch.at(T0 + 100_000).command('arrive', 'li');
    expect(watch.verdict('on_site')).toBe('running');
    watch.at(T0 + 200_000).command('arrive', 'li', { proof: 'verified' });
    expect(watch.verdict('on_site')).toBe('met');
  });

  test('a proof that comes later counts from when it came, once, and with the repair too', () => {
    const proving = { ...officePark, plans: officePark.plans.map((plan) => ({ ...plan, proof: 'verified' as const })) };
    for (const verb of ['arrive', 'resolve'] as const) {
      const watch = opened(trapped, proving);
      watch.at(T0 + 100_000).command('arrive', 'li');
      watch.at(T0 + 200_000).command(verb, 'li', { proof: 'verified' });
      watch.at(T0 + 300_000).command('arrive', 'li', { proof: 'verified' });
      expect(watch.clock('on_site')).toMatchObject({ verdict: 'met', proof: 'verified' });
      expect(instantMillis(watch.clock('on_site').metAt ?? '')).toBe(T0 + 200_000);
      const arrivals = watch.incident.timeline.filter(({ kind }) => kind === 'on_site');
      expect(arrivals.map(({ detail }) => detail['proof'])).toEqual(['declared', 'verified']);
    }
  });

  test('a page that was on its way when it was withdrawn is told as what it is: sent', () => {
    const watch = opened();
    const [page] = watch.incident.pages;
    watch.at(T0 + 1_000).command('acknowledge', 'zhao');
    const moved = { kind: 'page', page: page?.id ?? '', reason: null, possibleDuplicate: false } as const;
    watch.feed({ ...moved, state: 'failed' });
    expect(watch.incident.pages[0]?.state).toBe('withdrawn');
    watch.feed({ ...moved, state: 'accepted' });
    expect(watch.incident.pages[0]?.state).toBe('accepted');
  });

  test('nobody has said anything of an incident before there was one', () => {
    const watch = opened();
    const saidAt = new Date(T0 - 60_000).toISOString();
    watch.feed({ kind: 'command', command: { ...command('note', 'li', { receivedAt: T0, note: 'x' }), saidAt } });
    expect(watch.incident.timeline.at(-1)?.detail['saidAt']).toBe(watch.incident.openedAt);
  });

  test('a promise that was broken before it was cancelled stays broken, though nobody had looked since', () => {
    const watch = opened();
    watch.at(T0 + 420_001).command('cancel', 'zhao', { note: 'false alarm' });
    expect(watch.verdict('acknowledge')).toBe('breached');
    expect(watch.verdict('on_site')).toBe('breached');
    expect(watch.verdict('resolve')).toBe('excluded');
  });

  test('a cancelled incident excludes the clocks that still ran, and needs a reason', () => {
    const watch = opened();
    expect(watch.at(T0 + 10_000).command('cancel', 'zhao')).toMatch(/reason/);
    watch.at(T0 + 110_000).command('cancel', 'zhao', { note: 'drill' });
    expect(watch.verdict('acknowledge')).toBe('excluded');
    expect(watch.verdict('on_site')).toBe('excluded');
    expect(dueAt(watch.incident)).toBeNull();
  });

  test('a minor incident starts no clock and pages nobody', () => {
    const watch = opened({ ...trapped, severity: 'minor' });
    watch.runTo(T0 + 500_000);
    expect(watch.incident).toMatchObject({ clocks: [], pages: [], sla: null, plan: null });
  });
});

describe('sensors', () => {
  test('a fault heard twice raises one incident and counts once', () => {
    const watch = opened();
    const { version } = watch.incident;
    watch.at(T0 + 5_000).breach({});
    expect(watch.incident.occurrences).toBe(1);
    expect(watch.incident.version).toBe(version);
  });

  test('a fault that comes back is another occurrence of the same incident', () => {
    const watch = opened();
    watch.at(T0 + 5_000).breach({ state: 'cleared' });
    watch.at(T0 + 9_000).breach({});
    expect(watch.incident).toMatchObject({ occurrences: 2, condition: 'active', response: 'open' });
  });

  test('the condition clears when the last source has cleared, and the response waits for people', () => {
    const watch = opened();
    watch.at(T0 + 1_000).breach({ source: 'rule:entrapment' });
    watch.at(T0 + 2_000).breach({ state: 'cleared' });
    expect(watch.incident.condition).toBe('active');
    watch.at(T0 + 3_000).breach({ state: 'cleared', source: 'rule:entrapment' });
    expect(watch.incident).toMatchObject({ condition: 'cleared', response: 'open' });
    expect(watch.verdict('on_site')).toBe('running');
  });

  test('a test that turns real starts its clocks and its ladder when it does', () => {
    const watch = opened({ ...trapped, severity: 'info' });
    watch.runTo(T0 + 90_000);
    expect(watch.incident.clocks).toEqual([]);
    const plan = planOf(officePark, 'park', { ...trapped, severity: 'critical' });
    watch.feed({ kind: 'breach', breach: { ...trapped, source: 'rule:entrapment' }, plan });
    expect(watch.incident).toMatchObject({ severity: 'critical', sla: 'running' });
    expect(watch.clock('on_site').dueAt).toBe(new Date(T0 + 90_000 + 420_000).toISOString());
    watch.runTo(T0 + 90_000 + 61_000);
    expect(watch.pagedPeople()).toEqual([
      ['li', 90],
      ['li', 150],
      ['zhao', 150],
    ]);
  });

  test('a weaker word about an open incident changes neither its severity nor its clocks', () => {
    const watch = opened();
    const before = watch.incident.clocks;
    watch.feed({ kind: 'breach', breach: { ...trapped, severity: 'minor', source: 'rule:entrapment' }, plan: null });
    expect(watch.incident).toMatchObject({ severity: 'critical', clocks: before });
  });

  test('silence is not recovery', () => {
    const watch = opened();
    watch.at(T0 + 2_000).breach({ state: 'no_data' });
    expect(watch.incident).toMatchObject({ condition: 'no_data', activeSources: ['device:lift-3'] });
  });

  test('resolved and cleared, it closes by itself; while the sensor still says so, it does not', () => {
    const watch = opened();
    watch.at(T0 + 60_000).command('resolve', 'li');
    watch.runTo(T0 + 60_000 + CLOSE_AFTER_MS);
    expect(watch.incident.response).toBe('resolved');
    watch.at(T0 + 61_000 + CLOSE_AFTER_MS).breach({ state: 'cleared' });
    watch.runTo(T0 + 62_000 + CLOSE_AFTER_MS);
    expect(watch.incident.response).toBe('closed');
  });
});

test('whatever happens in whatever order: a breach is written once, over is over, and the events rebuild the state', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 200_000 }), anyInput()), { maxLength: 25 }),
      (happenings) => {
        const watch = opened();
        for (const [wait, input] of happenings) {
          watch.at(watch.now + wait);
          const was = watch.incident;
          watch.feed(input(watch.now));
          if (was.response === 'closed' || was.response === 'cancelled')
            expect(watch.incident.response).toBe(was.response);
          for (const clock of was.clocks.filter(({ verdict }) => verdict === 'met'))
            expect(watch.verdict(clock.term)).toBe('met');
        }
        const breaches = watch.incident.timeline.filter(
          (told) => told.kind === 'clock' && told.detail['verdict'] === 'breached' && !told.detail['metAt'],
        );
        expect(new Set(breaches.map((told) => told.detail['term'])).size).toBe(breaches.length);
        expect(new Set(watch.incident.pages.map((page) => page.id)).size).toBe(watch.incident.pages.length);
        expect(foldAll(watch.events)).toEqual(watch.incident);
        expect(isOpen(watch.incident) || watch.incident.next === null).toBe(true);
      },
    ),
  );
});

// ------------------------------------------------------------------------------------ helpers

function anyInput(): fc.Arbitrary<(now: Millis) => Input> {
  const verbs = [
    'acknowledge',
    'arrive',
    'resolve',
    'close',
    'cancel',
    'note',
    'release',
    'handover',
    'escalate',
  ] as const;
  return fc.oneof(
    fc.constant(() => ({ kind: 'tick' }) as const),
    fc
      .constantFrom('raised' as const, 'cleared' as const, 'no_data' as const)
      .chain((state) =>
        fc
          .constantFrom('device:lift-3', 'rule:entrapment')
          .map((source) => () => ({ kind: 'breach' as const, breach: { ...trapped, state, source } })),
      ),
    fc
      .record({
        verb: fc.constantFrom(...verbs),
        who: fc.constantFrom('li', 'zhao'),
        late: fc.integer({ min: 0, max: 400_000 }),
      })
      .map(({ verb, who, late }) => (now: Millis) => ({
        kind: 'command' as const,
        command: command(verb, who, { receivedAt: now - late, note: 'because', to: 'wang' }),
      })),
  );
}

function command(
  verb: Command['verb'],
  responder: string,
  more: { receivedAt: Millis; note?: string; proof?: Command['proof']; to?: string },
): Command {
  const { receivedAt, note = null, proof = 'declared', to = null } = more;
  return {
    commandId: `c-${verb}-${responder}`,
    incident: 'edge-1-1',
    verb,
    responder,
    receivedAt: new Date(receivedAt).toISOString(),
    via: 'edge',
    note,
    proof,
    to,
  };
}

/** The plan that answers a breach at T0. */
function planOf(registry: Registry, site: string, { severity, fault }: Breach) {
  return freezePlan(registry, { clients: [], contracts: [], site, severity, fault, at: T0 });
}

/** An incident under a clock that the test moves. */
function opened(breach: Breach = trapped, registry = officePark) {
  let incident: Incident | null = null;
  const events: Parameters<typeof foldIncident>[1][] = [];
  const watch = {
    now: T0,
    events,
    get incident(): Incident {
      if (!incident) throw new Error('not opened');
      return incident;
    },
    at(now: Millis) {
      watch.now = now;
      return watch;
    },
    take(facts: readonly IncidentFact[]) {
      for (const fact of facts) {
        const event = {
          ...fact,
          edge: 'edge-1',
          seq: events.length + 1,
          recordedAt: new Date(watch.now).toISOString(),
        };
        events.push(event);
        incident = foldIncident(incident, event);
      }
    },
    feed(input: Input): string | null {
      const { facts, refused } = decide(watch.incident, input, watch.now);
      watch.take(facts);
      return refused;
    },
    tick: () => watch.feed({ kind: 'tick' }),
    breach: (more: Partial<Breach>) => watch.feed({ kind: 'breach', breach: { ...trapped, ...more } }),
    command: (
      verb: Command['verb'],
      who: string,
      more: { receivedAt?: Millis; note?: string; proof?: Command['proof'] } = {},
    ) => watch.feed({ kind: 'command', command: command(verb, who, { receivedAt: watch.now, ...more }) }),
    /** Ticks at every deadline up to `end`, as the gateway does. */
    runTo(end: Millis) {
      for (let due = dueAt(watch.incident); due !== null && due <= end; due = dueAt(watch.incident)) {
        watch.at(Math.max(watch.now, due)).tick();
      }
      watch.now = end;
    },
    clock(term: string) {
      const found = watch.incident.clocks.find((clock) => clock.term === term);
      if (!found) throw new Error(`no clock ${term}`);
      return found;
    },
    verdict: (term: string) => watch.clock(term).verdict,
    /** Who was paged, and how many seconds after T0. */
    pagedPeople: () =>
      watch.incident.timeline
        .filter((told) => told.kind === 'paged')
        .map(
          (told) =>
            [
              (told.detail['page'] as { to: { person: string } }).to.person,
              (instantMillis(told.at) - T0) / 1000,
            ] as const,
        )
        .toSorted((a, b) => a[1] - b[1] || a[0].localeCompare(b[0])),
  };
  const place = directory.asset('elevator-3');
  if (!place) throw new Error('the office park has no elevator-3');
  const plan = planOf(registry, place.site.id, breach);
  const by = { kind: 'sensor', id: 'lift-3' } as const;
  watch.take(
    open({ id: 'edge-1-1', edge: 'edge-1', at: T0, by, breach, place, clients: ['north'], plan, episode: 1 }, T0).facts,
  );
  return watch;
}
