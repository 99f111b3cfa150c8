import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';

/** A device's answer for its battery, its quiet events, its gateway's connection, and version 3's envelope. */
export function chirpstackSamples(random: Random): Sample[] {
  const eui = hexadecimal(random, 16);
  const gateway = `0016c001f1${hexadecimal(random, 6)}`;
  const at = new Date(
    Date.UTC(2026, random.int(0, 11), random.int(1, 28), random.int(0, 23), 0, 0, random.int(0, 999)),
  );
  const time = at.toISOString();
  const batteryLevel = random.int(1, 254) / 2.54;
  const celsius = random.int(-200, 600) / 10;
  const topic = (event: string) => `application/${random.int(1, 99)}/device/${eui}/event/${event}`;
  const online = random.chance(0.5);
  return [
    {
      topic: topic('status'),
      payload: JSON.stringify({
        deduplicationId: hexadecimal(random, 32),
        time,
        deviceInfo: { devEui: eui },
        margin: 9,
        batteryLevel,
      }),
      says: [
        {
          kind: 'reading',
          device: eui,
          metric: 'battery_pct',
          part: null,
          value: batteryLevel,
          at: time,
          quality: 'good',
        },
      ],
    },
    { topic: topic('status'), payload: JSON.stringify({ time, margin: 9, externalPowerSource: true }), says: [] },
    {
      topic: topic(random.pick(['join', 'ack', 'txack', 'log', 'location', 'integration'])),
      payload: JSON.stringify({ time }),
      says: [],
    },
    {
      topic: `eu868/gateway/${gateway}/state/conn`,
      payload: JSON.stringify({ gatewayId: gateway, state: online ? 'ONLINE' : 'OFFLINE' }),
      retain: true,
      says: [{ kind: 'availability', device: gateway, online }],
    },
    { topic: `eu868/gateway/${gateway}/event/stats`, payload: JSON.stringify({ gatewayId: gateway, time }), says: [] },
    {
      topic: topic('up'),
      payload: JSON.stringify({
        applicationID: '12',
        devEUI: Uint8Array.fromHex(eui).toBase64(),
        rxInfo: [{ gatewayID: Uint8Array.fromHex(gateway).toBase64(), time, rssi: -70 }],
        objectJSON: JSON.stringify({ temperature: celsius }),
      }),
      says: [
        {
          kind: 'reading',
          device: eui,
          metric: 'temperature_c',
          part: null,
          value: celsius,
          at: time,
          quality: 'good',
        },
      ],
    },
    {
      topic: topic('up'),
      payload: JSON.stringify({ time, deviceInfo: { devEui: eui }, data: 'qgE=' }),
      says: [{ kind: 'rejected', device: eui }],
    },
  ];
}

function hexadecimal(random: Random, digits: number): string {
  // No maker's block of addresses begins with 02.
  const rest = Array.from({ length: digits - 2 }, () => random.int(0, 15).toString(16)).join('');
  return `02${rest}`;
}
