import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';

/**
 * A gateway's birth, an enveloped and a flat message, one with values that nobody may keep, and its
 * last will. Source: the JSON payloads of Eclipse Kura's cloud endpoint.
 */
export function kuraSamples(random: Random): Sample[] {
  const client = `gw-${random.int(1, 999_999)}`;
  const time = Date.UTC(2026, random.int(0, 11), random.int(1, 28)) + random.int(0, 86_399_999);
  const temperature = random.int(-400, 800) / 10;
  const voltage = random.int(2_000, 2_500) / 10;
  const power = random.int(0, 99_999);
  const leak = random.chance(0.5);
  const at = new Date(time).toISOString();
  const said = (device: string) => ({ kind: 'reading', device: `${client}/${device}`, at, quality: 'good' }) as const;
  const lifecycle = (what: string, online: boolean): Sample => ({
    topic: `$EDC/acme/${client}/MQTT/${what}`,
    payload: JSON.stringify({ SENTON: time, METRICS: { uptime: '81', display_name: 'Cellar' } }),
    says: [{ kind: 'availability', device: client, online }],
  });
  return [
    lifecycle('BIRTH', true),
    {
      topic: `acme/${client}/heater`,
      payload: JSON.stringify({
        SENTON: time,
        POSITION: { LATITUDE: 45.1, LONGITUDE: 9.2 },
        METRICS: { temperature, 'cloud.password': 'x9', firmware: 12 },
        BODY: 'AAEC',
      }),
      says: [{ ...said('heater'), metric: 'temperature_c', part: null, value: temperature }],
    },
    {
      topic: `acme/${client}/meter/west`,
      payload: JSON.stringify({ ts: time, voltage_L3: voltage, active_power_w: String(power), leak, token: 'abc' }),
      says: [
        { ...said('meter/west'), metric: 'voltage_v', part: 'c', value: voltage },
        { ...said('meter/west'), metric: 'active_power_w', part: null, value: power },
        { ...said('meter/west'), metric: 'leak', part: null, value: leak },
      ],
    },
    {
      topic: `acme/${client}/meter/west`,
      payload: `{"SENTON":${time},"METRICS":{"current":9007199254740993,"frequency":50.02}}`,
      says: [{ kind: 'rejected' }, { ...said('meter/west'), metric: 'frequency_hz', part: null, value: 50.02 }],
    },
    lifecycle('LWT', false),
  ];
}
