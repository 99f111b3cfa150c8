import type { Incident, Reading, Registry } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { createDecoder, createMemory } from '../devices/index.ts';
import { createDirectory } from '../domain/directory.ts';
import { SeriesRows } from '../domain/series-rows.ts';
import { officePark } from '../domain/testing/office-park.ts';
import { createAssetStates } from './asset-states.ts';
import { createHomeAssistant } from './home-assistant.ts';

const START = Date.UTC(2026, 2, 2);

/** The park with a second meter at the main meter's asset. */
const twoMeters = {
  ...officePark,
  devices: [...officePark.devices, { id: 'meter-2', family: 'keepsite', asset: 'main-meter' }],
};

function board(everyMs = 10_000) {
  const retained = new Map<string, string>();
  const told: string[] = [];
  const clock = { at: START, now: () => clock.at };
  const silent = new Set<string>();
  const series = new SeriesRows();
  const publish = (topic: string, payload: string | Uint8Array, options?: { retain?: boolean }) => {
    told.push(topic);
    if (options?.retain === true) retained.set(topic, String(payload));
    return Promise.resolve();
  };
  let directory = createDirectory(twoMeters);
  const registry = () => directory.registry;
  const home = createHomeAssistant({ edge: 'edge-1', registry, publish, prefix: 'homeassistant' });
  const becomes = (other: Registry) => {
    directory = createDirectory(other);
    states.again();
  };
  const states = createAssetStates({
    directory: () => directory,
    publish,
    clock,
    series,
    everyMs,
    silent: () => silent,
    onPoints: home.introduce,
  });
  const says = (metric: string, value: Reading['value'], more: Partial<Reading> = {}) =>
    states.readings([
      {
        device: 'meter-1',
        metric,
        part: null,
        value,
        at: clock.at,
        receivedAt: clock.at,
        quality: 'good',
        historical: false,
        ...more,
      },
    ]);
  const state = (asset = 'main-meter') => JSON.parse(retained.get(`keepsite/park/assets/${asset}`) ?? 'null') as object;
  return { retained, told, clock, silent, series, states, home, says, state, becomes };
}

describe('the state of an asset', () => {
  test('a series that others know of, and of which nothing was said here, is not told', () => {
    const { series, says, states, state } = board();
    series.of('meter-1', 'test', null);
    says('active_power_w', 100);
    states.flush();
    expect(state()).toMatchObject({ active_power_w: 100 });
    expect(state()).not.toHaveProperty('test');
  });

  test('of a device that invents parts without end the first are told, and no more are kept', () => {
    const { says, states, state } = board();
    for (let part = 0; part < 1_000; part += 1) says('voltage_v', part, { part: `ch${part}` });
    states.flush();
    const told = Object.keys(state()).filter((key) => key.startsWith('voltage_v'));
    expect([told.length, told[0], told.at(-1)]).toEqual([512, 'voltage_v_ch0', 'voltage_v_ch511']);
  });

  test('is one retained object: parts after an underscore, what is not good is null, history is left out', () => {
    const { says, states, state } = board();
    says('active_power_w', 1500.5, { part: 'total' });
    says('voltage_v', 231, { part: 'a' });
    says('voltage_v', 1, { part: 'a', historical: true });
    says('current_a', 7, { quality: 'cached' });
    states.flush();
    expect(state()).toEqual({
      asset: 'main-meter',
      at: '2026-03-02T00:00:00.000Z',
      open_incidents: 0,
      active_power_w_total: 1500.5,
      voltage_v_a: 231,
      current_a: null,
    });
  });

  test('numbers are told at most every ten seconds, words and yes or no at once, and nothing twice', () => {
    const { says, states, told, clock } = board();
    const after = (ms: number, metric: string, value: Reading['value']) => {
      clock.at += ms;
      says(metric, value);
      states.flush();
      return told.length;
    };
    expect(after(0, 'active_power_w', 1)).toBe(1);
    expect(after(9_999, 'active_power_w', 2)).toBe(1);
    expect(after(1, 'active_power_w', 3)).toBe(2);
    expect(after(20_000, 'active_power_w', 3)).toBe(2);
    expect(after(1_000, 'leak', true)).toBe(3);
    expect(after(1, 'leak', false)).toBe(4);
  });

  test('of a device that has fallen silent nothing is known, until it speaks again', () => {
    const { says, states, state, silent, clock } = board();
    says('leak', false);
    states.flush();
    silent.add('meter-1');
    clock.at += 5_000;
    states.flush();
    expect(state()).toMatchObject({ leak: null });
    silent.clear();
    clock.at += 5_000;
    states.flush();
    expect(state()).toMatchObject({ leak: false });
  });

  test('when two devices of it measure the same, the one that the registry names first has the plain name', () => {
    const { says, states, state } = board();
    says('voltage_v', 228, { device: 'meter-2', part: 'a' });
    states.flush();
    expect(state()).toMatchObject({ voltage_v_a: 228 });
    says('voltage_v', 231, { part: 'a' });
    says('voltage_v', 229, { device: 'meter-2', part: 'a' });
    states.again();
    states.flush();
    expect(state()).toMatchObject({ voltage_v_a: 231, 'voltage_v_a_meter-2': 229 });
  });

  test('what a device said before it was moved is told of the old asset no longer', () => {
    const { says, states, state, home, retained, becomes } = board();
    says('voltage_v', 231);
    says('voltage_v', 12, { device: 'leak-1' });
    states.flush();
    const devices = officePark.devices.map((each) => (each.id === 'meter-1' ? { ...each, asset: 'pump-room' } : each));
    becomes({ ...officePark, devices });
    says('voltage_v', 232);
    states.flush();
    home.flush();
    expect(state()).not.toHaveProperty('voltage_v');
    expect(state('pump-room')).toMatchObject({ voltage_v: 12, 'voltage_v_meter-1': 232 });
    expect(retained.get('homeassistant/device/keepsite_edge-1_pump-room/config')).toContain('voltage_v_meter-1');
  });

  test('a device that stands elsewhere from a day on is told of there from that day on', () => {
    const { says, states, state, becomes, clock } = board();
    const devices = officePark.devices.flatMap((each) =>
      each.id === 'meter-1'
        ? [
            { ...each, to: '2026-03-03' },
            { ...each, asset: 'pump-room', from: '2026-03-03' },
          ]
        : [each],
    );
    becomes({ ...officePark, devices });
    says('voltage_v', 231);
    states.flush();
    expect(state()).toMatchObject({ voltage_v: 231 });
    clock.at = Date.parse('2026-03-03T00:00:05+08:00');
    states.flush();
    says('voltage_v', 232);
    states.flush();
    expect(state('pump-room')).toMatchObject({ voltage_v: 232 });
    expect(state()).not.toHaveProperty('voltage_v');
  });

  test('counts the incidents that are open', () => {
    const { states, state } = board();
    const incident = { id: 'i-1', asset: 'pump-room', response: 'open' } as Incident;
    states.incident(incident);
    states.flush();
    expect(state('pump-room')).toMatchObject({ open_incidents: 1 });
    states.incident({ ...incident, response: 'resolved' });
    states.flush();
    expect(state('pump-room')).toMatchObject({ open_incidents: 0 });
  });

  test('is told anew when the broker is back', () => {
    const { says, states, told } = board();
    says('leak', true);
    states.flush();
    states.again();
    states.flush();
    expect(told).toEqual(['keepsite/park/assets/main-meter', 'keepsite/park/assets/main-meter']);
  });
});

describe('Home Assistant', () => {
  test('finds every asset with its points, their units and classes, and its availability', () => {
    const { says, states, home, retained } = board();
    says('energy_import_kwh', 12.5);
    says('leak', true);
    states.flush();
    home.flush();
    const config = JSON.parse(retained.get('homeassistant/device/keepsite_edge-1_main-meter/config') ?? 'null');
    expect(config).toMatchObject({
      device: { identifiers: ['keepsite_edge-1_main-meter'], name: 'Main meter', model: 'meter' },
      state_topic: 'keepsite/park/assets/main-meter',
      availability: [{ topic: 'keepsite/park/bridge/state' }],
      components: {
        energy_import_kwh: {
          platform: 'sensor',
          unique_id: 'keepsite_edge-1_main-meter_energy_import_kwh',
          unit_of_measurement: 'kWh',
          device_class: 'energy',
          state_class: 'total_increasing',
        },
        leak: { platform: 'binary_sensor', device_class: 'moisture' },
        open_incidents: { platform: 'binary_sensor', device_class: 'problem' },
      },
    });
  });

  test('a reader of its discovery, written apart, reads the number that was meant', () => {
    const { says, states, home, retained } = board();
    says('active_power_w', -7.25, { part: 'total' });
    says('temperature_c', 21.5);
    states.flush();
    home.flush();
    const decoder = createDecoder({ zoneOf: () => undefined });
    const memory = createMemory();
    const hear = (topic: string, text: string) =>
      decoder.decode(
        { topic, payload: new TextEncoder().encode(text), retain: false, receivedAt: null },
        memory,
        'home-assistant',
      );
    for (const [topic, text] of retained) if (topic.endsWith('/config')) hear(topic, text);
    const { lines } = hear('keepsite/park/assets/main-meter', retained.get('keepsite/park/assets/main-meter') ?? '');
    expect(lines.filter(({ kind }) => kind === 'reading')).toMatchObject([
      { metric: 'active_power_w', value: -7.25 },
      { metric: 'temperature_c', value: 21.5 },
    ]);
  });
});
