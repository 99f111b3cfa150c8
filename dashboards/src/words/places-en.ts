import type { GroupName, PlaceName } from '../places/places.ts';

const group: Record<GroupName, string> = {
  live: 'Live',
  incidents: 'Incidents',
  response: 'On call',
  clients: 'Clients',
  devices: 'Devices',
  manage: 'Manage',
};

const place: Record<PlaceName, string> = {
  wall: 'Live',
  incidents: 'All incidents',
  repairs: 'Repairs',
  alarms: 'Blind sites',
  reviews: 'Reviews',
  report: 'Report a fault',
  rosters: 'On call',
  plans: 'Response plans',
  maintenance: 'Maintenance and drills',
  channels: 'Channels',
  clients: 'Clients',
  followUps: 'Follow-ups',
  times: 'Response times',
  devices: 'Known devices',
  discovered: 'New',
  quarantine: 'Quarantine',
  mappings: 'Mappings',
  codes: 'Codes to print',
  accounts: 'Accounts',
  simulator: 'Simulator',
};

/** Where one can go. */
export const placesEn = {
  group,
  place,
  places: {
    skip: 'Skip to content',
    main: 'Main',
    within: (what: string): string => `Within ${what}`,
    open: (n: number): string => (n === 1 ? '1 needs somebody' : `${n} need somebody`),
    waiting: (n: number): string => (n === 1 ? '1 is waiting' : `${n} are waiting`),
  },
};
