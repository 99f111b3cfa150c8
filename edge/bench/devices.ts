import { Registry } from '@keepsite/edge-contract';

/** One device of the load: what it says at an instant, and how many readings that is. */
export interface LoadDevice {
  readonly id: string;
  readonly family: string;
  readonly kind: 'elevator' | 'sump' | 'meter' | 'room';
  readonly readings: number;
  readonly says: (at: number, turn: number) => { readonly topic: string; readonly payload: string };
}

const SITE = 'bench';
const LEVELS = 10;

/** Devices in equal parts of five dialects' kinds: half of them Keepsite's own, half Shelly, Tasmota, zigbee2mqtt and Milesight through ChirpStack. */
export function loadDevices(count: number): LoadDevice[] {
  return Array.from({ length: count }, (_, i) => {
    if (i % 2 === 0) return (i / 2) % 2 === 0 ? elevator(i) : level(i);
    return (REAL[((i - 1) / 2) % REAL.length] as (i: number) => LoadDevice)(i);
  });
}

/** As many devices, most of them meters and rooms: five metrics each. */
export function manyDevices(count: number): LoadDevice[] {
  const [own, real] = [Math.round(count / 5), count - Math.round(count / 5)];
  const all = loadDevices(2 * real);
  return [...all.filter((_, i) => i % 2 === 0).slice(0, own), ...all.filter((_, i) => i % 2 === 1)];
}

/** The registry in which every device stands at an asset of its own, with one crew that is paged over MQTT. */
export function loadRegistry(devices: readonly LoadDevice[]): Registry {
  const name = (en: string) => ({ en, zh: en });
  return Registry.parse({
    version: 1,
    sites: [{ id: SITE, name: name('Bench'), zone: 'Asia/Shanghai', kind: 'office-park' }],
    zones: [{ id: 'all', site: SITE, name: name('All'), clients: [{ client: 'tenant' }] }],
    assets: devices.map(({ id, kind }) => ({
      id: `asset-${id}`,
      zone: 'all',
      kind,
      name: name(id),
      traits: kind === 'sump' ? { criticalLevelM: 2.5 } : kind === 'meter' ? { contractDemandKw: 500 } : {},
    })),
    devices: devices.map(({ id, family }) => ({ id, family, asset: `asset-${id}` })),
    people: [{ id: 'li', name: 'Li', addresses: [{ channel: 'mqtt', to: 'li' }] }],
    crews: [{ id: 'crew', name: name('Crew'), members: ['li'] }],
    plans: [
      {
        id: 'plan',
        version: 1,
        terms: { acknowledge: 120, on_site: 420 },
        steps: [{ afterSeconds: 0, page: ['crew'] }],
      },
    ],
  });
}

/** An elevator that says it holds somebody: the page that the latency is measured to. */
export function entrapment(device: LoadDevice): { readonly topic: string; readonly payload: string } {
  return { topic: `keepsite/${SITE}/devices/${device.id}/fault`, payload: '{"fault":"entrapment","state":"raised"}' };
}

const wobble = (i: number, turn: number) => ((i * 7 + turn * 13) % 100) / 10;
const iso = (at: number) => new Date(at).toISOString();

function own(i: number, kind: LoadDevice['kind'], points: (turn: number) => readonly object[]): LoadDevice {
  const id = `${kind}-${i}`;
  return {
    id,
    family: 'keepsite',
    kind,
    readings: points(0).length,
    says: (at, turn) => ({
      topic: `keepsite/${SITE}/devices/${id}/reading`,
      payload: JSON.stringify({ at: iso(at), readings: points(turn) }),
    }),
  };
}

function elevator(i: number): LoadDevice {
  return own(i, 'elevator', (turn) => [
    { metric: 'floor', value: String(1 + (turn % LEVELS)) },
    { metric: 'door', value: turn % 3 === 0 ? 'open' : 'closed' },
    { metric: 'speed_mps', value: turn % 3 === 0 ? 0 : 1.75 },
    { metric: 'occupied', value: false },
  ]);
}

function level(i: number): LoadDevice {
  return own(i, 'sump', (turn) => [{ metric: 'water_level_m', value: 0.3 + wobble(i, turn % 3) / 1000 }]);
}

const REAL: readonly ((i: number) => LoadDevice)[] = [shelly, tasmota, zigbee, milesight];

function shelly(i: number): LoadDevice {
  const id = `shellypro3em-${i.toString(16).padStart(12, '0')}`;
  const phase = (name: string, turn: number) => ({
    [`${name}_current`]: 3 + wobble(i, turn) / 10,
    [`${name}_voltage`]: 225 + wobble(i, turn) / 10,
    [`${name}_act_power`]: 700 + wobble(i, turn),
  });
  return {
    id,
    family: 'shelly-gen2',
    kind: 'meter',
    readings: 10,
    says: (at, turn) => ({
      topic: `${id}/events/rpc`,
      payload: JSON.stringify({
        src: id,
        dst: `${id}/events`,
        method: 'NotifyStatus',
        params: {
          ts: at / 1000,
          'em:0': {
            id: 0,
            ...phase('a', turn),
            ...phase('b', turn),
            ...phase('c', turn),
            total_act_power: 2100 + wobble(i, turn) * 3,
          },
        },
      }),
    }),
  };
}

function tasmota(i: number): LoadDevice {
  const id = `pow-${i}`;
  return {
    id,
    family: 'tasmota',
    kind: 'meter',
    readings: 5,
    says: (at, turn) => ({
      topic: `tele/${id}/SENSOR`,
      payload: JSON.stringify({
        Time: iso(at + 8 * 3_600_000).slice(0, 19),
        ENERGY: { Total: 100 + turn / 1000, Power: 500 + wobble(i, turn), Voltage: 229, Current: 2.3, Factor: 0.97 },
      }),
    }),
  };
}

function zigbee(i: number): LoadDevice {
  const id = `leak-${i}`;
  return {
    id,
    family: 'zigbee2mqtt',
    kind: 'room',
    readings: 4,
    says: (at, turn) => ({
      topic: `zigbee2mqtt/${id}`,
      payload: JSON.stringify({
        battery: 100 - (turn % 3),
        battery_low: false,
        linkquality: 90 + (turn % 20),
        tamper: false,
        voltage: 3000,
        water_leak: false,
        last_seen: iso(at),
      }),
    }),
  };
}

function milesight(i: number): LoadDevice {
  const eui = `24e124${i.toString(16).padStart(10, '0')}`;
  return {
    id: eui,
    family: 'milesight',
    kind: 'room',
    readings: 4,
    says: (at, turn) => ({
      topic: `application/0f6c2f80-0000-4000-8000-000000000000/device/${eui}/event/up`,
      payload: JSON.stringify({
        deduplicationId: `${eui.slice(8)}-${turn}`,
        time: iso(at),
        deviceInfo: { deviceProfileName: 'Milesight EM300-SLD', deviceName: `em300-${i}`, devEui: eui },
        fPort: 85,
        fCnt: turn,
        object: { battery: 92, temperature: 20 + wobble(i, turn), humidity: 50, leakage_status: 'normal' },
      }),
    }),
  };
}
