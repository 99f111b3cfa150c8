import type { Registry } from '@keepsite/edge-contract';
import type { z } from 'zod';

/** What a scenario may change about how the house responds. */
export interface HouseRules {
  /** Nobody is on call for the steps that page these crews. */
  readonly absent?: readonly ('first' | 'second' | 'supervisors')[];
  readonly proof?: 'declared' | 'verified';
  /** How soon somebody is promised to be there; default: seven minutes. */
  readonly onSiteSeconds?: number;
  /** The last step again, every so many seconds, until somebody is on site. */
  readonly repeatEverySeconds?: number;
}

const name = (en: string) => ({ en, zh: en });

const person = (id: string, ...channels: string[]) => ({
  id,
  name: id,
  addresses: channels.map((channel) => ({ channel, to: id })),
});

/**
 * The ladder of the seven minutes: the first crew over everything but the telephone, and the siren in the
 * lobby; who can be called when no message was taken; the second crew; everybody on shift and the supervisor;
 * the manager and the client's own duty desk; the next crew once nobody has come; a last word before it is late.
 */
export function residence({
  absent = [],
  proof = 'declared',
  onSiteSeconds = 420,
  repeatEverySeconds,
}: HouseRules): z.input<typeof Registry> {
  const people = [
    person('li', 'dingtalk', 'push', 'sms', 'voice'),
    person('zhao', 'voice', 'sms'),
    person('sun', 'sms'),
    person('wang', 'sms'),
    person('zhou', 'sms'),
    person('client-desk', 'sms'),
    person('qian', 'sms'),
    person('lobby', 'siren'),
  ];
  const gone = new Set<string>(absent.flatMap((crew) => CREWS[crew]));
  const crew = (id: keyof typeof CREWS) => ({ id, name: name(id), members: CREWS[id] });
  const messages = ['dingtalk', 'push', 'sms', 'siren'];
  const step = (
    afterSeconds: number,
    when: 'always' | 'open' | 'not_on_site' | 'not_accepted',
    page: string[],
    channels: string[],
  ) => ({
    afterSeconds,
    when,
    page,
    channels,
  });
  return {
    version: 1,
    sites: [{ id: 'house', name: name('House'), zone: 'Asia/Shanghai', kind: 'office-park' }],
    zones: [{ id: 'tower', site: 'house', name: name('Tower'), clients: [{ client: 'north' }] }],
    assets: ['3', '4'].map((n) => ({ id: `elevator-${n}`, zone: 'tower', kind: 'elevator', name: name(`Lift ${n}`) })),
    devices: ['3', '4'].map((n) => ({ id: `lift-${n}`, family: 'keepsite', asset: `elevator-${n}` })),
    people: people.map((one) => (gone.has(one.id) ? { ...one, addresses: [] } : one)),
    crews: [crew('first'), crew('second'), crew('shift'), crew('supervisors')],
    plans: [
      {
        id: 'seven-minutes',
        version: 1,
        terms: { acknowledge: 120, on_site: onSiteSeconds, resolve: 14_400 },
        proof,
        ...(repeatEverySeconds === undefined ? {} : { repeatEverySeconds }),
        alert: ['wang'],
        steps: [
          step(0, 'always', absent.includes('first') ? ['first'] : ['first', 'lobby'], messages),
          step(20, 'not_accepted', ['first'], ['voice']),
          step(60, 'open', ['first', 'second'], ['voice']),
          step(120, 'open', ['supervisors', 'shift'], ['sms']),
          step(210, 'open', ['zhou', 'client-desk'], ['sms']),
          { ...step(300, 'not_on_site', ['qian'], ['sms']), release: true },
          step(360, 'not_on_site', ['first', 'supervisors'], ['sms']),
        ],
      },
    ],
  };
}

const CREWS = {
  first: ['li'],
  second: ['zhao'],
  shift: ['li', 'zhao', 'sun'],
  supervisors: ['wang'],
};
