import type {
  ActionLine,
  AlarmLinkView,
  AlarmView,
  FollowUp,
  FollowUpList,
  IncidentReview,
  MilestoneTimes,
  ResponseGroup,
  ResponseStatistics,
  ReviewBody,
  ReviewLine,
} from '@keepsite/cloud-contract';
import { instantText, TERMS, type Incident, type Millis } from '@keepsite/edge-contract';
import { list, type MockRoute } from './mock-route.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SUMMARY = { open: 2, overdue: 1, done: 8, onTime: 7, satisfied: 6, unsatisfied: 1, meanScore: 4.4 };

/** What comes after incidents, made of those that the house has. */
export function afterRoutes(now: () => Millis, all: () => readonly Incident[]) {
  const reviews = new Map<string, IncidentReview>();
  const reviewOf = (id: string): IncidentReview =>
    reviews.get(id) ?? { incident: id, required: true, state: 'missing', versions: [] };
  let taken: Pick<AlarmView, 'acknowledgedAt' | 'acknowledgedBy'> = { acknowledgedAt: null, acknowledgedBy: null };
  const gets: MockRoute<URLSearchParams>[] = [
    [/^\/api\/follow-ups$/, (_, query) => followUps(query.get('state') ?? 'open', now(), all())],
    [/^\/api\/response\/statistics$/, (_, query) => statistics(query, now(), all())],
    [/^\/api\/reviews$/, () => list(all().map((one) => lineOf(one, reviewOf(one.id))))],
    [/^\/api\/review-actions$/, () => list(actions(now(), all()))],
    [/^\/api\/incidents\/([^/]+)\/review$/, ([id = '']) => reviewOf(id)],
    [/^\/api\/alarms$/, () => list(alarms(now(), taken))],
    [/^\/api\/alarms\/([^/]+)$/, ([id = '']) => wholeAlarm(id, now(), taken)],
    [/^\/api\/alarm-links\/[^/]+$/, () => alarmLink(now(), taken)],
  ];
  const posts: MockRoute<ReviewBody & { by: string }>[] = [
    [/^\/api\/follow-ups\/([^/]+)\/attempts$/, () => followUps('open', now(), all()).items[0]],
    [
      /^\/api\/incidents\/([^/]+)\/review$/,
      ([id = ''], body) => {
        const version = { ...body, recordedAt: instantText(now()) };
        const review = { ...reviewOf(id), state: body.state, versions: [version, ...reviewOf(id).versions] };
        reviews.set(id, review);
        return review;
      },
    ],
    [
      /^\/api\/alarms\/([^/]+)\/acknowledge$/,
      (_, { by }) => {
        taken = { acknowledgedAt: instantText(now()), acknowledgedBy: by };
        return alarms(now(), taken)[0];
      },
    ],
    [
      /^\/api\/alarm-links\/[^/]+\/acknowledge$/,
      () => {
        taken = { acknowledgedAt: instantText(now()), acknowledgedBy: 'li-na' };
        return alarmLink(now(), taken);
      },
    ],
  ];
  return { gets, posts };
}

function followUps(state: string, now: Millis, incidents: readonly Incident[]): FollowUpList {
  const late = followUp(0, now, incidents, { overdue: true, dueAt: instantText(now - 3 * HOUR) });
  const tried = followUp(1, now, incidents, {
    kind: 'repair',
    nextAt: instantText(now + 20 * HOUR),
    attempts: [
      {
        at: instantText(now - 4 * HOUR),
        by: 'li-na',
        outcome: 'unreachable',
        score: null,
        note: 'line busy',
        nextAt: instantText(now + 20 * HOUR),
      },
    ],
  });
  const done = followUp(2, now, incidents, {
    state: 'done',
    outcome: 'satisfied',
    score: 5,
    doneAt: instantText(now - DAY),
    doneBy: 'li-na',
  });
  const shown = { open: [late, tried], overdue: [late], done: [done] }[state] ?? [];
  return { ...list(shown), items: shown, summary: SUMMARY };
}

function followUp(index: number, now: Millis, incidents: readonly Incident[], over: Partial<FollowUp>): FollowUp {
  const about = incidents.slice(index, index + 1 + index * 2);
  return {
    id: `follow-up-${index + 1}`,
    client: about[0]?.clients[0] ?? 'yunqi-park',
    officer: 'li-na',
    state: 'open',
    overdue: false,
    kind: 'incident',
    title: { en: 'Ask how it went', zh: '询问处理结果' },
    openedAt: instantText(now - DAY),
    dueAt: instantText(now + 5 * HOUR),
    nextAt: null,
    outcome: null,
    score: null,
    doneAt: null,
    doneBy: null,
    incidents: about.map(({ id, site, asset, fault, severity, openedAt, resolvedAt, sla }) => ({
      id,
      site,
      asset,
      fault,
      severity,
      openedAt,
      resolvedAt,
      sla,
    })),
    attempts: [],
    ...over,
  };
}

function statistics(query: URLSearchParams, now: Millis, incidents: readonly Incident[]): ResponseStatistics {
  const by = (query.get('by') ?? 'site') as ResponseGroup;
  const keys: Record<ResponseGroup, string[]> = {
    client: ['yunqi-park', 'nangang-dc'],
    site: ['yunqi', 'nangang', 'tianhe'],
    fault: ['entrapment', 'leak'],
    month: ['2026-09', '2026-10', '2026-11'],
  };
  const ids = incidents.map(({ id }) => id);
  const times = TERMS.map((term, index) => milestone(term, (index + 1) ** 2 * 47, ids));
  return {
    from: `${query.get('from')}T00:00:00.000Z`,
    to: instantText(now),
    timeZone: 'Asia/Shanghai',
    incidents: ids.length,
    leftOut: { drills: 1, simulated: 4, cancelled: 0 },
    times,
    repeats: {
      withinDays: 30,
      closed: 9,
      repeated: 1,
      rate: 1 / 9,
      items: [
        {
          first: ids.at(-1) ?? '',
          again: ids[0] ?? '',
          asset: incidents[0]?.asset ?? '',
          fault: incidents[0]?.fault ?? '',
          days: 12.3,
        },
      ],
    },
    by,
    groups: keys[by].map((key) => {
      const short = times.map(({ incidents: _incidents, ...time }) => time);
      return { key, incidents: 2, ids: ids.slice(0, 2), times: short, repeated: 0, closed: 3 };
    }),
  };
}

function milestone(term: MilestoneTimes['term'], seconds: number, ids: readonly string[]): MilestoneTimes {
  return {
    term,
    seconds: { p50: seconds, p95: seconds * 2.3 },
    counted: ids.length,
    waiting: 1,
    never: 0,
    unknown: 1,
    excluded: 0,
    incidents: ids.map((id, index) => ({
      id,
      seconds: seconds * (3 - index / 3),
      verdict: index < 1 ? 'breached' : 'met',
    })),
  };
}

function lineOf(incident: Incident, review: IncidentReview): ReviewLine {
  const { severity, site, asset, fault, openedAt } = incident;
  const { versions, ...rest } = review;
  return {
    ...rest,
    severity,
    site,
    asset,
    fault,
    openedAt,
    breached: incident.sla === 'breached',
    version: versions[0]?.version ?? null,
    openActions: 1,
    overdueActions: incident.sla === 'breached' ? 1 : 0,
  };
}

function actions(now: Millis, incidents: readonly Incident[]): ActionLine[] {
  const due = (days: number): string => instantText(now + days * DAY).slice(0, 10);
  const action = { owner: 'zhao-min', doneAt: null, incident: incidents[0]?.id ?? '' };
  return [
    { ...action, id: 'a1', text: 'Have the door operator of lift 3 replaced', due: due(-2), overdue: true },
    { ...action, id: 'a2', text: 'Second key of the machine room for the night crew', due: due(9), overdue: false },
  ];
}

type Taken = Pick<AlarmView, 'acknowledgedAt' | 'acknowledgedBy'>;

function wholeAlarm(id: string, now: Millis, taken: Taken): AlarmView | undefined {
  const found = alarms(now, taken).find((alarm) => alarm.id === id);
  return found && { ...found, timeline: storyOf(found) };
}

/** Li Na's own link to the alarm that is open. */
function alarmLink(now: Millis, taken: Taken): AlarmLinkView | null {
  const [alarm] = alarms(now, taken);
  if (!alarm) return null;
  return {
    person: { id: 'li-na', name: '李娜' },
    place: { en: 'Lakeside Data Center (edge-1)', zh: '湖畔数据中心 (edge-1)' },
    isBlind: alarm.blind.length > 0,
    openedAt: alarm.openedAt,
    endedAt: alarm.endedAt,
    acknowledgedAt: alarm.acknowledgedAt,
    acknowledgedBy: alarm.acknowledgedBy === null ? null : { id: alarm.acknowledgedBy, name: '李娜' },
    timeline: storyOf(alarm),
  };
}

function storyOf({ openedAt, endedAt, acknowledgedAt, spells }: AlarmView): AlarmView['timeline'] {
  const at = (seconds: number): string => instantText(Date.parse(openedAt) + seconds * 1000);
  const sent = { kind: 'paged', channel: 'web-push', step: 0, reason: null } as const;
  return [
    { at: spells[0]?.since ?? openedAt, kind: 'silent', edge: 'edge-1' },
    {
      ...sent,
      at: at(2),
      who: '赵敏',
      channel: 'duty-robot',
      state: 'failed',
      reason: 'HTTP 200: 310000 sign not match',
    },
    { ...sent, at: at(3), who: '赵敏', channel: 'phone', state: 'accepted' },
    { ...sent, at: at(182), who: '李娜', state: 'accepted', step: 1 },
    ...(acknowledgedAt === null
      ? []
      : [{ at: acknowledgedAt, kind: 'acknowledged', who: '李娜', note: null } as const]),
    ...(endedAt === null ? [] : [{ at: endedAt, kind: 'ended' } as const]),
  ];
}

function alarms(now: Millis, taken: Pick<AlarmView, 'acknowledgedAt' | 'acknowledgedBy'>): AlarmView[] {
  const past = { since: instantText(now - 3 * DAY), until: instantText(now - 3 * DAY + 900_000) };
  const common = { kind: 'blind_site', note: null } as const;
  return [
    {
      ...common,
      id: 'alarm-2',
      edges: ['edge-1'],
      duty: [{ list: 'roster', edge: 'edge-1', plan: 'seven-minutes' }],
      pages: [],
      timeline: [],
      blind: ['edge-1'],
      openedAt: instantText(now - 300_000),
      endedAt: null,
      ...taken,
      spells: [{ edge: 'edge-1', since: instantText(now - 330_000), until: null }],
    },
    {
      ...common,
      id: 'alarm-1',
      edges: ['edge-1'],
      duty: [{ list: 'file' }],
      pages: [],
      timeline: [],
      blind: [],
      openedAt: past.since,
      endedAt: past.until,
      acknowledgedAt: past.since,
      acknowledgedBy: 'zhao-min',
      spells: [{ edge: 'edge-1', ...past }],
    },
  ];
}
