import type { Decoded, Message } from '../../domain/decoded.ts';
import type { DeviceDialect, Uplink } from '../dialect.ts';
import { readObject, type JsonObject } from '../json.ts';
import { rejected, speaker } from '../lines.ts';
import { decodeFields } from './fields.ts';

const FAMILY = 'dragino';
/** The maker's block of EUI-64 addresses. */
const OUI = 'a84041';
const MODEL =
  /dragino|\b(?:(?:lwl|lds)0[1-4]a?|wl03a|ds03a|l?dds(?:04|20|45|75)|l?lds(?:12|40)|sw3l|cpl0[13]|l?sn50|lht(?:52|65)n?)(?:v2)?\b|\b(?:d2[0-3]s?|ps|s31b?|cs01)[-_ ]l[bs]\b/;
const MAKERS_KEYS = ['Node_type', 'SENSOR_MODEL'];
const TELLTALES = [
  'WATER_LEAK_STATUS',
  'DOOR_OPEN_STATUS',
  'water_leak_status',
  'door_open_status',
  'TempC_DS18B20',
  'TempC_SHT',
  'TempC1',
  'Water_flow_value',
  'IDC_intput_mA',
];

/** Dragino's LoRaWAN sensors, as the vendor's decoders name their values. */
export const dragino: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 86_400,
  faultsAreStates: true,
  // It has no topics of its own; a gateway that publishes bare objects is adopted with this family.
  recognises: () => 0,
  decode: decodeBare,
  uplink: { recognises, decode },
};

function recognises({ eui, model, object }: Uplink): number {
  if (!object) return 0;
  if (eui.startsWith(OUI)) return 0.9;
  if (MODEL.test(model)) return 0.8;
  if (MAKERS_KEYS.some((key) => object[key] !== undefined)) return 0.7;
  return TELLTALES.some((key) => object[key] !== undefined) ? 0.5 : 0;
}

function decode({ device, object, at }: Uplink): Decoded[] {
  if (!object)
    return [rejected(FAMILY, device, 'no codec has decoded this frame: set Dragino’s decoder in the device’s profile')];
  const from = speaker(FAMILY, device, at);
  decodeFields(from, object);
  return from.lines;
}

function decodeBare(message: Message): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const device = euiOf(read.value) ?? message.topic.split('/').at(-1) ?? message.topic;
  return decode({ device, object: read.value, frame: '', at: null, eui: device, model: '' });
}

function euiOf(object: JsonObject): string | undefined {
  const eui = object['devEUI'] ?? object['devEui'];
  return typeof eui === 'string' && eui !== '' ? eui.toLowerCase() : undefined;
}
