import type { EdgeResponse, ResponseCheck, ResponseCheckBody, ResponseVersion } from '@keepsite/cloud-contract';
import {
  instantText,
  ResponseBook,
  type Duty,
  type Millis,
  type FrozenPlan,
  type OnCall,
  type Plan,
  type Recipient,
  type ResponseFinding,
  type ResponseState,
  type RosterView,
} from '@keepsite/edge-contract';
import { REGISTRY } from './mock-registry.ts';
import { list, type MockRoute } from './mock-route.ts';

const ZONE = 'Asia/Shanghai';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** China is eight hours ahead of UTC all year. */
const AHEAD = 8 * HOUR;
const NAME = { en: 'Lift crew', zh: '电梯班组' };
const NIGHT = { en: 'Night duty', zh: '夜间值守' };
const TURNS = ['wang-wei', 'li-na', 'chen-hao'];

const FINDINGS: readonly ResponseFinding[] = [
  {
    level: 'warning',
    place: 'rosters.lifts',
    text: { en: 'nobody is on call on Sunday from 02:00 to 06:00', zh: '周日 02:00 至 06:00 无人值班' },
  },
];

const BOOK: ResponseBook = ResponseBook.parse({
  people: REGISTRY.people,
  crews: REGISTRY.crews,
  calendars: [],
  contracts: [],
  rosters: [
    {
      id: 'lifts',
      version: 4,
      name: NAME,
      zone: ZONE,
      layers: [{ id: 'turns', members: TURNS, from: '2026-01-05T08:00', every: 1, unit: 'days' }],
    },
  ],
  plans: [
    {
      id: 'seven-minutes',
      version: 3,
      severities: ['critical', 'major'],
      terms: { acknowledge: 60, on_site: 420, resolve: 3600 },
      repeatEverySeconds: 120,
      alert: ['zhao-min'],
      steps: [
        { afterSeconds: 0, page: ['lifts'], channels: ['dingtalk', 'sms'] },
        { afterSeconds: 20, when: 'not_accepted', page: ['lifts'], channels: ['voice'] },
        { afterSeconds: 60, when: 'open', page: ['crew-a'], channels: ['voice'], release: true },
        { afterSeconds: 300, when: 'not_on_site', page: ['zhao-min'], note: 'the supervisor decides' },
      ],
    },
  ],
});

/** Rosters and plans, at the edge itself and at the cloud for one of its edges. */
export function responseRoutes(now: () => Millis): { gets: MockRoute[]; posts: MockRoute<object>[] } {
  return {
    gets: [
      [/^\/api(?:\/edges\/[^/]+)?\/on-call$/, () => ({ items: onCall(now()), at: instantText(now()) })],
      [/^\/api(?:\/edges\/[^/]+)?\/rosters\/lifts$/, () => week(now())],
      [/^\/api\/response$/, () => ownState()],
      [/^\/api\/edges\/[^/]+\/response$/, () => cloudState(now())],
      [/^\/api\/edges\/[^/]+\/response\/versions$/, () => list(versions(now()))],
    ],
    posts: [
      [/\/response\/check$/, (_, body) => checked(body as ResponseCheckBody, now())],
      [/\/response(?:\/rollback)?$/, () => cloudState(now())],
      [/\/rosters\/[^/]+\/changes$/, () => ({ id: 'change-2', findings: [] })],
    ],
  };
}

function ownState(): ResponseState {
  return { source: 'cloud', version: 12, trouble: null, book: BOOK, findings: [...FINDINGS] };
}

function cloudState(now: Millis): EdgeResponse {
  const [newest] = versions(now);
  return {
    edge: 'edge-1',
    newest: newest ?? null,
    active: 11,
    book: BOOK,
    told: { at: instantText(now - HOUR), book: BOOK },
    inForce: BOOK,
    findings: [...FINDINGS],
  };
}

/** Knows two mistakes, so that a page can be seen to show them where they belong. */
function checked({ book, rehearse, week: asked }: ResponseCheckBody, now: Millis): ResponseCheck {
  const found = book.plans.flatMap(({ id, steps }) =>
    steps.flatMap((step, index): ResponseFinding[] => {
      const place = `plans.${id}.steps.${index + 1}`;
      const before = steps[index - 1]?.afterSeconds ?? 0;
      const isEmpty = step.page.length === 0 && !step.release && !step.dispatch?.length;
      return [
        ...(isEmpty ? [{ level: 'error' as const, place, field: 'page', text: EMPTY }] : []),
        ...(step.afterSeconds < before
          ? [{ level: 'error' as const, place, field: 'afterSeconds', text: earlier(step.afterSeconds, before) }]
          : []),
      ];
    }),
  );
  const plan = book.plans.find(({ id }) => id === rehearse?.plan);
  return {
    findings: [...found, ...FINDINGS],
    onCall: { items: onCall(now), at: instantText(now) },
    rehearsed: (rehearse?.at ?? []).map((at) => ({
      at,
      plan: plan && found.length === 0 ? rehearsed(plan, book, Date.parse(at)) : null,
    })),
    week: asked ? weekAsWritten(book, asked, now) : null,
  };
}

/** A week of a roster by the turns of its layers, by whole days: the clock and the hours of a layer do not count. */
function weekAsWritten(
  book: ResponseBook,
  { roster: id, from }: NonNullable<ResponseCheckBody['week']>,
  now: Millis,
): RosterView | null {
  const roster = book.rosters.find((one) => one.id === id);
  if (!roster || roster.zone !== ZONE) return null;
  const first = from === undefined ? midnight(now) : Date.parse(`${from}T00:00:00+08:00`);
  const { version, name, zone, layers } = roster;
  const shifts = Array.from({ length: 8 }, (_, index) => first + (index - 1) * DAY + 8 * HOUR).flatMap((start) =>
    layers.flatMap(({ id: layer, members, from: begun, every, unit }) => {
      const turns = Math.floor((start - Date.parse(`${begun}:00+08:00`)) / (every * UNITS[unit]));
      const member = members[((turns % members.length) + members.length) % members.length] ?? '';
      const people = book.crews.find((crew) => crew.id === member)?.members ?? [member];
      return people.map((person) => ({ ...turn(start, 0), person, name: nameOf(person), layer }));
    }),
  );
  return { ...emptyWeek(first), roster: id, version, name, zone, shifts };
}

const UNITS = { hours: HOUR, days: DAY, weeks: 7 * DAY };

const EMPTY = {
  en: 'the step is empty: it pages nobody and releases nothing',
  zh: '步骤为空：既不通知任何人，也不释放认领',
};

function earlier(after: number, before: number): ResponseFinding['text'] {
  return {
    en: `it comes after ${after} s, and the step before it after ${before} s`,
    zh: `本步骤为 ${after} 秒，前一步骤却为 ${before} 秒`,
  };
}

/** By day whoever's turn it is, by night nobody. */
function rehearsed(plan: Plan, book: ResponseBook, at: Millis): FrozenPlan {
  const isNight = new Date(at + AHEAD).getUTCHours() < 8;
  const onDuty = isNight ? [] : [TURNS[Math.floor((at + AHEAD) / DAY) % TURNS.length] ?? ''];
  const peopleOf = (id: string): readonly string[] =>
    book.rosters.some((roster) => roster.id === id)
      ? onDuty
      : (book.crews.find((crew) => crew.id === id)?.members ?? [id]);
  const reach = (ids: readonly string[], channels?: readonly string[]): Recipient[] =>
    ids
      .flatMap(peopleOf)
      .flatMap((person) =>
        (channels ?? ['dingtalk']).map((channel) => ({ person, name: nameOf(person), channel, address: person })),
      );
  const { id, version, terms, proof } = plan;
  return {
    id,
    version,
    terms,
    proof,
    steps: plan.steps.map((step) => {
      const to = reach(step.page, step.channels);
      return { ...step, to, ...(to.length === 0 && step.page.length > 0 && { nobody: 'nobody on call' }) };
    }),
    alert: reach(plan.alert ?? []),
  };
}

function versions(now: Millis): ResponseVersion[] {
  const at = (days: number): string => instantText(now - days * DAY);
  return [
    { version: 12, at: at(0.1), by: 'zhao-min', note: 'Liu Yang back from leave', state: 'pending', reason: null },
    { version: 11, at: at(6), by: 'zhao-min', note: null, state: 'active', reason: null },
    {
      version: 10,
      at: at(7),
      by: null,
      note: null,
      state: 'refused',
      reason: 'plans.0.steps.2.page: nobody is called crew-b',
    },
  ];
}

function onCall(now: Millis): OnCall[] {
  const today = midnight(now) + 8 * HOUR;
  const common = { version: 4, zone: ZONE };
  const first = turn(today, 0);
  return [
    {
      ...common,
      roster: 'lifts',
      name: NAME,
      now: [first, { ...first, person: 'liu-yang', name: nameOf('liu-yang'), layer: null, because: 'override' }],
      next: { at: first.to, people: [{ person: 'li-na', name: nameOf('li-na') }] },
      gaps: [{ from: instantText(today + 5 * DAY), to: instantText(today + 5 * DAY + 4 * HOUR) }],
      notes: [
        {
          id: 'note-1',
          by: 'chen-hao',
          at: instantText(now - 5 * HOUR),
          text: 'Lift 3: key of the machine room is at the gate.',
        },
      ],
    },
    { ...common, roster: 'night', name: NIGHT, now: [], next: null, gaps: [], notes: [] },
  ];
}

/** Seven days from a midnight on, and nobody works. */
function emptyWeek(from: Millis): RosterView {
  const days = Array.from({ length: 7 }, (_, index) => {
    const at = from + index * DAY;
    const day = instantText(at + AHEAD).slice(0, 10);
    const isWeekend = [0, 6].includes(new Date(at + AHEAD).getUTCDay());
    return {
      day,
      from: instantText(at),
      to: instantText(at + DAY),
      kind: isWeekend ? ('weekend' as const) : ('workday' as const),
      name: index === 3 ? { en: 'Works in lieu', zh: '调休' } : null,
    };
  });
  const none = { shifts: [], gaps: [], overrides: [], swaps: [], notes: [], local: [] };
  return { roster: 'lifts', version: 4, name: NAME, zone: ZONE, days, ...none };
}

function week(now: Millis): RosterView {
  const from = midnight(now);
  const gap = { from: instantText(from + 5 * DAY + 8 * HOUR), to: instantText(from + 5 * DAY + 14 * HOUR) };
  const notes = onCall(now).flatMap((one) => one.notes);
  return {
    ...emptyWeek(from),
    shifts: [-1, 0, 1, 2, 3, 4, 6].map((index) => turn(from + 8 * HOUR, index)),
    gaps: [gap],
    overrides: [
      {
        id: 'change-1',
        by: 'zhao-min',
        at: instantText(now - HOUR),
        from: instantText(from + 8 * HOUR),
        to: instantText(from + 32 * HOUR),
        off: [],
        on: ['liu-yang'],
        reason: 'fire drill in Tower A',
      },
    ],
    notes,
    local: ['change-1'],
  };
}

function turn(start: Millis, index: number): Duty {
  const person = TURNS[(index + TURNS.length) % TURNS.length] ?? '';
  return {
    person,
    name: nameOf(person),
    skills: [],
    from: instantText(start + index * DAY),
    to: instantText(start + (index + 1) * DAY),
    layer: 'turns',
    because: index === 2 ? 'swap' : 'rotation',
    change: null,
  };
}

function midnight(now: Millis): Millis {
  return Math.floor((now + AHEAD) / DAY) * DAY - AHEAD;
}

function nameOf(id: string): string {
  return REGISTRY.people.find((person) => person.id === id)?.name ?? id;
}
