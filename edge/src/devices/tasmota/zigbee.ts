import { objectOf, type JsonObject } from '../json.ts';
import { addBoolean, addNumber, speaker, type Speaker } from '../lines.ts';

/** What a Zigbee attribute means. Source: tasmota.github.io/docs/Zigbee, the list of attributes. */
const NUMBERS: ReadonlyMap<string, string> = new Map([
  ['Temperature', 'temperature_c'],
  ['Humidity', 'humidity_pct'],
  ['BatteryPercentage', 'battery_pct'],
  ['Battery', 'battery_pct'],
  ['BatteryVoltage', 'battery_v'],
  ['LinkQuality', 'link_quality'],
  ['RMSVoltage', 'voltage_v'],
  ['ActivePower', 'active_power_w'],
]);
const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ['Water', 'leak'],
  ['Occupancy', 'occupied'],
]);

/**
 * Adds what Zigbee devices say through a bridge: `{"ZbReceived":{"0x2916":{"Name":"attic",…}}}`. A
 * device is its name, else its address, below the bridge's name.
 */
export function decodeZigbee(bridge: Speaker, received: JsonObject): void {
  for (const [key, value] of Object.entries(received)) {
    const said = objectOf(value);
    if (!said) continue;
    const name = typeof said['Name'] === 'string' && said['Name'] !== '' ? said['Name'] : key;
    const from = speaker(bridge.family, `${bridge.device}/${name}`, bridge.at, bridge.historical, bridge.lines);
    decodeAttributes(from, said);
  }
}

function decodeAttributes(from: Speaker, said: JsonObject): void {
  for (const [key, value] of Object.entries(said)) {
    const metric = NUMBERS.get(key);
    if (metric !== undefined) addNumber(from, metric, value);
    const state = BOOLEANS.get(key);
    if (state !== undefined) addBoolean(from, state, value);
    // A battery's volts, before they had a name of their own.
    if (key === 'Voltage' && said['Battery'] !== undefined) addNumber(from, 'battery_v', value);
  }
}
