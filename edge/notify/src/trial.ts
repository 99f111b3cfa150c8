import type { Incident } from '@keepsite/edge-contract';
import type { OutgoingPage } from './channel.ts';
import { LANGUAGES } from './message.ts';
import type { Way } from './personal.ts';

/** A message that tests a channel, clearly marked as such in every language and field. */
export function trialPage(
  way: Way,
  who: { readonly person: string; readonly name: string; readonly edge: string; readonly id: string },
  now: number,
): OutgoingPage {
  const at = new Date(now).toISOString();
  const to = { person: who.person, name: who.name, channel: way.channel, address: way.address };
  return {
    page: {
      id: `test.${who.id}`,
      step: 0,
      to,
      channel: way.channel,
      state: 'sending',
      at,
      possibleDuplicate: false,
      reason: null,
    },
    incident: trialIncident(who.edge, `test.${who.id}`, at),
    attempt: 1,
    possibleDuplicate: false,
    test: true,
    languages: LANGUAGES,
    place: { en: '-', zh: '-' },
    timeZone: 'UTC',
    link: null,
    now,
  };
}

function trialIncident(edge: string, id: string, at: string): Incident {
  return {
    id,
    edge,
    site: 'test',
    zone: null,
    asset: 'test',
    device: null,
    fault: 'unknown',
    vendorCode: null,
    severity: 'info',
    summary: { en: 'Test', zh: '测试' },
    clients: [],
    condition: 'active',
    response: 'open',
    sla: null,
    clocks: [],
    occurrences: 1,
    episode: 1,
    responder: null,
    openedAt: at,
    acknowledgedAt: null,
    onSiteAt: null,
    resolvedAt: null,
    closedAt: null,
    deviceAt: null,
    detectionLagMs: null,
    source: 'test',
    activeSources: [],
    simulated: true,
    plan: null,
    ladderFrom: at,
    stepsDone: 0,
    rounds: 0,
    next: null,
    timeline: [],
    pages: [],
    hold: null,
    group: null,
    version: 1,
  };
}
