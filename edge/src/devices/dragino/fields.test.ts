import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

const decoder = createDecoder({ zoneOf: () => undefined });

/** The readings of an object, `distance_m/ch1 = 0.25 bad`, without those of the battery. */
function heard(object: object): string[] {
  const deviceInfo = { devEui: 'a840410000000119', deviceProfileName: 'Dragino' };
  const payload = new TextEncoder().encode(JSON.stringify({ time: '2026-05-04T10:00:00Z', deviceInfo, object }));
  const topic = 'application/a/device/a840410000000119/event/up';
  const { lines } = decoder.decode({ topic, payload, retain: false, receivedAt: null }, createMemory());
  return lines.flatMap((line) => {
    if (line.kind === 'rejected') return [`rejected: ${line.reason}`];
    if (line.kind !== 'reading' || line.metric === 'battery_v') return [];
    const quality = line.quality === 'good' ? '' : ` ${line.quality}`;
    return [`${line.metric}${line.part === null ? '' : `/${line.part}`} = ${line.value}${quality}`];
  });
}

test('a part of the openings is no total', () => {
  const opened = { Node_type: 'DS03A-LB', DOOR_OPEN_STATUS: 'OPEN', DOOR_OPEN_TIMES: 2 };
  expect(heard({ ...opened, CMOD: 'PART' })).toEqual(['door = open']);
  expect(heard({ ...opened, CMOD: 'SUM' })).toEqual(['door = open', 'door_cycles_total = 2']);
  expect(heard(opened)).toEqual(['door = open', 'door_cycles_total = 2']);
});

test.each([
  [4500, 40, 'distance_m = null bad'],
  [300, 60, 'distance_m = null bad'],
  [300, 61, 'distance_m = 3'],
  [300, 65_535, 'distance_m = null bad'],
  [4500, 471, 'distance_m = null bad'],
  [6553.5, 471, 'distance_m = null bad'],
  [4000, 471, 'distance_m = 40'],
  ['300', '12', 'distance_m = null bad'],
])('a lidar’s distance of %s cm with a signal of %s: %s', (Lidar_distance, Lidar_signal, line) => {
  expect(heard({ Node_type: 'LDS40-LB', Lidar_distance, Lidar_signal })).toEqual([line]);
});

test('a lidar that does not tell its signal is believed up to what it can see', () => {
  expect(heard({ Lidar_distance: 305 })).toEqual(['distance_m = 3.05']);
});

test.each([
  [{ Alarm: 'TRUE', TempC_SHT41: 22.4, Hum_SHT41: 40.1 }, ['temperature_c = 22.4', 'humidity_pct = 40.1']],
  [{ Node_type: 'AQS01-L', temperature: 22.4, humidity: 40.1 }, ['temperature_c = 22.4', 'humidity_pct = 40.1']],
  [{ temp_DS18B20: '24.10', distance1: 540 }, ['temperature_c = 24.1', 'distance_m/ch1 = 0.54']],
  [{ Node_type: 'T68DL', TempC: -4.25 }, ['temperature_c = -4.25']],
  [
    { Node_type: 'LTC2', Temp_Channel1: 24.1, Temp_Channel2: 'NULL' },
    ['temperature_c/ch1 = 24.1', 'temperature_c/ch2 = null unknown'],
  ],
  [{ Node_type: 'LTC2', Temp_Channel1: -327.67 }, ['temperature_c/ch1 = null bad']],
  [
    { Node_type: 'LSN50', TempC: 4, TempC_SHT: 21, Hum_SHT: 40 },
    ['temperature_c/ch1 = 4', 'temperature_c = 21', 'humidity_pct = 40'],
  ],
  [{ Node_type: 'WSC3', temp_DS18B20: 4, Temperature: 21 }, ['temperature_c/ch1 = 4', 'temperature_c = 21']],
])('%j', (object, lines) => {
  expect(heard({ BatV: 3.6, ...object })).toEqual(lines);
});
