import type { RepairReport, SpendingStatement } from '@keepsite/cloud-contract';
import {
  instantText,
  progressOf,
  reportOf,
  type AssetCode,
  type CodePlace,
  type Incident,
  type LinkView,
  type Millis,
  type RepairBody,
} from '@keepsite/edge-contract';
import type { MockHouse } from './mock-house.ts';
import { REGISTRY } from './mock-registry.ts';
import { list, type MockRoute } from './mock-route.ts';

const DAY = 86_400_000;
const ZONE = 'Asia/Shanghai';

/** Somebody wants something mended. */
export const REPAIR: RepairBody = {
  commandId: 'report-0001',
  asset: 'nangang-pump-room',
  category: 'plumbing',
  urgency: 'urgent',
  channel: 'call',
  text: '泵房地面有水，阀门处一直在滴。',
  photos: [],
  reporter: { name: '周先生', contact: '138 0000 0000' },
};

/** Repairs, the pages of those who are not signed in, and what a month cost; any token is good. */
export function repairRoutes(house: MockHouse, now: () => Millis) {
  const all = (): Incident[] => [...house.incidents.values()];
  const repairs = (): Incident[] => all().filter(({ repair }) => repair);
  const gets: MockRoute<URLSearchParams>[] = [
    [/^\/api\/repairs\/places\/[^/]+\/form$/, () => placeForm()],
    [/^\/api\/repairs\/progress\/[^/]+$/, () => progress(repairs()[0], now())],
    [/^\/api\/repairs\/[^/]+\/reporters$/, () => list([{ report: REPAIR.commandId, ...REPAIR.reporter }])],
    [
      /^\/api\/clients\/([^/]+)\/repairs$/,
      ([id = ''], query) => report(id, query.get('period') ?? '', repairs(), now()),
    ],
    [
      /^\/api\/clients\/([^/]+)\/spending$/,
      ([id = ''], query) => statement(id, query.get('period') ?? '', all(), now()),
    ],
    [/^\/api\/links\/[^/]+$/, () => linkView(all(), now())],
    [/^\/api\/codes$/, () => list(REGISTRY.assets.map(({ id }) => codeOf(id)))],
    [/^\/api\/codes\/[^/]+$/, () => codePlace(all())],
  ];
  const posts: MockRoute<RepairBody>[] = [
    [/^\/api\/repairs(?:\/places\/[^/]+)?$/, (_, body) => answer(body, house, now())],
    [
      /^\/api\/repairs\/progress\/[^/]+\/photos$/,
      () => ({ commandId: 'photo', state: 'done', modified: true, reason: null }),
    ],
  ];
  return { gets, posts };
}

function answer(body: RepairBody, house: MockHouse, now: Millis): unknown {
  const incident = house.report(reportOf({ ...REPAIR, ...body }), now);
  return { commandId: body.commandId, state: 'done', modified: true, reason: null, incident, progress: 'token' };
}

function placeForm(): unknown {
  const { name, place } = codeOf('nangang-pump-room');
  return {
    asset: name,
    place,
    categories: ['plumbing', 'electrical', 'cleaning', 'other'],
    promise: { urgentAnswerMinutes: 30, ordinaryArrangeHours: 24 },
  };
}

function progress(incident: Incident | undefined, now: Millis): unknown {
  const places = placesOf(incident?.asset ?? '');
  if (!incident || !places) return undefined;
  const told = progressOf(incident, REPAIR.commandId, places);
  return told && { ...told, now: instantText(now) };
}

function linkView(incidents: readonly Incident[], now: Millis): LinkView | undefined {
  const incident = incidents.find(({ response, plan }) => response === 'open' && plan);
  if (!incident) return undefined;
  const [person, ...others] = REGISTRY.people.map(({ id, name }) => ({ id, name }));
  return {
    incident,
    person: person ?? { id: 'wang-wei', name: 'Wang Wei' },
    place: codeOf(incident.asset).place,
    timeZone: ZONE,
    may: ['acknowledge', 'arrive', 'resolve', 'note', 'escalate', 'release', 'handover'],
    others,
    now: instantText(now),
    scale: 1,
    expiresAt: instantText(now + DAY / 2),
  };
}

function codePlace(incidents: readonly Incident[]): CodePlace {
  const asset = 'yunqi-a-lift-3';
  const { name, place } = codeOf(asset);
  const open = incidents.filter((one) => one.asset === asset && one.response === 'open');
  return { asset, name, place, isCurrent: true, incidents: open };
}

function codeOf(asset: string): AssetCode {
  const found = placesOf(asset);
  const both = (language: 'en' | 'zh'): string =>
    found ? `${found.site.name[language]} · ${found.zone.name[language]}` : asset;
  return {
    asset,
    name: found?.asset.name ?? { en: asset, zh: asset },
    place: { en: both('en'), zh: both('zh') },
    code: 'K7QF-2M9X',
    version: 1,
    url: '/a/K7QF-2M9X',
  };
}

function placesOf(id: string) {
  const asset = REGISTRY.assets.find((one) => one.id === id);
  const zone = REGISTRY.zones.find((one) => one.id === asset?.zone);
  const site = REGISTRY.sites.find((one) => one.id === zone?.site);
  return asset && zone && site ? { asset, zone, site } : undefined;
}

function report(client: string, period: string, repairs: readonly Incident[], now: Millis): RepairReport {
  return {
    client,
    period,
    ...month(now),
    firstTimeFixDays: 14,
    reported: repairs.length,
    inTime: { met: 5, breached: 1, running: 1, attainment: 5 / 6 },
    firstTimeFix: { yes: 4, no: 1, open: 1, tooEarly: 1, rate: 0.8 },
    items: repairs.flatMap(({ id, asset, openedAt, resolvedAt, repair }) =>
      repair
        ? [
            {
              id,
              asset,
              category: repair.category,
              urgency: repair.urgency,
              channel: repair.channel,
              openedAt,
              dueAt: null,
              answer: null,
              resolvedAt,
              firstTimeFix: 'open' as const,
              cameBackAs: null,
              simulated: true,
            },
          ]
        : [],
    ),
  };
}

function statement(client: string, period: string, incidents: readonly Incident[], now: Millis): SpendingStatement {
  const [incident] = incidents;
  return {
    client,
    site: null,
    period,
    timeZone: ZONE,
    ...month(now),
    totals: [
      { currency: 'CNY', withoutApproval: '12000.00', approved: '64000.00', givenBack: '0.00', total: '76000.00' },
    ],
    lines: [
      {
        incident: incident?.id ?? '',
        edge: 'edge-1',
        seq: 31,
        at: instantText(now - DAY),
        site: 'nangang',
        asset: incident?.asset ?? '',
        fault: incident?.fault ?? '',
        kind: 'spent',
        order: 'o1',
        contractor: { en: 'Jiangnan Pumps', zh: '江南泵业' },
        what: { en: 'Pump truck', zh: '抽水车' },
        quantity: 2,
        amount: '12000.00',
        currency: 'CNY',
        approvedBy: null,
        remaining: '38000.00',
        dueAt: instantText(now - DAY + 1_800_000),
        confirmedAt: instantText(now - DAY + 180_000),
        confirmedBy: 'contractor:jiangnan',
        arrivesAt: instantText(now - DAY + 1_500_000),
        arrivedAt: instantText(now - DAY + 1_560_000),
        arrivedBy: 'contractor:jiangnan',
        reason: null,
        givenBackBy: null,
        clients: 2,
        simulated: true,
      },
    ],
  };
}

function month(now: Millis): { readonly from: string; readonly to: string } {
  return { from: instantText(now - 20 * DAY), to: instantText(now + 10 * DAY) };
}
