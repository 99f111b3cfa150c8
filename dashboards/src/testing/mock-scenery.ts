import { instantText, reportOf, type DeviceStatus, type Role } from '@keepsite/edge-contract';
import { userOf } from './mock-accounts.ts';
import type { MockHouse, Raise } from './mock-house.ts';
import { REPAIR } from './mock-repairs.ts';

const OPENING: readonly Raise[] = [
  {
    asset: 'yunqi-a-lift-3',
    fault: 'entrapment',
    severity: 'critical',
    agoSeconds: 49,
    evidence: [
      ['door', 'closed'],
      ['occupied', true],
      ['speed_mps', 0],
      ['floor', '7'],
    ],
  },
  {
    asset: 'nangang-pump-room',
    fault: 'leak',
    severity: 'critical',
    agoSeconds: 380,
    evidence: [
      ['leak', true],
      ['water_level_m', 0.12],
    ],
  },
  {
    asset: 'tianhe-lift-2',
    fault: 'door_fails_to_close',
    severity: 'major',
    agoSeconds: 487,
    evidence: [['door', 'open']],
  },
  {
    asset: 'yunqi-chiller',
    fault: 'overconsumption',
    severity: 'minor',
    agoSeconds: 5300,
    evidence: [['active_power_w', 412_300]],
  },
];

/** Two incidents that are over, and, unless it is quiet, four that are open. */
export function furnish(house: MockHouse, now: number, quiet: boolean): void {
  const past: [Raise, number][] = [
    [
      {
        asset: 'yunqi-a-lift-3',
        fault: 'entrapment',
        severity: 'critical',
        agoSeconds: 92_000,
        evidence: [['occupied', true]],
      },
      231,
    ],
    [
      {
        asset: 'nangang-pump-1',
        fault: 'pump_failed',
        severity: 'major',
        agoSeconds: 200_000,
        evidence: [['pump_running', false]],
      },
      655,
    ],
  ];
  for (const [raise, onSite] of past) {
    const opened = now - raise.agoSeconds * 1000;
    const id = house.raise({ ...raise, agoSeconds: 0 }, opened);
    house.tick(opened + 43_000, id);
    house.order(id, 'acknowledge', { responder: 'li-na' }, opened + 44_000);
    house.tick(opened + onSite * 1000 - 1, id);
    house.order(id, 'arrive', { responder: 'li-na' }, opened + onSite * 1000);
    house.order(id, 'resolve', { responder: 'li-na', note: 'Door operator belt replaced' }, opened + 1_900_000);
    house.clear(id, opened + 1_910_000);
    house.order(id, 'close', { responder: 'li-na' }, opened + 2_500_000);
  }
  if (quiet) return;
  const ids = OPENING.map((raise) => house.raise(raise, now));
  house.tick(now - 341_000, ids[1]);
  house.order(ids[1] ?? '', 'acknowledge', { responder: 'chen-hao' }, now - 340_000);
  house.tick(now);
  house.again(ids[1] ?? '', now - 200_000);
  house.clear(ids[2] ?? '', now - 30_000);
  house.ask(ids[1] ?? '', now - 150_000);
  house.report(reportOf(REPAIR), now - 600_000);
  const done = house.raise(
    { asset: 'nangang-pump-1', fault: 'pump_failed', severity: 'critical', agoSeconds: 0, evidence: [] },
    now - 3_000_000,
  );
  house.tick(now - 700_000, done);
  house.order(done, 'acknowledge', { responder: 'li-na' }, now - 690_000);
  house.order(done, 'resolve', { responder: 'li-na', note: 'Capacitor replaced' }, now - 600_000);
  house.clear(done, now - 590_000);
}

/** Who asks and where the other doors are: all of them here, for whoever is not signed in. */
export function whoami(server: 'edge' | 'cloud', url: string, now: number, role?: Role): unknown {
  const user = { id: 'wang-wei', name: 'Wang Wei 王伟', roles: ['dispatcher'], client: null };
  return {
    server,
    name: `mock ${server}`,
    demo: role === undefined,
    user: role === undefined ? user : userOf(role),
    links: role === undefined ? { edge: url, cloud: url, simulator: url } : {},
    now: instantText(now),
  };
}

/** A gateway that is well. */
export function heartbeat(now: number, house: MockHouse, scale: number): unknown {
  return {
    edge: 'edge-1',
    at: instantText(now),
    startedAt: instantText(now - 9e6),
    version: '0.1.0',
    backlog: { events: 0, blocks: 2 },
    openIncidents: house.incidents.size,
    quarantined: 3,
    devices: { known: 42, unknown: 2, silent: 1 },
    clock: { scale, offsetMs: 0 },
    simulated: true,
  };
}

/** Devices: heard, silent, and not adopted. */
export function devices(now: number): DeviceStatus[] {
  const line = (
    device: string,
    family: string,
    asset: string | null,
    site: string | null,
    ago: number,
  ): DeviceStatus => ({
    device,
    family,
    asset,
    site,
    lastHeardAt: instantText(now - ago * 1000),
    online: ago < 600 ? true : null,
    silent: ago > 3000,
  });
  return [
    line('lift-gw-a3', 'houqi', 'yunqi-a-lift-3', 'yunqi', 2),
    line('lift-gw-a1', 'houqi', 'yunqi-a-lift-1', 'yunqi', 3),
    line('24e124136b502217', 'milesight', 'nangang-pump-room', 'nangang', 5400),
    line('shellypro3em-8813bf', 'shelly-gen2', 'yunqi-chiller', 'yunqi', 1),
    line('0x00158d0001a2b3c4', 'zigbee2mqtt', null, null, 61),
  ];
}
