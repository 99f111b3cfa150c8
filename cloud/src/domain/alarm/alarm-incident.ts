import { foldAll, IncidentChange, instantText, type Incident, type Millis, type Page } from '@keepsite/edge-contract';
import { allEdges, blindEdges, type Alarm, type AlarmPageKind } from './alarm.ts';
import type { Duty } from './duty.ts';
import { nameOf } from './timeline.ts';

type Words = Incident['summary'];
/** The names of the sites that an edge serves. */
export type SitesOf = (edge: string) => readonly Words[];

/** More names than this make a page that nobody reads. */
const NAMED = 3;

/**
 * An alarm in the shape that channels take: pages are about incidents. It is no incident of an edge,
 * stands in no evidence and counts in no SLA.
 */
export function alarmIncident(
  alarm: Alarm,
  kind: AlarmPageKind,
  severity: Duty['severity'],
  pages: readonly Page[],
): Incident {
  const at = instantText(firstSilence(alarm));
  const change = IncidentChange.parse({
    kind: 'opened',
    site: 'cloud',
    zone: null,
    asset: allEdges(alarm)[0] ?? 'cloud',
    device: null,
    fault: 'no_data',
    vendorCode: 'blind_site',
    severity: kind === 'blind' ? severity : 'info',
    source: 'cloud:watch',
    summary: SENTENCES[kind](edgesOf(alarm, kind).length, nameOf(alarm.acknowledgedBy ?? '–', pages)),
    clients: [],
    deviceAt: null,
    detectionLagMs: null,
    episode: 1,
    evidence: [],
    plan: null,
    clocks: [],
  });
  const event = { edge: 'cloud', seq: 1, incident: alarm.id, at, recordedAt: at, by: SYSTEM, change };
  const incident = foldAll([event]);
  if (!incident) throw new RangeError(`alarm ${alarm.id} makes no incident`);
  const response = RESPONSE[kind];
  return { ...incident, response, rounds: Math.max(0, alarm.rounds - 1), pages: [...pages] };
}

const SYSTEM = { kind: 'system', id: 'cloud' } as const;
const RESPONSE = { blind: 'open', acknowledged: 'acknowledged', back: 'closed' } as const;

/** What the page says has happened; where, says {@link alarmPlace}. */
const SENTENCES: Record<AlarmPageKind, (n: number, who: string) => Words> = {
  blind: (n) => ({
    en: `Blind: nothing heard of ${n === 1 ? 'the gateway' : `${n} gateways`}, what happens there is unknown`,
    zh: `站点失联：${n === 1 ? '网关' : `${n} 台网关`}没有音讯，现场情况未知`,
  }),
  acknowledged: (_, who) => ({ en: `Blind site: ${who} takes it`, zh: `站点失联：${who} 已接手` }),
  back: (n) => ({
    en: n === 1 ? 'The gateway is heard again' : `${n} gateways are heard again`,
    zh: n === 1 ? '网关已恢复联系' : `${n} 台网关已恢复联系`,
  }),
};

/** The sites that it is about, with the gateways that serve them; of a page about silence those that are silent. */
export function alarmPlace(alarm: Alarm, kind: AlarmPageKind, sitesOf: SitesOf): Words {
  const edges = edgesOf(alarm, kind);
  return { en: namesOf(edges, sitesOf, 'en'), zh: namesOf(edges, sitesOf, 'zh') };
}

function edgesOf(alarm: Alarm, kind: AlarmPageKind): string[] {
  return kind === 'blind' ? blindEdges(alarm) : allEdges(alarm);
}

function namesOf(edges: readonly string[], sitesOf: SitesOf, language: 'en' | 'zh'): string {
  const names = edges.map((edge) => {
    const sites = sitesOf(edge).map((site) => site[language]);
    return sites.length > 0 ? `${sites.join(language === 'en' ? ', ' : '、')} (${edge})` : edge;
  });
  const rest = names.length - NAMED;
  const shown = names.slice(0, NAMED).join(language === 'en' ? '; ' : '；');
  if (rest <= 0) return shown;
  return language === 'en' ? `${shown} and ${rest} more` : `${shown} 等 ${names.length} 处`;
}

function firstSilence({ spells, openedAt }: Alarm): Millis {
  return Math.min(openedAt, ...spells.filter(({ until }) => until === null).map(({ since }) => since));
}
