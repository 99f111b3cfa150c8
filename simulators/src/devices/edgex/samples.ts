import type { Random } from '../../random.ts';
import { uuidOf } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { anInstant, decimal, FAILED, sayingOf } from '../saying.ts';

/** Events of version 3, bare and in the bus's envelope, and of version 1. Source: docs.edgexfoundry.org, core contracts. */
export function edgexSamples(random: Random): Sample[] {
  const deviceName = `AHU-${random.int(1, 9_999)}`;
  const millis = anInstant(random) + random.int(0, 999);
  // Written as text: a JavaScript number cannot hold the nanoseconds.
  const origin = `${millis}${String(random.int(0, 999_999)).padStart(6, '0')}`;
  const say = sayingOf(deviceName, millis);
  const [speed, delta, on] = [random.int(-32_768, 32_767), decimal(random, -50, 50, 4), random.chance(0.5)];
  const zones = [random.int(0, 99), random.int(0, 99), random.int(0, 99)];
  const fahrenheit = random.int(0, 50) * 9 + 32;
  const reading = (resourceName: string, valueType: string, value: string, more = {}) =>
    `{"id":"${uuidOf(resourceName, origin)}","origin":${origin},` +
    JSON.stringify({ deviceName, resourceName, profileName: 'AHU', valueType, value, ...more }).slice(1);
  const readings = [
    reading('Speed', 'Int16', String(speed)),
    reading('Delta', 'Float64', delta.toExponential(6)),
    reading('Valve', 'Bool', String(on)),
    reading('Zones', 'Uint8Array', `[${zones.join(', ')}]`),
    reading('Return_Temperature', 'Float32', String(fahrenheit), { units: 'F' }),
    reading('Pressure', 'String', 'NaN'),
    reading('Serial', 'String', '0042'),
  ];
  const id = uuidOf('edgex', deviceName, origin);
  const event = `{"apiVersion":"v3","id":"${id}","deviceName":"${deviceName}","profileName":"AHU","sourceName":"all","origin":${origin},"readings":[${readings.join(',')}]}`;
  const says = [
    say('Speed', speed),
    say('Delta', delta),
    say('Valve', on),
    ...zones.map((zone, i) => say('Zones', zone, `ch${i + 1}`)),
    say('temperature_c', ((fahrenheit - 32) * 5) / 9),
    say('Pressure', null, null, FAILED),
  ];
  const request = `{"apiVersion":"v3","requestId":"${id}","event":${event}}`;
  const envelope = {
    apiVersion: 'v3',
    receivedTopic: '',
    correlationID: id,
    errorCode: 0,
    payload: Buffer.from(request).toString('base64'),
    contentType: 'application/json',
  };
  const old = { id: 'x', device: deviceName, created: millis, origin: millis, readings: [] as object[] };
  old.readings.push({ id: 'y', device: deviceName, name: 'Speed', origin: millis, value: String(speed) });
  return [
    { topic: `edgex/events/device/device-modbus/AHU/${deviceName}/all`, payload: request, says },
    { topic: `edgex/events/device/device-modbus/AHU/${deviceName}/all`, payload: JSON.stringify(envelope), says },
    { topic: 'export/all', payload: event, says },
    { topic: 'edgex/events/device/x', payload: JSON.stringify(old), says: [say('Speed', speed)] },
  ];
}
