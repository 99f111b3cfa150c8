import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';
import { ttsUplink } from './encode.ts';

/** Normalized payloads, one of them simulated, what says nothing, and a frame that nobody reads. */
export function ttsSamples(random: Random): Sample[] {
  const device = `node-${random.int(1, 99_999)}`;
  const devEui = `0212${random.int(0, 0xffff_ffff).toString(16).padStart(12, '0')}`;
  const at = Date.UTC(2026, random.int(0, 11), random.int(1, 28), random.int(0, 23), random.int(0, 59));
  const celsius = random.int(-200, 600) / 10;
  const wet = random.chance(0.5);
  const volts = random.int(20, 40) / 10;
  const litres = random.int(0, 99_999) / 10;
  const open = random.chance(0.5);
  const from = { device, devEui, at, fCnt: random.int(0, 9) };
  const reading = { kind: 'reading', device, at: new Date(at).toISOString(), part: null, quality: 'good' } as const;
  const leak: SampleLine = { ...reading, metric: 'leak', value: wet };
  return [
    {
      ...ttsUplink({ ...from, normalized: [{ air: { temperature: celsius }, water: { leak: wet }, battery: volts }] }),
      says: [
        { ...reading, metric: 'temperature_c', value: celsius },
        leak,
        { ...reading, metric: 'battery_v', value: volts },
      ],
    },
    {
      ...ttsUplink({
        ...from,
        normalized: [{ metering: { water: { total: litres } }, action: { contactState: open ? 'open' : 'closed' } }],
      }),
      says: [
        { ...reading, metric: 'flow_total_l', value: litres },
        { ...reading, metric: 'door', value: open ? 'open' : 'closed' },
      ],
    },
    {
      ...ttsUplink({ ...from, simulated: true, normalized: [{ water: { leak: wet } }] }),
      says: [{ ...reading, metric: 'test', value: true }, leak],
    },
    { ...ttsUplink({ ...from, frame: new Uint8Array([1, 2]) }), says: [{ kind: 'rejected', device }] },
    { ...ttsUplink(from), says: [] },
    {
      topic: `v3/facility@ttn/devices/${device}/${random.pick(['join', 'down/ack', 'down/failed', 'service/data', 'location/solved'])}`,
      payload: JSON.stringify({ end_device_ids: { device_id: device } }),
      says: [],
    },
  ];
}
