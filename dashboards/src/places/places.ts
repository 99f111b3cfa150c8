import type { Action, Role, WhoAmI } from '@keepsite/edge-contract';

/** Whoever looks, as far as it decides which places there are for them. */
export interface Viewer {
  readonly server: WhoAmI['server'];
  readonly roles: readonly Role[];
  readonly may: (action: Action) => boolean;
  /** Signed in by an account; false in the demo and for a screen on a wall. */
  readonly hasAccount: boolean;
  readonly hasSimulator: boolean;
}

interface PlaceData {
  readonly href: `/${string}`;
  readonly needs: Action;
  /** Where it is served; absent: by edge and cloud alike. */
  readonly on?: WhoAmI['server'];
  /** What else must be there. */
  readonly with?: 'hasAccount' | 'hasSimulator';
  /** Whom it would only be in the way of. Its address works for them all the same. */
  readonly notFor?: readonly Role[];
  /** A file of the server's, opened beside the page. */
  readonly isFile?: boolean;
}

const CREW: readonly Role[] = ['crew'];

/** Every place that one can go to, in the order of the groups and of the places within. */
const PLACES = {
  wall: { href: '/', needs: 'facility.read' },
  incidents: { href: '/incidents', needs: 'facility.read' },
  repairs: { href: '/repairs', needs: 'facility.read' },
  alarms: { href: '/alarms', needs: 'facility.read', on: 'cloud', notFor: CREW },
  reviews: { href: '/reviews', needs: 'facility.read', on: 'cloud', notFor: CREW },
  report: { href: '/report', needs: 'incident.report' },
  rosters: { href: '/rosters', needs: 'facility.read' },
  plans: { href: '/plans', needs: 'facility.read', notFor: CREW },
  maintenance: { href: '/maintenance', needs: 'facility.read', on: 'edge', notFor: CREW },
  channels: { href: '/channels', needs: 'channel.test', on: 'edge' },
  clients: { href: '/clients', needs: 'facility.read', on: 'cloud', notFor: CREW },
  followUps: { href: '/follow-ups', needs: 'facility.read', on: 'cloud', notFor: CREW },
  times: { href: '/response-times', needs: 'facility.read', on: 'cloud', notFor: CREW },
  devices: { href: '/devices', needs: 'facility.read', notFor: CREW },
  discovered: { href: '/discovered', needs: 'discovered.read', on: 'edge' },
  quarantine: { href: '/quarantine', needs: 'quarantine.read', on: 'edge' },
  mappings: { href: '/mappings', needs: 'mapping.read', on: 'edge' },
  codes: { href: '/api/codes/sheet', needs: 'code.read', on: 'edge', isFile: true },
  accounts: { href: '/accounts', needs: 'account.manage', with: 'hasAccount' },
  simulator: { href: '/simulator', needs: 'facility.read', with: 'hasSimulator', notFor: CREW },
} as const satisfies Record<string, PlaceData>;

export type PlaceName = keyof typeof PLACES;

/** At most six, so that they fit under a thumb and beside each other in a header. */
const GROUPS = {
  live: ['wall'],
  incidents: ['incidents', 'repairs', 'alarms', 'reviews', 'report'],
  response: ['rosters', 'plans', 'maintenance', 'channels'],
  clients: ['clients', 'followUps', 'times'],
  devices: ['devices', 'discovered', 'quarantine', 'mappings', 'codes'],
  manage: ['accounts', 'simulator'],
} as const satisfies Record<string, readonly PlaceName[]>;

export type GroupName = keyof typeof GROUPS;

/** Every page by the pattern of its address, with the place that it belongs to; null: it belongs to none. */
export const PAGES = {
  '/': 'wall',
  '/incidents': 'incidents',
  '/incidents/:id': 'incidents',
  '/incidents/:id/review': 'reviews',
  '/repairs': 'repairs',
  '/alarms': 'alarms',
  '/reviews': 'reviews',
  '/report': 'report',
  '/rosters': 'rosters',
  '/rosters/:id': 'rosters',
  '/plans': 'plans',
  '/maintenance': 'maintenance',
  '/channels': 'channels',
  '/clients': 'clients',
  '/clients/:id': 'clients',
  '/clients/:id/energy': 'clients',
  '/follow-ups': 'followUps',
  '/response-times': 'times',
  '/devices': 'devices',
  '/discovered': 'discovered',
  '/quarantine': 'quarantine',
  '/mappings': 'mappings',
  '/mappings/:name': 'mappings',
  '/account': null,
  '/accounts': 'accounts',
  '/simulator': 'simulator',
} as const satisfies Record<string, PlaceName | null>;

export type PagePath = keyof typeof PAGES;

export interface Place {
  readonly name: PlaceName;
  readonly href: string;
  readonly isFile: boolean;
}

/** Places that belong together. */
export interface Group {
  readonly name: GroupName;
  readonly places: readonly [Place, ...Place[]];
}

/** The places that there are for somebody, by group; a group in which there is none is left out. */
export function groupsFor(viewer: Viewer): Group[] {
  return Object.entries(GROUPS).flatMap(([name, places]) => {
    const [first, ...rest] = places.filter((place) => isThere(PLACES[place], viewer)).map(placeOf);
    return first ? [{ name: name as GroupName, places: [first, ...rest] as const }] : [];
  });
}

/** The place that an address belongs to; null: to none. */
export function placeAt(path: string): PlaceName | null {
  const found = Object.entries(PAGES).find(([pattern]) => matches(pattern, path));
  return found?.[1] ?? null;
}

function isThere(place: PlaceData, { server, roles, may, ...viewer }: Viewer): boolean {
  return (
    (place.on === undefined || place.on === server) &&
    (place.with === undefined || viewer[place.with]) &&
    !(roles.length > 0 && roles.every((role) => place.notFor?.includes(role))) &&
    may(place.needs)
  );
}

function placeOf(name: PlaceName): Place {
  const { href, isFile = false }: PlaceData = PLACES[name];
  return { name, href, isFile };
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith(':') || part === given[i]);
}
