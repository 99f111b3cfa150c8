import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS, ROLES, type Action, type Role } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { groupsFor, PAGES, placeAt, type Viewer } from './places.ts';

const SOURCES = join(import.meta.dirname, '..');

function viewer(over: Partial<Viewer> = {}): Viewer {
  return { server: 'edge', roles: ['admin'], may: () => true, hasAccount: true, hasSimulator: true, ...over };
}

/** Whoever may do these things and nothing else. */
function limited(role: Role, actions: readonly Action[], over: Partial<Viewer> = {}): Viewer {
  return viewer({ roles: [role], may: (action) => actions.includes(action), hasSimulator: false, ...over });
}

const namesFor = (who: Viewer): Record<string, string[]> =>
  Object.fromEntries(groupsFor(who).map(({ name, places }) => [name, places.map((place) => place.name)]));
const hrefsFor = (who: Viewer): string[] =>
  groupsFor(who).flatMap(({ places }) => places.filter(({ isFile }) => !isFile).map(({ href }) => href));

const everywhere = new Set((['edge', 'cloud'] as const).flatMap((server) => hrefsFor(viewer({ server }))));

describe('the table of places', () => {
  test('leads to pages that there are', () => {
    expect([...everywhere].filter((href) => !(href in PAGES))).toEqual([]);
  });

  test('leads from each place to the place itself', () => {
    for (const { name, href, isFile } of groupsFor(viewer()).flatMap(({ places }) => places)) {
      if (!isFile) expect(placeAt(href), href).toBe(name);
    }
  });

  test('has a way to every page: its place, or a link on another page', () => {
    const sources = sourcesOf(SOURCES);
    const lost = Object.keys(PAGES).filter(
      (path) => !everywhere.has(path) && !sources.some((source) => linkTo(path).test(source)),
    );
    expect(lost).toEqual([]);
  });

  test('has at most six groups, and no place twice', () => {
    for (const server of ['edge', 'cloud'] as const) {
      const hrefs = hrefsFor(viewer({ server }));
      expect(groupsFor(viewer({ server })).length).toBeLessThanOrEqual(6);
      expect(new Set(hrefs).size).toBe(hrefs.length);
    }
  });

  test('gives every page below a place to that place', () => {
    expect(placeAt('/incidents/inc-1')).toBe('incidents');
    expect(placeAt('/incidents/inc-1/review')).toBe('reviews');
    expect(placeAt('/clients/yunqi/energy')).toBe('clients');
    expect(placeAt('/account')).toBeNull();
    expect(placeAt('/no/such/page')).toBeNull();
  });
});

describe('what there is for somebody', () => {
  test('a crew at three in the morning: what is open, how to report, who is on call', () => {
    const crew = limited('crew', ['facility.read', 'incident.report']);
    expect(namesFor(crew)).toEqual({
      live: ['wall'],
      incidents: ['incidents', 'repairs', 'report'],
      response: ['rosters'],
    });
  });

  test('whoever is of a crew and more than that loses nothing', () => {
    const both = viewer({ roles: ['crew', 'dispatcher'], hasAccount: false, hasSimulator: false });
    expect(Object.keys(namesFor(both))).toEqual(['live', 'incidents', 'response', 'devices']);
  });

  test('an installer finds every device, and nobody’s account', () => {
    const names = namesFor(
      limited('installer', ['facility.read', 'discovered.read', 'quarantine.read', 'mapping.read', 'code.read']),
    );
    expect(names['devices']).toEqual(['devices', 'discovered', 'quarantine', 'mappings', 'codes']);
    expect(names['manage']).toBeUndefined();
  });

  test('an account manager on the cloud finds clients and what comes after', () => {
    const names = namesFor(limited('account-manager', ['facility.read'], { server: 'cloud' }));
    expect(names['clients']).toEqual(['clients', 'followUps', 'times']);
    expect(names['incidents']).toEqual(['incidents', 'repairs', 'alarms', 'reviews']);
  });

  test('edge and cloud show only what they serve', () => {
    const [edge, cloud] = [hrefsFor(viewer()), hrefsFor(viewer({ server: 'cloud' }))];
    expect(edge.filter((href) => !cloud.includes(href))).toEqual([
      '/maintenance',
      '/channels',
      '/discovered',
      '/quarantine',
      '/mappings',
    ]);
    expect(cloud.filter((href) => !edge.includes(href))).toEqual([
      '/alarms',
      '/reviews',
      '/clients',
      '/follow-ups',
      '/response-times',
    ]);
  });

  test('accounts are for whoever signs in, the simulator for where there is one', () => {
    expect(namesFor(viewer({ hasSimulator: false }))['manage']).toEqual(['accounts']);
    expect(namesFor(viewer({ hasAccount: false }))['manage']).toEqual(['simulator']);
    expect(namesFor(viewer({ hasAccount: false, hasSimulator: false }))['manage']).toBeUndefined();
  });

  test.each(ROLES)('nothing that a %s may not do is shown', (role) => {
    for (const action of ACTIONS) {
      const without = ACTIONS.filter((one) => one !== action);
      const shown = hrefsFor(limited(role, without));
      const withIt = hrefsFor(limited(role, ACTIONS));
      expect(withIt).toEqual(expect.arrayContaining(shown));
    }
    expect(groupsFor(limited(role, []))).toEqual([]);
  });
});

/** A link as the sources write it: in quotes, with something put in for each parameter. */
function linkTo(path: string): RegExp {
  const pattern = path.replaceAll(/:\w+/g, String.raw`\$\{[^/]+\}`);
  return new RegExp(`["'\`]${pattern}["'\`?$]`);
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/(app\.tsx|places\.(test\.)?ts)$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}
