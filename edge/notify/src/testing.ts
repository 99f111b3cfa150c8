import type { ChannelDeps, OutgoingPage } from './channel.ts';

/** A page of a critical incident 12 s after it began, for the tests of this room. */
export function examplePage(over: Partial<OutgoingPage> = {}, address = 'https://hooks.example/crew'): OutgoingPage {
  const clock = { term: 'on_site', startedAt: '2026-03-02T08:15:30.120Z', dueAt: '2026-03-02T08:22:30.120Z' } as const;
  const page = {
    id: 'inc-1:0:li:webhook',
    step: 0,
    to: { person: 'li', name: 'Li Na', channel: 'webhook', address },
    channel: 'webhook',
    state: 'sending',
    at: '2026-03-02T08:15:31.000Z',
    possibleDuplicate: false,
    reason: null,
  } as const;
  return {
    page,
    incident: {
      id: 'inc-1',
      edge: 'edge-1',
      site: 'park',
      zone: 'tower-a',
      asset: 'lift-3',
      device: 'monitor-3',
      fault: 'entrapment',
      vendorCode: '03',
      severity: 'critical',
      summary: { en: 'Passenger trapped in Lift 3', zh: '3 号梯困人' },
      clients: [],
      condition: 'active',
      response: 'open',
      sla: 'running',
      clocks: [{ ...clock, metAt: null, verdict: 'running', proof: null }],
      occurrences: 1,
      episode: 1,
      responder: null,
      openedAt: '2026-03-02T08:15:30.120Z',
      acknowledgedAt: null,
      onSiteAt: null,
      resolvedAt: null,
      closedAt: null,
      deviceAt: null,
      detectionLagMs: null,
      source: 'device:monitor-3',
      activeSources: ['device:monitor-3'],
      simulated: false,
      plan: null,
      ladderFrom: '2026-03-02T08:00:00.000Z',
      stepsDone: 0,
      rounds: 0,
      next: null,
      timeline: [],
      pages: [page],
      hold: null,
      group: null,
      version: 1,
    },
    attempt: 1,
    possibleDuplicate: false,
    test: false,
    languages: ['zh', 'en'],
    place: { en: 'Tower A, Lift 3', zh: 'A 座 3 号梯' },
    timeZone: 'Asia/Shanghai',
    link: 'http://127.0.0.1:7070/incidents/inc-1',
    now: Date.parse('2026-03-02T08:15:42.120Z'),
    ...over,
  };
}

/** Dependencies that reach nothing unless a test replaces them. */
export function exampleDeps(over: Partial<ChannelDeps> = {}): ChannelDeps {
  return {
    fetch: () => Promise.reject(new Error('no network in tests')),
    wallNow: () => 1_767_225_600_000,
    random: () => 0.5,
    publish: () => Promise.reject(new Error('no broker')),
    log: () => undefined,
    assertAllowedUrl: () => undefined,
    timeoutMs: 5_000,
    ...over,
  };
}
